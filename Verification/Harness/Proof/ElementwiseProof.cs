using System.Globalization;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Proof;

/// <summary>What is shown of the arithmetic of quantize, dequantize, the quantized rectifier and requantize, which make one element of one, and of sums and products of levels.</summary>
/// <remarks>
/// int8 inputs have 256 values: all of them, and all pairs. Of float inputs, every float beside which the scalar oracle rounds to another level, the two floats
/// on each side of it, and what is special: zeros, infinities, the largest and smallest numbers, and not-a-number, for which the published source leaves the level
/// open and ONNX Runtime has another one: that is compared among the others. That the level changes nowhere
/// else is compared over all 2^32 floats by <see cref="OfAllFloats"/>, which takes a minute.
/// </remarks>
/// <param name="Scope">Over which values.</param>
/// <param name="ComparedValues">Values that all engines were compared on.</param>
/// <param name="ChangePoints">Floats at which the level changes; of int8 inputs, levels at which the output does.</param>
/// <param name="Difference">The first value for which two engines differ, in words; null when none does.</param>
public sealed record ElementwiseProof(string Scope, long ComparedValues, int ChangePoints, string? Difference) : ArithmeticProof(Scope, ComparedValues, ChangePoints, Difference)
{
    /// <summary>The scope of int8 inputs.</summary>
    public const string EveryLevel = "every level";

    /// <summary>The scope of two int8 inputs.</summary>
    public const string EveryPair = "every pair of levels";

    /// <summary>The scope of float inputs.</summary>
    public const string EveryBoundary = "every boundary";

    /// <summary>Below a vector of any host, so that elements are computed one by one.</summary>
    private const int TailElements = 15;

    private const int FloatsBeside = 2;
    private const int BlockElements = 1 << 20;

    private static readonly ScalarOracle Oracle = new();
    private static readonly DspEngine VectorCore =
        new(DspConfiguration.FromBankBytes(DspConfiguration.MinimumBankBytes, DspConfiguration.MinimumBankBytes), routing: OperatorRouting.Direct);

    /// <summary>Whether the operator makes one element of one, or of two levels, so that all of its arithmetic can be compared.</summary>
    public static bool Covers(OperatorCall call) => call is QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or LevelArithmeticCall;

    /// <summary>Compares over all levels, or beside every rounding boundary.</summary>
    /// <param name="call">The operator with its constants; its shape does not matter.</param>
    /// <param name="onnxRuntime">ONNX Runtime.</param>
    /// <param name="extra">A further engine with its name; null for none.</param>
    public static ElementwiseProof Of(OperatorCall call, OnnxRuntimeGolden onnxRuntime, IOperatorEngine? extra = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(onnxRuntime);
        using var dataParallel = new DataParallelEngine(new HostExecutor(threadCount: 1));
        (Tensor[] values, int changes) = call is QuantizePerTensorCall ? Boundaries(call) : Levels(call);
        OperatorCall sized = Sized(call, values[0].Shape);
        Tensor expected = Run(Oracle, sized, values);
        string? difference = First(values, expected, VectorCore.Name, Run(VectorCore, sized, values))
            ?? First(values, expected, $"{VectorCore.Name}, element by element", InPieces(call, values))
            ?? First(values, expected, dataParallel.Name, Run(dataParallel, sized, values))
            ?? First(values, expected, onnxRuntime.Name, Run(onnxRuntime, sized, values), skipsNotANumber: true)
            ?? (extra is null ? null : First(values, expected, extra.Name, Run(extra, sized, values)));
        return new ElementwiseProof(call is QuantizePerTensorCall ? EveryBoundary : values.Length > 1 ? EveryPair : EveryLevel, values[0].Shape.ElementCount, changes, difference);
    }

    /// <summary>Compares the vector core, data-parallel kernels and ONNX Runtime with the scalar oracle on every float there is.</summary>
    /// <param name="call">Quantize with its constants.</param>
    /// <param name="onnxRuntime">ONNX Runtime.</param>
    /// <param name="stride">Every how manieth block of 2^20 floats; 1 for all.</param>
    public static ElementwiseProof OfAllFloats(QuantizePerTensorCall call, OnnxRuntimeGolden onnxRuntime, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(onnxRuntime);
        using var dataParallel = new DataParallelEngine(new HostExecutor(threadCount: 1));
        Tensor values = Tensor.Create(TensorShape.FromMatrix(1, BlockElements), ElementType.Float32);
        OperatorCall sized = Sized(call, values.Shape);
        long compared = 0;
        for (long first = 0; first < 1L << 32; first += (long)BlockElements * stride)
        {
            Span<float> floats = values.Float32;
            for (int i = 0; i < floats.Length; i++)
            {
                floats[i] = BitConverter.UInt32BitsToSingle((uint)(first + i));
            }

            Tensor expected = Run(Oracle, sized, values);
            string? difference = First([values], expected, VectorCore.Name, Run(VectorCore, sized, values))
                ?? First([values], expected, dataParallel.Name, Run(dataParallel, sized, values))
                ?? First([values], expected, onnxRuntime.Name, Run(onnxRuntime, sized, values), skipsNotANumber: true);
            compared += BlockElements;
            if (difference is not null)
            {
                return new ElementwiseProof("every float", compared, 0, difference);
            }
        }

        return new ElementwiseProof("every float", compared, 0, null);
    }

    private static Tensor Run(IOperatorEngine engine, OperatorCall call, params Tensor[] values) => engine.Run(call, values, ParameterDerivation.L1Norm);

