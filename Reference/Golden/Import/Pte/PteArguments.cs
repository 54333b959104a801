using System.Globalization;
using System.Runtime.InteropServices;

namespace TileProof.Golden.Import.Pte;

/// <summary>The arguments of one kernel call by position, each checked for its kind.</summary>
internal sealed class PteArguments(string path, PtePlan plan, PteKernelCall call)
{
    public string Place => call.Place;

    /// <summary>Requires at least <paramref name="count"/> arguments; exporters append the returned values once more.</summary>
    public void RequireCount(int count)
    {
        if (call.Arguments.Length < count)
        {
            throw Fault(Text($"has {call.Arguments.Length} arguments, expected {count}"));
        }
    }

    public int ValueIndex(int position)
    {
        int index = call.Arguments[position];
        return (uint)index < (uint)plan.Values.Count ? index : throw Fault(Text($"argument {position} names value {index} of {plan.Values.Count}"));
    }

    public PteValue Value(int position) => plan.Values[ValueIndex(position)] is not PteValue.Tensor { Problem: { } problem } ? plan.Values[ValueIndex(position)] : throw Fault(Text($"argument {position} {problem}"));

    /// <summary>The place of the output behind an optional argument that newer operators have: <paramref name="position"/>, or one further.</summary>
    /// <exception cref="ModelFormatException">The optional argument is there and holds something.</exception>
    public int OutputBehindOptional(int position, string optional)
    {
        RequireCount(position + 1);
        bool hasOptional = call.Arguments.Length > position + 2 || (call.Arguments.Length == position + 2 && call.Arguments[position] != call.Arguments[position + 1]);
        return !hasOptional
            ? position
            : Value(position) is PteValue.None
                ? position + 1
                : throw Fault(Text($"argument {position} gives {optional}; nearest supported form: none"));
    }

    public long Int(int position) => Value(position) switch
    {
        PteValue.Int value => value.Value,
        PteValue.Tensor tensor when tensor.Data is not null => ScalarOf(position, tensor),
        _ => throw WrongKind(position, "an integer"),
    };

    public int Int32(int position, int minimum, int maximum)
    {
        long value = Int(position);
        return value >= minimum && value <= maximum
            ? (int)value
            : throw Fault(Text($"argument {position} is {value}, expected {minimum} to {maximum}"));
    }

    public bool Bool(int position) => Value(position) is PteValue.Bool value ? value.Value : throw WrongKind(position, "a truth value");

    /// <summary>A scale: one for a number or a tensor with one element, or one per channel.</summary>
    public float[] Scales(int position)
    {
        float[] scales = Value(position) switch
        {
            PteValue.Double value => [(float)value.Value],
            PteValue.Tensor { ElementType: PteScalarType.Float32, Data: { } data } => MemoryMarshal.Cast<byte, float>(data.Span).ToArray(),
            _ => throw WrongKind(position, "a scale"),
        };
        return scales.Length > 0 && Array.TrueForAll(scales, static scale => float.IsFinite(scale) && scale > 0)
            ? scales
            : throw Fault(Text($"argument {position} holds a scale that is not finite and above 0"));
    }

    public float Scale(int position) => Scales(position) is [float scale] ? scale : throw WrongKind(position, "one scale");

    /// <summary>Zero points of weights: 0 where the argument is left out, a number, or a constant tensor of int32 or int64.</summary>
    public int[] ZeroPoints(int position)
    {
        long[] values = Value(position) switch
        {
            PteValue.None => [0],
            PteValue.Tensor { ElementType: PteScalarType.Int32, Data: { Length: > 0 } data } => [.. MemoryMarshal.Cast<byte, int>(data.Span).ToArray().Select(static value => (long)value)],
            PteValue.Tensor { ElementType: PteScalarType.Int64, Data: { Length: > 0 } data } => MemoryMarshal.Cast<byte, long>(data.Span).ToArray(),
            _ => [Int(position)],
        };
        return Array.ConvertAll(values, value => value is >= sbyte.MinValue and <= byte.MaxValue
            ? (int)value
            : throw Fault(Text($"the weight zero point is {value}; expected {sbyte.MinValue} to {byte.MaxValue}")));
    }

    /// <summary>A list of integers, whose entries are value indices.</summary>
    public long[] Ints(int position)
    {
        if (Value(position) is not PteValue.IntList list)
        {
            throw WrongKind(position, "a list of integers");
        }

        return Array.ConvertAll(list.ValueIndices, index => index >= 0 && index < plan.Values.Count && plan.Values[(int)index] is PteValue.Int value
            ? value.Value
            : throw Fault(Text($"argument {position} lists value {index}, expected an integer")));
    }

    /// <summary>One or two entries of <paramref name="minimum"/> or more: for rows and for columns; one entry holds for both.</summary>
    public (int Rows, int Columns) Pair(int position, string what, int minimum)
    {
        long[] values = Ints(position);
        return values.Length is 1 or 2 && Array.TrueForAll(values, value => value >= minimum && value <= ushort.MaxValue)
            ? ((int)values[0], (int)values[^1])
            : throw Fault(Text($"{what} is [{string.Join(", ", values)}], expected one or two values of {minimum} to {ushort.MaxValue}"));
    }

    public PteValue.Tensor Tensor(int position) => Value(position) as PteValue.Tensor ?? throw WrongKind(position, "a tensor");

    public (int[] Sizes, T[] Elements) Constant<T>(int position, PteScalarType elementType)
        where T : unmanaged => Value(position) is PteValue.Tensor { Data: { } data } tensor && tensor.ElementType == elementType
            ? (tensor.Sizes, MemoryMarshal.Cast<byte, T>(data.Span).ToArray())
            : throw WrongKind(position, Text($"a constant {elementType} tensor"));

    public ModelFormatException Fault(string problem, Exception? cause = null) => new(path, Place, problem, cause);

    private long ScalarOf(int position, PteValue.Tensor tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Data!.Value.Span;
        return tensor.ElementType switch
        {
            PteScalarType.Int32 when bytes.Length == sizeof(int) => MemoryMarshal.Read<int>(bytes),
            PteScalarType.Int64 when bytes.Length == sizeof(long) => MemoryMarshal.Read<long>(bytes),
            _ => throw WrongKind(position, "one integer"),
        };
    }

    private ModelFormatException WrongKind(int position, string expected) => Fault(Text($"argument {position} is not {expected}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
