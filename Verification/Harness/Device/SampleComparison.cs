using System.Collections.Immutable;
using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Device;

/// <summary>Compares a recorded sample program with the built-in program of its library: two writings of one program have the same instructions and break the same rules at the same places.</summary>
/// <param name="call">The operator.</param>
/// <param name="program">The built-in program.</param>
/// <param name="machine">Its machine.</param>
/// <param name="isPublished">Whether the library is a published one, whose driver drops no line of the output first.</param>
internal sealed class SampleComparison(OperatorCall call, TileProgram program, DspConfiguration machine, bool isPublished)
{
    private const string PartOverflow = "part of a bank:";

    // Max pooling fills the next tile under its own number, which samples say by markers.
    private readonly bool tellsMarkers = call is Conv2dCall && program.Plan.Path == OperatorPath.Dma;

    /// <summary>The instructions of the built-in program, one a line.</summary>
    public IReadOnlyList<string> Expected => InstructionText.Of(program, machine, tellsMarkers);

    /// <summary>The instructions of a recorded one.</summary>
    public IReadOnlyList<string> TextOf(RecordedProgram recorded) => InstructionText.Of(recorded, tellsMarkers);

    /// <summary>The first instruction that differs; null where none does.</summary>
    public string? InstructionDifference(RecordedProgram recorded) => Difference(Expected, TextOf(recorded));

    /// <summary>What of the rules only one of the two breaks; null where they break the same.</summary>
    /// <param name="recorded">The recorded program.</param>
    /// <param name="builtIn">The hazards of the built-in one.</param>
    public string? HazardDifference(RecordedProgram recorded, IEnumerable<Hazard> builtIn)
    {
        string[] expected = Places(builtIn);
        string[] actual = [.. HazardsOf(recorded).Where(hazard => !hazard.StartsWith(PartOverflow, StringComparison.Ordinal) || expected.Contains(hazard))];
        return expected.SequenceEqual(actual)
            ? null
            : $"only the built-in program: {Listed(expected.Except(actual))}; only the sample: {Listed(actual.Except(expected))}";

        static string Listed(IEnumerable<string> hazards) => string.Join(", ", hazards) is { Length: > 0 } list ? list : "nothing";
    }

    /// <summary>The output of a convolution after the correction of residuals, which the driver does; others as they are.</summary>
    public static byte[] AfterDriver(OperatorCall call, ParameterDerivation derivation, byte[] output)
    {
        if (call is not Conv2dCall convolution || convolution.Requantize(derivation) is not { HasPostCorrection: true } host)
        {
            return output;
        }

        int plane = convolution.Shape.OutHeight * convolution.Shape.OutWidth;
        return [.. output.Select((value, i) => unchecked((byte)(sbyte)Math.Clamp((long)(sbyte)value + host.PostCorrectionOf(i / plane % convolution.Shape.OutChannels), sbyte.MinValue, sbyte.MaxValue)))];
    }

    /// <summary>The first of two lists of lines where they differ; null where they are equal.</summary>
    public static string? Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        int index = expected.Zip(actual).TakeWhile(static pair => pair.First == pair.Second).Count();
        return index == Math.Max(expected.Count, actual.Count)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{expected.Count} built-in instructions and {actual.Count} of the sample; number {index} is '{At(actual)}', built-in '{At(expected)}'");

        string At(IReadOnlyList<string> lines) => index < lines.Count ? lines[index] : "none";
    }

    /// <summary>The hazards of the recorded program under the built-in driver: one key for all lines, no cache operation that the modelled driver does not do, and tiles by what was computed.</summary>
    private string[] HazardsOf(RecordedProgram recorded)
    {
        bool hasDriver = call is Conv2dCall or MaxPool2dCall;
        List<Instruction> all = [.. recorded.Instructions];
        int begin = all.FindIndex(static one => one.Kind == InstructionKind.Begin);
        int end = all.FindLastIndex(static one => one.Kind == InstructionKind.End);
        int[] kept =
        [
            .. Enumerable.Range(0, all.Count).Where(index => all[index].Kind != InstructionKind.Tile).Where(index => (index >= begin && index <= end)
                || (hasDriver && !(isPublished && index < begin && all[index].Kind == InstructionKind.Invalidate))),
        ];
        return Places(RecordedCheck.Check(recorded.Only(kept, BuiltInPlaces(recorded.Buffers, call.Inputs.Count)), machine).Select(static one => one.Hazard));
    }

    /// <summary>Tensors one behind the other, the output before the constants: what is read past one of them is the same as on the built-in machine.</summary>
    private static ImmutableArray<ProgramBuffer> BuiltInPlaces(ImmutableArray<ProgramBuffer> buffers, int inputCount)
    {
        ProgramBuffer[] placed = [.. buffers];
        int output = Array.FindLastIndex(placed, static buffer => !buffer.IsLocal && buffer.Role == BufferRole.Output);
        int next = 0;
        foreach (int index in (int[])[.. Enumerable.Range(0, inputCount), output, .. Enumerable.Range(inputCount, placed.Length - inputCount).Where(index => index != output && !placed[index].IsLocal)])
        {
            placed[index] = placed[index] with { OffsetBytes = next };
            next += SystemMemory.RoundUpToLine(placed[index].LengthBytes);
        }

        return [.. placed];
    }

    /// <summary>What is broken, where, how often and at which tile; names of tensors and of parts of banks are the writer's own.</summary>
    /// <remarks>Built-in element-wise programs, means and softmax hand out banks or halves of them and divide these; samples name the parts. Inputs that are one value have one name there and two here.</remarks>
    private string[] Places(IEnumerable<Hazard> hazards) =>
    [
        .. hazards.Select(hazard => call is not (Conv2dCall or MaxPool2dCall or QuantizedLinearCall) && (hazard.Rule == HazardRule.BankOverflow || hazard.Rule == HazardRule.BufferOverlap)
                ? (Place: $"{PartOverflow} {hazard.Rule.Name} {hazard.Memory}", Times: 0L)
                : (Place: $"{hazard.Rule.Name} {hazard.Memory} {hazard.FirstByte}..{hazard.LastByte} tile {hazard.Tile}", Times: hazard.Occurrences))
            .GroupBy(static one => one.Place, StringComparer.Ordinal)
            .Select(static same => same.Sum(static one => one.Times) is > 0 and var times ? string.Create(CultureInfo.InvariantCulture, $"{same.Key}, {times} times") : same.Key)
            .Order(StringComparer.Ordinal),
    ];
}
