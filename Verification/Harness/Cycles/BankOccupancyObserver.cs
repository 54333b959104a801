using TileProof.HwModel.Machine;

namespace TileProof.Verification.Cycles;

/// <summary>Sees how much of the local banks a program uses.</summary>
/// <param name="bankCount">The banks of the machine.</param>
/// <param name="now">The cycle that the program is at.</param>
public sealed class BankOccupancyObserver(int bankCount, Func<double> now) : MachineObserver
{
    private readonly List<BankOccupancy> samples = [];
    private readonly int[] usedBytes = new int[bankCount];

    /// <summary>One sample for each moment at which the use changes.</summary>
    public IReadOnlyList<BankOccupancy> Samples => samples;

    /// <inheritdoc/>
    public override void ProgramStarted(string program) => ReleaseAll();

    /// <inheritdoc/>
    public override void ProgramEnded() => ReleaseAll();

    /// <inheritdoc/>
    public override void Allocated(MemoryBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Space is MemoryBank bank)
        {
            usedBytes[bank.Index] = bank.UsedBytes;
            AddSample();
        }
    }

    private void ReleaseAll()
    {
        Array.Clear(usedBytes);
        AddSample();
    }

    private void AddSample()
    {
        var sample = new BankOccupancy(now(), BankBytes.Of(usedBytes));
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
