using TileProof.HwModel.Planning;

namespace TileProof.Verification.Cycles;

/// <summary>Bytes in use of both local banks.</summary>
/// <param name="Dram0Bytes">In DRAM0.</param>
/// <param name="Dram1Bytes">In DRAM1.</param>
public readonly record struct BankOccupancy(long Dram0Bytes, long Dram1Bytes)
{
    private const long AlignmentBytes = 64;

    /// <summary>What the buffers of a tiled convolution take; nothing on the cache path.</summary>
    public static BankOccupancy Of(Conv2dTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Mode == ExecutionMode.Cache)
        {
            return default;
        }

        var used = new long[2];
        BankPlacement placement = plan.Placement;
        Add(placement.InputPing, plan.InputBufferBytes);
        Add(placement.InputPong, plan.InputBufferBytes);
        Add(placement.Coefficients, plan.CoefficientBufferBytes);
        Add(placement.OutputPing, plan.OutputBufferBytes);
        Add(placement.OutputPong, plan.OutputBufferBytes);
        Add(placement.Bias, plan.BiasBufferBytes);
        return new BankOccupancy(used[0], used[1]);

        void Add(int bank, long bytes) => used[bank] += (bytes + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes;
    }
}
