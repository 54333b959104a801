using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rule that a program reads no local byte that it has not written.</summary>
internal sealed class WrittenBytesRules(HazardLog log)
{
    private readonly IntervalSet[] written = [.. Enumerable.Range(0, DspConfiguration.MaximumBankCount).Select(static _ => new IntervalSet())];

    public void StartProgram()
    {
        foreach (IntervalSet bank in written)
        {
            bank.Clear();
        }
    }

    public void Write(in TouchedRegion touched)
    {
        if (NotAllWritten(touched) is not { } set)
        {
            return;
        }

        var runs = new ByteRuns(touched.Region);
        for (int run = 0; run < runs.Count; run++)
        {
            set.Add(runs[run].Start, runs[run].End);
        }
    }

    public void Read(in TouchedRegion touched, in MachineOperation operation)
    {
        if (NotAllWritten(touched) is not { } set)
        {
            return;
        }

        var runs = new ByteRuns(touched.Region);
        for (int run = 0; run < runs.Count; run++)
        {
            if (set.FirstMissing(runs[run].Start, runs[run].End) is { } missing)
            {
                log.Report(HazardRule.NeverWritten, operation, touched.Buffer, missing, "nothing has been written there since the program began");
                return;
            }
        }
    }

    /// <summary>The written bytes of the bank of a region; null outside the banks, and where none between its ends is missing.</summary>
    private IntervalSet? NotAllWritten(in TouchedRegion touched) =>
        touched.Space is MemoryBank bank && !touched.IsEmpty && written[bank.Index] is var set && set.FirstMissing(touched.Start, touched.End) is not null ? set : null;
}
