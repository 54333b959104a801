using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Fuzzing;

/// <summary>Draws the machines of fuzz cases: two in three have the means that the published programs count on.</summary>
internal static class FuzzMachines
{
    private static readonly int[] KnownBankBytes = [4096, 8192, 16384, 24576, 32768, 62976];

    /// <summary>Any machine.</summary>
    public static DescribedMachine Draw(FuzzDraw draw) => Draw(draw, isUsual: draw.Percent(60));

    /// <summary>A machine that may have less or more than the published programs count on.</summary>
    public static DescribedMachine DrawUnusual(FuzzDraw draw) => Draw(draw, isUsual: false);

    private static DescribedMachine Draw(FuzzDraw draw, bool isUsual)
    {
        int bankCount = isUsual || draw.OneIn(3) ? 2 : draw.Between(1, DspConfiguration.MaximumBankCount);
        int size = draw.Below(4);
        int[] banks = [.. Enumerable.Range(0, bankCount).Select(_ => Bank(draw, size))];
        if (draw.OneIn(3))
        {
            Array.Fill(banks, banks[0]);
        }

        DspConfiguration machine = DspConfiguration.FromBankBytes(BankBytes.Of(banks)) with { PoisonByte = draw.Pick<byte>(0xA5, 0, 0xFF, 0x80) };
        MachineCosts costs = MachineCosts.Calibrated;
        if (!isUsual)
        {
            int vectorBytes = draw.Pick(64, 64, 128);
            bool hasCache = !draw.OneIn(5);
            int lineBytes = hasCache ? draw.Pick(128, 128, 64, 32) : machine.CacheLineBytes;
            machine = machine with
            {
                VectorBytes = vectorBytes,
                AllocationAlignmentBytes = Math.Max(vectorBytes, draw.Pick(64, 64, 128, 256, 1024)),
                DmaChannelCount = draw.Pick(2, 2, 1),
                RingDepth = draw.Pick(2, 2, 1, 3, 4, 7, 64),
                RingFull = draw.Any<RingFullBehavior>(),
                DescriptorDimensions = draw.Pick(3, 3, 2, 1),
                DescriptorCountLimit = draw.Pick(DspConfiguration.MaximumDescriptorCount, DspConfiguration.MaximumDescriptorCount, 1, 2, 3, 20),
                HasDataCache = hasCache,
                CacheLineBytes = lineBytes,
                CacheScratchBytes = draw.Pick(1024 * 1024, 1024 * 1024, 16384, 4096, 2048, 1024),
                AccumulatorOverflow = draw.OneIn(8) ? AccumulatorOverflow.Saturate : AccumulatorOverflow.Wrap,
                DmaAlignmentBytes = draw.Pick(1, 1, 1, 1, 1, 1, 1, 4, 64),
            };
            costs = costs with
            {
                BusBytesPerCycle = draw.OneIn(3) ? draw.Pick(1, 4, 64) : null,
                LatencyCycles = draw.OneIn(3) ? draw.Pick(0, 17, 500) : null,
                Cache = costs.Cache with { LineBytes = lineBytes },
            };
        }

        return new DescribedMachine("fuzz", machine, costs);
    }

    private static int Bank(FuzzDraw draw, int size) => size switch
    {
        0 => DspConfiguration.MinimumBankBytes + (DspConfiguration.BankGranularityBytes * draw.Below(32)),
        1 => DspConfiguration.MinimumBankBytes + (DspConfiguration.BankGranularityBytes * draw.Below(240)),
        _ => draw.Pick<int>(KnownBankBytes),
    };
}
