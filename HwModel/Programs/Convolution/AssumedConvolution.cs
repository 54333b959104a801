using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Programs to price: the corrected ones, but for what is assumed.</summary>
internal sealed class AssumedConvolution(ProgramAssumptions assumptions) : CorrectedConvolution
{
    public override WaitPolicy Waits => assumptions.Waits;

    public override bool DoubleBuffersCoefficients => assumptions.DoubleBuffersCoefficients;

    public override bool FillsHaloOnly => assumptions.FillsHaloOnly;

    public override bool InvalidatesOutputFirst => assumptions.InvalidatesOutputFirst;

    public override int ScratchBytesOf(DspConfiguration machine) => int.MaxValue;
}
