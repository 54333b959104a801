using TileProof.HwModel.Machine;

namespace TileProof.Verification.Cycles;

/// <summary>Sees how much of the local banks a program uses.</summary>
/// <param name="now">The cycle that the program is at.</param>
public sealed class BankOccupancyObserver(Func<double> now) : MachineObserver
{
    private readonly List<BankOccupancy> samples = [];
    private long dram0Bytes;
    private long dram1Bytes;

    /// <summary>One sample for each moment at which the use changes.</summary>
    public IReadOnlyList<BankOccupancy> Samples => samples;

    /// <inheritdoc/>
    public override void ProgramStarted(string program) => Use(0, 0);

    /// <inheritdoc/>
    public override void ProgramEnded() => Use(0, 0);

    /// <inheritdoc/>
    public override void Allocated(MemoryBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Space is MemoryBank { Index: 0 } first)
        {
            Use(first.UsedBytes, dram1Bytes);
        }
        else if (buffer.Space is MemoryBank second)
        {
            Use(dram0Bytes, second.UsedBytes);
        }
    }

    private void Use(long inDram0, long inDram1)
    {
        (dram0Bytes, dram1Bytes) = (inDram0, inDram1);
        var sample = new BankOccupancy(now(), inDram0, inDram1);
        if (samples.Count > 0 && samples[^1].AtCycles == sample.AtCycles)
        {
            samples[^1] = sample;
        }
        else
        {
            samples.Add(sample);
        }
    }
}
