namespace TileProof.HwModel.Faults;

/// <summary>One wait of a program, as a defect sees it.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="OutstandingCount">How many transfers may remain.</param>
/// <param name="Index">The number of the wait on its channel, from 0.</param>
internal readonly record struct WaitSite(int Channel, int OutstandingCount, int Index);

/// <summary>Drops waits, or sends them to the other channel.</summary>
internal sealed class WaitFault(Func<WaitSite, bool> applies, bool toOtherChannel) : FaultInjector
{
    private readonly int[] counts = new int[2];

    public override bool Waiting(ref int channel, ref int outstandingCount)
    {
        if (!applies(new WaitSite(channel, outstandingCount, counts[channel]++)))
        {
            return true;
        }

        ChangeCount++;
        if (!toOtherChannel)
        {
            return false;
        }

        channel = 1 - channel;
        return true;
    }
}
