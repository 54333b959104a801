using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Machine;

/// <summary>The simulated DSP: two local banks, system memory, two DMA channels, and the primitives that tiled programs use.</summary>
/// <remarks>Not thread-safe; a run uses one machine. Local memory starts poisoned, system memory as zeros.</remarks>
public sealed class DspMachine
{
    private readonly MachineObserver[] observers;

    /// <summary>Makes a machine.</summary>
    /// <param name="configuration">Banks, rings and open hardware choices.</param>
    /// <param name="systemBytes">The bytes of system memory.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="observers">Who sees what the programs do.</param>
    public DspMachine(DspConfiguration configuration, int systemBytes, LandingPolicy landing, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(landing);
        ArgumentNullException.ThrowIfNull(observers);
        Configuration = configuration;
        this.observers = observers;
        Banks =
        [
            new MemoryBank(0, configuration.Dram0Bytes, configuration.AllocationAlignmentBytes),
            new MemoryBank(1, configuration.Dram1Bytes, configuration.AllocationAlignmentBytes),
        ];
        foreach (MemoryBank bank in Banks)
        {
            bank.Bytes.Fill(configuration.PoisonByte);
        }

        System = new SystemMemory(systemBytes);
        Dma = new DmaEngine(configuration, landing, observers);
    }

    /// <summary>What the machine is.</summary>
    public DspConfiguration Configuration { get; }

    /// <summary>DRAM0 and DRAM1.</summary>
    public IReadOnlyList<MemoryBank> Banks { get; }

    /// <summary>System memory.</summary>
    public SystemMemory System { get; }

    /// <summary>The two DMA channels.</summary>
    public DmaEngine Dma { get; }

    /// <summary>Hands out bytes of a bank.</summary>
    /// <exception cref="HardwareFaultException">The bank has fewer bytes left.</exception>
    public MemoryBuffer Allocate(int bank, string label, int lengthBytes)
    {
        MemoryBuffer buffer = Banks[bank].Allocate(label, lengthBytes);
        foreach (MachineObserver observer in observers)
        {
            observer.Allocated(buffer);
        }

        return buffer;
    }

    /// <summary>Empties both banks and tells the observers that a program starts; its bytes stay as the program before left them.</summary>
    public void BeginProgram(string program)
    {
        foreach (MemoryBank bank in Banks)
        {
            bank.ReleaseTo(0);
        }

        foreach (MachineObserver observer in observers)
        {
            observer.ProgramStarted(program);
        }
    }

    /// <summary>Tells the observers that the program returns.</summary>
    public void EndProgram()
    {
        foreach (MachineObserver observer in observers)
        {
            observer.ProgramEnded();
        }
    }

    /// <summary>The core writes a constant over a region.</summary>
    /// <exception cref="HardwareFaultException">The region leaves its memory.</exception>
    public void Fill(in StridedRegion region, byte value, FillPurpose purpose)
    {
        if (region.TotalBytes == 0)
        {
            return;
        }

        CheckBounds(region, "fill");
        Dma.Advance();
        var step = new FillStep(region, value, purpose);
        foreach (MachineObserver observer in observers)
        {
            observer.Filling(step);
        }

        Span<byte> bytes = region.Buffer.Space.Bytes;
        int rows = region.RowCount * region.PlaneCount;
        for (int row = 0; row < rows; row++)
        {
            bytes.Slice(region.RowStartInSpace(row), region.RowBytes).Fill(value);
        }
    }

    /// <summary>Announces a computation; the caller then performs it on the bytes that lie in memory at this moment.</summary>
    /// <exception cref="HardwareFaultException">A range leaves its memory.</exception>
    public void BeginCompute(ComputeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (StridedRegion region in step.Reads)
        {
            CheckBounds(region, step.Kernel);
        }

        foreach (StridedRegion region in step.Writes)
        {
            CheckBounds(region, step.Kernel);
        }

        Dma.Advance();
        foreach (MachineObserver observer in observers)
        {
            observer.Computing(step);
        }
    }

    /// <summary>The core writes its cache lines of a region back.</summary>
    public void WriteBackCache(in StridedRegion region)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.CacheWrittenBack(region);
        }
    }

    /// <summary>The core drops its cache lines of a region.</summary>
    public void InvalidateCache(in StridedRegion region)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.CacheInvalidated(region);
        }
    }

    private static void CheckBounds(in StridedRegion region, string who)
    {
        if (!region.IsInsideBuffer)
        {
            throw new HardwareFaultException($"{who} leaves its buffer: {region}, which has {region.Buffer.LengthBytes} bytes.");
        }
    }
}
