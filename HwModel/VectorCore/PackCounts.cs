using TileProof.HwModel.Machine;

namespace TileProof.HwModel.VectorCore;

/// <summary>What the pack stage ran into while a tile was computed.</summary>
internal struct PackCounts
{
    public int AccumulatorOverflows;
    public int FirstShiftSaturations;
    public int SecondShiftSaturations;

    public readonly ArithmeticEvents ToEvents() => new(AccumulatorOverflows, FirstShiftSaturations, SecondShiftSaturations);
}
