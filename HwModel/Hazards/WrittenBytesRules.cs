using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rule that a program reads no local byte that it has not written.</summary>
internal sealed class WrittenBytesRules(HazardLog log)
{
    private readonly IntervalSet[] written = [new(), new()];

    public void StartProgram()
    {
        foreach (IntervalSet bank in written)
        {
            bank.Clear();
        }
    }

    public void Write(in StridedRegion region)
    {
        if (region.Buffer.Space is not MemoryBank bank || region.TotalBytes == 0)
        {
            return;
        }

        IntervalSet set = written[bank.Index];
        if (set.FirstMissing(region.StartInSpace, region.EndInSpace) is null)
        {
            return;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            set.Add(runs[run].Start, runs[run].End);
        }
    }

    public void Read(in StridedRegion region, in MachineOperation operation)
    {
        if (region.Buffer.Space is not MemoryBank bank || region.TotalBytes == 0)
        {
            return;
        }

        IntervalSet set = written[bank.Index];
        if (set.FirstMissing(region.StartInSpace, region.EndInSpace) is null)
        {
            return;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            if (set.FirstMissing(runs[run].Start, runs[run].End) is { } missing)
            {
                log.Report(HazardRule.NeverWritten, operation, region.Buffer, missing, "nothing has been written there since the program began");
                return;
            }
        }
    }
}
