using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Dma;

/// <summary>Moves no byte before the wait, and notes what it is told.</summary>
internal sealed class RecordedLanding : LandingPolicy
{
    public List<string> Told { get; } = [];

    public override string Name => "recorded";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer) => Told.Add($"issued {transfer.Sequence}");

    internal override void Advance(DmaEngine engine) => Told.Add("advance");

    internal override void Retired(DmaTransfer transfer) => Told.Add($"retired {transfer.Sequence}");

    internal override void Filled(in FillStep step) => Told.Add($"filled {step.Region.TotalBytes}");

    internal override void Computed(ComputeStep step) => Told.Add($"computed {step.Kernel}");
}
