using TileProof.HwModel.Hazards;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.Fuzzing;

/// <summary>What a fuzz campaign has reached of all that it should reach, and how many cases reached each.</summary>
public sealed class FuzzCoverage
{
    internal const string Operator = "operator";
    internal const string Path = "path";
    internal const string Kernel = "kernel";
    internal const string ConvolutionForm = "convolution kernel";
    internal const string Plan = "plan";
    internal const string TilePlanner = "tile planner";
    internal const string WindowPlanner = "window planner";
    internal const string Placement = "placement";
    internal const string Edge = "edge of the planner";
    internal const string Tail = "tail";
    internal const string Machine = "machine";
    internal const string Landing = "landing";
    internal const string Library = "programs";
    internal const string Instruction = "instruction";
    internal const string Rule = "hazard rule";
    internal const string Numbers = "numbers";
    internal const string Networks = "network";
    internal const string Golden = "golden";
    internal const string Judge = "judge";
    internal const string Compiled = "compiled C";
    internal const string Defect = "defect";
    internal const string DefectRule = "hazard rule of a defect";
    internal const string DefectVerdict = "defects judged";

    private static readonly OperatorKind[] Kinds = [.. Enum.GetValues<OperatorKind>().Where(static kind => kind != OperatorKind.OnnxFallback)];

    /// <summary>Rules that no built-in program breaks on a machine that a file can describe; defects break them.</summary>
    private static readonly HazardRule[] OfDefectsOnly = [HazardRule.BufferOverlap, HazardRule.DescriptorRange, HazardRule.PartialLineInvalidate];

    private readonly Dictionary<FuzzPoint, long> counts = [];

    /// <summary>Everything that campaigns should reach, in the order of reports.</summary>
    public static IReadOnlyList<FuzzPoint> Catalog { get; } =
    [
        .. Points(Operator, Kinds.Select(ChoiceList.NameOf)),
        .. Points(Path, Kinds.SelectMany(static kind => Enum.GetValues<OperatorPath>().Where(path => path != OperatorPath.Portable || HasPortable(kind)).Select(path => $"{ChoiceList.NameOf(kind)} {ChoiceList.NameOf(path)}"))),
        .. Points(Kernel, Enum.GetValues<ProgramKernel>().Where(static kernel => kernel is not (ProgramKernel.None or ProgramKernel.Recorded)).Select(ChoiceList.NameOf)),
        .. Points(ConvolutionForm, [.. ConvolutionKernel.Names, "depthwise3x3j1", "depthwise3x3j2", "depthwise5x5j1", "depthwise5x5j2", "window", "window of groups", "generic"]),
        .. Points(Plan, Enum.GetValues<FuzzPlanKind>().Select(ChoiceList.NameOf)),
        .. Points(TilePlanner,
        [
            "all channels in a tile", "channels even", "channels uneven", "one row tile", "rows even", "rows uneven", "two rows a tile", "more rows a tile", "one row a tile", "no tile fits", "search over banks",
            "image in bands", "pooling in one tile", "pooling channels uneven", "pooling rows uneven", "pooling fits no bank", "pooling of levels", "pooling of any strides and sides", "chunks uneven", "one chunk", "linear in segments", "linear in tiles", "softmax rows in turn", "softmax row by row",
            "concat of whole runs", "concat of parts of runs", "slice of whole runs", "slice of parts of runs", "pad of whole planes", "pad of rows", "pad piece without image", "pad row fits no bank",
        ]),
        .. Points(WindowPlanner,
        [
            "two input buffers", "one input buffer", "two coefficient buffers", "one coefficient buffer", "biases kept", "biases tile by tile", "rows outer", "channels outer", "one pass", "several passes",
            "several groups a tile", "part of a group a tile",
        ]),
        .. Points(Placement, ["0001111", "0011111", "0001100", "0101111", "others"]),
        .. Points(Edge, Kinds.Where(static kind => kind != OperatorKind.Mean).SelectMany(static kind => new[] { "below", "at" }.Select(place => $"{ChoiceList.NameOf(kind)} {place}")).Append("mean at").Append("mean below")),
        .. Points(Tail, new[] { "channels", "width", "elements" }.SelectMany(static what => new[] { "whole vectors", "one more", "one less", "less than a vector", "others" }.Select(tail => $"{what} {tail}"))),
        .. Points(Machine,
        [
            .. Enumerable.Range(1, 8).Select(static count => count == 1 ? "1 bank" : $"{count} banks"), "unequal banks", "64-byte vectors", "128-byte vectors", "one channel", "ring of 1", "ring of 2", "deeper ring",
            "full ring blocks", "full ring faults", "descriptors of bytes", "descriptors of rows", "descriptors of planes", "short descriptors", "no cache", "other cache lines", "small scratch buffer", "saturating accumulators", "aligned transfers", "coarse alignment",
        ]),
        .. Points(Landing, ["issue", "wait", "random", "modelled", "other buffer places"]),
        .. Points(Library, ProgramLibrary.All.SelectMany(static library => new[] { $"{library} clean", $"{library} with hazards", $"{library} wrong" })
            .Except([$"{ProgramLibrary.Corrected} with hazards", $"{ProgramLibrary.Corrected} wrong"])),
        .. Points(Instruction, Enum.GetValues<InstructionKind>().Where(static kind => kind != InstructionKind.Poll).Select(ChoiceList.NameOf)),
        .. Points(Rule, HazardRule.All.Except(OfDefectsOnly).Select(static rule => rule.Name)),
        .. Points(Numbers,
        [
            "input zero point -128", "input zero point 127", "output zero point -128", "output zero point 127", "scale per channel", "residual correction", "clamped output", "output saturates", "accumulator wraps", "int16 saturates",
            "accumulator shift 0", "accumulator shift 8 or more", "output shift 0", "output shift 31", "bias at 24 bits", "worst-case derivation", "weight zero point", "batch",
        ]),
        .. Points(Networks, ["2 calls", "3 calls", "4 calls", "5 calls", "6 calls", "residual add", "weights kept", "weights placed for each call", "published, call by call"]),
        .. Points(Golden, ["scalar oracle", "generic operators", "data-parallel host", "onnx runtime", "ilgpu"]),
        .. Points(Judge, ["bytes", "hazard rules", "prover", "instruction counts", "cycles as predicted", "cycles as assumed", "refused by the machine"]),
        .. Points(Defect, FuzzDefects.All.Select(static fault => fault.Name)),
        .. Points(DefectRule, HazardRule.All.Except([HazardRule.IgnoredStatus]).Select(static rule => rule.Name)),
        .. Points(DefectVerdict, FuzzDefects.Verdicts),
        .. Points(Compiled, FuzzProgram.AllPoints),
    ];