    /// <summary>The call on another number of elements.</summary>
    private static OperatorCall Sized(OperatorCall call, TensorShape shape) =>
        call with { Inputs = [.. call.Inputs.Select(value => value with { Shape = shape })], Output = call.Output with { Shape = shape } };

    private static Tensor InPieces(OperatorCall call, Tensor[] values)
    {
        Tensor output = Tensor.Create(values[0].Shape, call.Output.ElementType);
        int inputBytes = call.Input.ElementType.SizeBytes();
        int outputBytes = call.Output.ElementType.SizeBytes();
        for (int first = 0; first < output.Shape.ElementCount; first += TailElements)
        {
            int count = Math.Min(TailElements, output.Shape.ElementCount - first);
            TensorShape shape = TensorShape.FromMatrix(1, count);
            Tensor[] pieces = Array.ConvertAll(values, tensor => Tensor.FromBytes(shape, tensor.ElementType, tensor.Bytes.Slice(first * inputBytes, count * inputBytes)));
            Run(VectorCore, Sized(call, shape), pieces).Bytes.CopyTo(output.Bytes[(first * outputBytes)..]);
        }

        return output;
    }

    /// <summary>All levels; of two inputs all pairs, the second the faster.</summary>
    private static (Tensor[] Values, int Changes) Levels(OperatorCall call)
    {
        const int levelCount = 256;
        int count = call.Inputs.Count == 1 ? levelCount : levelCount * levelCount;
        TensorShape shape = TensorShape.FromMatrix(1, count);
        Tensor Values(int slowness) => Tensor.FromInt8(shape, [.. Enumerable.Range(0, count).Select(i => (sbyte)((i / slowness % levelCount) + sbyte.MinValue))]);
        Tensor[] values = call.Inputs.Count == 1 ? [Values(1)] : [Values(levelCount), Values(1)];
        ReadOnlySpan<byte> outputs = Run(Oracle, Sized(call, shape), values).Bytes;
        int elementBytes = call.Output.ElementType.SizeBytes();
        int changes = 0;
        for (int i = 1; i < count; i++)
        {
            changes += outputs.Slice(i * elementBytes, elementBytes).SequenceEqual(outputs.Slice((i - 1) * elementBytes, elementBytes)) ? 0 : 1;
        }

        return (values, changes);
    }

    /// <summary>For each level the smallest float that the oracle rounds to it or above, found by halving; with its neighbours, and special numbers.</summary>
    private static (Tensor[] Values, int Changes) Boundaries(OperatorCall call)
    {
        int[] levels = [.. Enumerable.Range(sbyte.MinValue + 1, 255)];
        long[] below = [.. levels.Select(static _ => OrderOf(float.NegativeInfinity))];
        long[] above = [.. levels.Select(static _ => OrderOf(float.PositiveInfinity))];
        TensorShape shape = TensorShape.FromMatrix(1, levels.Length);
        OperatorCall sized = Sized(call, shape);
        Tensor middles = Tensor.Create(shape, ElementType.Float32);
        while (below.Zip(above).Any(static pair => pair.Second - pair.First > 1))
        {
            for (int i = 0; i < levels.Length; i++)
            {
                middles.Float32[i] = AtOrder((below[i] + above[i]) >> 1);
            }

            ReadOnlySpan<sbyte> outputs = Run(Oracle, sized, middles).Int8;
            for (int i = 0; i < levels.Length; i++)
            {
                (outputs[i] >= levels[i] ? above : below)[i] = (below[i] + above[i]) >> 1;
            }
        }

        long[] boundaries = [.. above.Distinct().Where(static order => order != OrderOf(float.PositiveInfinity))];
        float[] special =
        [
            0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -float.NaN,
            1.17549435E-38f, -1.17549435E-38f,
        ];
        float[] all =
        [
            .. from boundary in boundaries
               from distance in Enumerable.Range(-FloatsBeside - 1, (2 * FloatsBeside) + 2)
               select AtOrder(Math.Clamp(boundary + distance, OrderOf(float.NegativeInfinity), OrderOf(float.PositiveInfinity))),
            .. special,
        ];
        return ([Tensor.FromFloat32(TensorShape.FromMatrix(1, all.Length), all)], boundaries.Length);
    }

    /// <summary>Floats in order of size: neighbours differ by 1; both zeros are neighbours.</summary>
    private static long OrderOf(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : -1L - (bits & int.MaxValue);
    }

    private static float AtOrder(long order) => BitConverter.Int32BitsToSingle(order >= 0 ? (int)order : unchecked((int)(-1 - order) | int.MinValue));

    private static string? First(Tensor[] values, Tensor expected, string name, Tensor actual, bool skipsNotANumber = false)
    {
        int elementBytes = expected.ElementType.SizeBytes();
        int element = 0;
        for (; element < expected.Shape.ElementCount; element++)
        {
            element += expected.Bytes[(element * elementBytes)..].CommonPrefixLength(actual.Bytes[(element * elementBytes)..]) / elementBytes;
            if (element < expected.Shape.ElementCount && !(skipsNotANumber && values[0].ElementType == ElementType.Float32 && float.IsNaN(values[0].Float32[element])))
            {
                break;
            }
        }

        if (element >= expected.Shape.ElementCount)
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"input {string.Join(" and ", values.Select(tensor => Show(tensor, element)))}: scalar oracle {Show(expected, element)}, {name} {Show(actual, element)}");
    }

    private static string Show(Tensor tensor, int element) => tensor.ElementType == ElementType.Int8
        ? tensor.Int8[element].ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{tensor.Float32[element]:R} (0x{BitConverter.SingleToUInt32Bits(tensor.Float32[element]):x8})");
}
