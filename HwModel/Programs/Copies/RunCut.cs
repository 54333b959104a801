namespace TileProof.HwModel.Programs.Copies;

/// <summary>What one piece of a copy of equal runs takes: whole runs, or a part of one.</summary>
/// <param name="Run">The first run.</param>
/// <param name="RunCount">Runs, 1 or more; 1 for a part.</param>
/// <param name="FirstByte">Where the piece begins in its runs.</param>
/// <param name="Bytes">Bytes of every run.</param>
internal readonly record struct RunCut(int Run, int RunCount, int FirstByte, int Bytes)
{
    /// <summary>Cuts runs into as many whole ones as a buffer holds, or into parts of a run that does not fit.</summary>
    /// <param name="runBytes">Bytes of a run.</param>
    /// <param name="runCount">Runs.</param>
    /// <param name="capacityBytes">Bytes of the buffer.</param>
    public static IEnumerable<RunCut> Of(int runBytes, int runCount, int capacityBytes)
    {
        int partBytes = Math.Min(runBytes, capacityBytes);
        int runsAtOnce = partBytes < runBytes ? 1 : Math.Min(capacityBytes / runBytes, runCount);
        for (int run = 0; run < runCount; run += runsAtOnce)
        {
            for (int part = 0; part < runBytes; part += partBytes)
            {
                yield return new RunCut(run, Math.Min(runsAtOnce, runCount - run), part, Math.Min(partBytes, runBytes - part));
            }
        }
    }
}
