using TileProof.HwModel.Dma;
namespace TileProof.HwModel.Timing;

/// <summary>Schedules the events of a tiled program on the core and two DMA channels.</summary>
/// <remarks>
/// The core runs in program order. A channel serves its transfers in order, one at a time, and works beside the core; each channel
/// moves bytes at its own rate. Overlap and stalls follow from the events: nothing is estimated as a maximum of compute and
/// transfer time. Times are in core cycles from the begin of the call and need not be whole.
/// </remarks>
public sealed class EventTimeline
{
    private readonly Channel[] channels;
    private readonly int ringDepth;
    private readonly List<TimelineSpan>? spans;
    private readonly List<TimelineEvent>? events;
    private readonly Stack<TermCounts> spareCounts = new();

    /// <summary>Makes a timeline at cycle 0.</summary>
    /// <param name="ringDepth">Descriptors that one channel holds; issuing one more waits for the oldest.</param>
    /// <param name="recordSpans">Whether <see cref="Spans"/> and <see cref="Events"/> are kept.</param>
    /// <param name="countTerms">Whether <see cref="Counts"/> are kept.</param>
    public EventTimeline(int ringDepth, bool recordSpans = false, bool countTerms = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ringDepth, 1);
        this.ringDepth = ringDepth;
        channels = [new Channel(), new Channel()];
        Counts = countTerms ? new TermCounts() : null;
        spans = recordSpans ? [] : null;
        events = recordSpans ? [] : null;
    }

    /// <summary>Where the core is.</summary>
    public double NowCycles { get; private set; }

    /// <summary>The core's cycles by category; they add up to <see cref="NowCycles"/>.</summary>
    public CycleSplit Split { get; } = new();

    /// <summary>
    /// The coefficients along the path that led to <see cref="NowCycles"/>; null unless counting. Who prices work adds its counts before
    /// <see cref="Compute"/>; those of transfers are added here, a byte and a transfer at the fitted speed of DMA.
    /// </summary>
    public TermCounts? Counts { get; }

    /// <summary>All bytes that both channels moved or will have moved.</summary>
    public long DmaBytes { get; private set; }

    /// <summary>Transfers issued on both channels.</summary>
    public int TransferCount { get; private set; }

    /// <summary>What the spans that begin from here on come from, such as a line of source; empty for nothing to say.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Whether spans and events are kept; without them, names are not needed.</summary>
    public bool IsRecording => spans is not null;

    /// <summary>What occupied which track; empty unless recording.</summary>
    public IReadOnlyList<TimelineSpan> Spans => spans ?? [];

    /// <summary>What the program did, in its order; empty unless recording.</summary>
    public IReadOnlyList<TimelineEvent> Events => events ?? [];

    /// <summary>Cycles in which a channel moves data.</summary>
    public double BusyCycles(int channel) => channels[channel].BusyCycles;

    /// <summary>The core works.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative or not a number.</exception>
    public void Compute(CycleCategory category, double cycles, string name = "")
    {
        if (!(cycles >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(cycles), cycles, "Work takes no negative time.");
        }

        events?.Add(TimelineEvent.Work(category, cycles));
        Advance(category, NowCycles + cycles, name);
    }

    /// <summary>The core gives a transfer to a channel; it waits for the oldest one first when the ring is full.</summary>
    /// <param name="channel">0 or 1.</param>
    /// <param name="purpose">What it carries.</param>
    /// <param name="time">How long the channel is busy with it, and how much later its bytes are complete.</param>
    /// <param name="bytes">Payload.</param>
    /// <param name="name">For the trace.</param>
    /// <param name="rows">Rows that the bytes lie in.</param>
    /// <returns>When its last byte has arrived.</returns>
    public double Issue(int channel, TransferPurpose purpose, TransferTime time, long bytes, string name = "", long rows = 1)
    {
        events?.Add(TimelineEvent.Transfer(channel, purpose, bytes, rows));
        Channel target = channels[channel];
        Retire(target);
        if (target.Outstanding.Count >= ringDepth)
        {
            WaitForOldest(target);
        }

        double start = Math.Max(NowCycles, target.FreeAtCycles);
        target.FreeAtCycles = start + time.BusyCycles;
        target.BusyCycles += time.BusyCycles;
        target.Outstanding.Enqueue(new Pending(target.FreeAtCycles + time.LatencyCycles, purpose, CountsOf(target, isFree: start == NowCycles, purpose, bytes)));
        DmaBytes += bytes;
        TransferCount++;
        spans?.Add(new TimelineSpan(channel == 0 ? TimelineTrack.Dma0 : TimelineTrack.Dma1, name, purpose.ToString(), start, target.FreeAtCycles, Origin));
        return target.FreeAtCycles + time.LatencyCycles;
    }

    /// <summary>The core waits until at most <paramref name="outstandingCount"/> transfers of a channel are under way.</summary>
    public void Wait(int channel, int outstandingCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outstandingCount);
        events?.Add(TimelineEvent.Wait(channel, outstandingCount));
        Channel target = channels[channel];
        while (target.Outstanding.Count > outstandingCount)
        {
            WaitForOldest(target);
        }
    }

    private void WaitForOldest(Channel channel)
    {
        (double finish, TransferPurpose purpose, TermCounts? counts) = channel.Outstanding.Dequeue();
        if (finish > NowCycles && Counts is not null)
        {
            Counts.Set(counts!);
            Counts.Add(MemoryTerm.DmaLatency, 1);
        }

        Spare(counts);
        if (finish > NowCycles)
        {
            CycleCategory category = purpose switch
            {
                TransferPurpose.Input => CycleCategory.WaitInput,
                TransferPurpose.Coefficients => CycleCategory.WaitCoefficients,
                _ => CycleCategory.WaitOutputStore,
            };
            Advance(category, finish, "wait");
        }
    }

    /// <summary>The path to the end of a transfer's data: it begins where the core is, or where the transfer before ends.</summary>
    private TermCounts? CountsOf(Channel channel, bool isFree, TransferPurpose purpose, long bytes)
    {
        if (Counts is null)
        {
            return null;
        }

        channel.FreeAtCounts ??= new TermCounts();
        if (isFree)
        {
            channel.FreeAtCounts.Set(Counts);
        }

        channel.FreeAtCounts.Add(purpose == TransferPurpose.Output ? MemoryTerm.DmaStoreByte : MemoryTerm.DmaByte, bytes);
        TermCounts copy = spareCounts.TryPop(out TermCounts? spare) ? spare : new TermCounts();
        copy.Set(channel.FreeAtCounts);
        return copy;
    }

    private void Retire(Channel channel)
    {
        while (channel.Outstanding.Count > 0 && channel.Outstanding.Peek().FinishCycles <= NowCycles)
        {
            Spare(channel.Outstanding.Dequeue().Counts);
        }
    }

    private void Spare(TermCounts? counts)
    {
        if (counts is not null)
        {
            spareCounts.Push(counts);
        }
    }

    private void Advance(CycleCategory category, double end, string name)
    {
        if (end > NowCycles)
        {
            Split.Add(category, end - NowCycles);
            spans?.Add(new TimelineSpan(TimelineTrack.Core, name.Length == 0 ? category.ToString() : name, category.ToString(), NowCycles, end, Origin));
            NowCycles = end;
        }
    }

    private readonly record struct Pending(double FinishCycles, TransferPurpose Purpose, TermCounts? Counts);

    private sealed class Channel
    {
        public Queue<Pending> Outstanding { get; } = new();

        public double FreeAtCycles { get; set; }

        public TermCounts? FreeAtCounts { get; set; }

        public double BusyCycles { get; set; }
    }
}
