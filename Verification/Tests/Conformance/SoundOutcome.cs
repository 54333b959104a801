using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Conformance;

/// <summary>A proven run of the sample network at two pairs of unequal banks, and what each single defect makes of it.</summary>
internal static class SoundOutcome
{
    public static readonly VerifyOptions Options = new()
    {
        Networks = ["sample"],
        Banks = [BankSetting.Parse("4096x8192"), BankSetting.Parse("16384x2048"), BankSetting.WithoutBanks],
        Landings = [LandingKind.AtWait, LandingKind.AtIssue],
        AdversarialSchedules = 2,
    };

    private static readonly Lazy<ConformanceOutcome> Shared = new(static () => Run(Options));

    public static ConformanceOutcome Value => Shared.Value;

    /// <summary>Runs the sample network, or another.</summary>
    public static ConformanceOutcome Run(VerifyOptions options, Network? network = null)
    {
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        return ConformanceRun.Run([new NetworkSource(network ?? SampleNetwork.Create(), null, 5)], engines, options, results: null, new RecordedProgress(), CancellationToken.None);
    }

    /// <summary>The position of the first, a middle or the last of some items.</summary>
    public static int At(Place place, int count) => place switch
    {
        Place.First => 0,
        Place.Middle => count / 2,
        _ => count - 1,
    };

    /// <summary>The list with one item replaced.</summary>
    public static IReadOnlyList<TItem> With<TItem>(this IReadOnlyList<TItem> items, int index, Func<TItem, TItem> change) =>
        [.. items.Select((item, position) => position == index ? change(item) : item)];

    /// <summary>A tensor with one byte of one element changed.</summary>
    public static Tensor Damage(Tensor tensor, Place place)
    {
        byte[] bytes = tensor.Bytes.ToArray();
        bytes[At(place, bytes.Length)] ^= 0x20;
        return Tensor.FromBytes(tensor.Shape, tensor.ElementType, bytes);
    }

    /// <summary>A broken rule.</summary>
    public static Hazard Hazard(HazardRule rule) => new()
    {
        Rule = rule,
        Program = "program",
        Tile = default,
        Memory = "DRAM1",
        Buffer = "input pong",
        FirstByte = 3,
        LastByte = 8,
        Operation = "the computation",
        CollidesWith = "the transfer",
        Occurrences = 2,
        Timeline = [],
    };
}
