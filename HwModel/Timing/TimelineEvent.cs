namespace TileProof.HwModel.Timing;

/// <summary>One step of a program as a timeline was told it: work of the core, a transfer, or a wait.</summary>
/// <param name="What">A category of work, a purpose of a transfer, or <c>wait</c>.</param>
/// <param name="Channel">The DMA channel; -1 for work.</param>
/// <param name="Cycles">Cycles of work.</param>
/// <param name="Bytes">Payload of a transfer.</param>
/// <param name="Rows">Rows of a transfer.</param>
/// <param name="OutstandingCount">Transfers that a wait leaves under way.</param>
public readonly record struct TimelineEvent(string What, int Channel, double Cycles, long Bytes, long Rows, int OutstandingCount)
{
    internal static TimelineEvent Work(CycleCategory category, double cycles) => new(category.ToString(), -1, cycles, 0, 0, 0);

    internal static TimelineEvent Transfer(int channel, TransferPurpose purpose, long bytes, long rows) => new(purpose.ToString(), channel, 0, bytes, rows, 0);

    internal static TimelineEvent Wait(int channel, int outstandingCount) => new("wait", channel, 0, 0, 0, outstandingCount);
}