    private static readonly HashSet<FuzzPoint> Known = [.. Catalog];

    /// <summary>How many cases reached a point.</summary>
    public long this[FuzzPoint point] => counts.GetValueOrDefault(point);

    /// <summary>The points that were reached, with their counts, in the order of the catalog.</summary>
    public IEnumerable<KeyValuePair<FuzzPoint, long>> Reached => Catalog.Where(counts.ContainsKey).Select(point => KeyValuePair.Create(point, counts[point]));

    /// <summary>What a campaign should reach, in the order of reports: compiled programs are counted where it has any.</summary>
    public static IEnumerable<FuzzPoint> CatalogOf(FuzzOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Catalog.Where(point => point.Group != Compiled || options.Programs.Any(program => program.Points.Contains(point.Name)));
    }

    /// <summary>What no case of a campaign has reached.</summary>
    public IEnumerable<FuzzPoint> MissedOf(FuzzOptions options) => CatalogOf(options).Where(point => !counts.ContainsKey(point));

    /// <summary>Some cases reached a point.</summary>
    /// <exception cref="ArgumentException">The catalog has no such point.</exception>
    public void Add(FuzzPoint point, long cases = 1)
    {
        if (!Known.Contains(point))
        {
            throw new ArgumentException($"There is no point '{point.Name}' in group '{point.Group}'.", nameof(point));
        }

        counts[point] = counts.GetValueOrDefault(point) + cases;
    }

    /// <summary>Adds what another part of a campaign reached.</summary>
    public void Add(FuzzCoverage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((FuzzPoint point, long cases) in other.counts)
        {
            Add(point, cases);
        }
    }

    private static IEnumerable<FuzzPoint> Points(string group, IEnumerable<string> names) => names.Select(name => new FuzzPoint(group, name));

    private static bool HasPortable(OperatorKind kind) => kind is OperatorKind.Conv2d or OperatorKind.QuantizedRelu or OperatorKind.MaxPool2d or OperatorKind.Mean or OperatorKind.QuantizedLinear or OperatorKind.Add;
}
