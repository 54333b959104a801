using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Machine;

/// <summary>The simulated DSP: local banks, system memory, two DMA channels, and the primitives that tiled programs use.</summary>
/// <remarks>
/// Not thread-safe; a run uses one machine. Local memory starts poisoned, system memory as zeros. Disposing a machine lets the next one
/// have its memory; that is worth much where thousands of machines live for a millisecond each.
/// </remarks>
public sealed class DspMachine : IDisposable
{
    private readonly MachineObserver[] observers;
    private readonly MachineInterceptor? interceptor;
    private readonly bool ownsSystem;

    /// <summary>Makes a machine.</summary>
    /// <param name="configuration">Banks, rings and open hardware choices.</param>
    /// <param name="systemBytes">The bytes of system memory.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="interceptor">Changes what programs ask for; null for nothing.</param>
    /// <param name="observers">Who sees what the programs do.</param>
    public DspMachine(
        DspConfiguration configuration, int systemBytes, LandingPolicy landing, MachineInterceptor? interceptor = null, params IReadOnlyList<MachineObserver> observers)
        : this(configuration, new SystemMemory(systemBytes, configuration), landing, interceptor, observers) => ownsSystem = true;

    /// <summary>Makes a machine beside a system memory that lives longer; where that holds no bytes, the machine has none either.</summary>
    internal DspMachine(
        DspConfiguration configuration, SystemMemory system, LandingPolicy landing, MachineInterceptor? interceptor, IReadOnlyList<MachineObserver> observers)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(landing);
        ArgumentNullException.ThrowIfNull(observers);
        Configuration = configuration;
        this.observers = [.. observers];
        this.interceptor = interceptor;
        Banks = MemoryBank.AllOf(configuration, system.HasBytes);
        foreach (MemoryBank bank in Banks)
        {
            bank.Bytes.Fill(configuration.PoisonByte);
        }

        System = system;
        Dma = new DmaEngine(configuration, landing, interceptor, this.observers);
    }

    /// <summary>What the machine is.</summary>
    public DspConfiguration Configuration { get; }

    /// <summary>The local banks, DRAM0 first.</summary>
    public IReadOnlyList<MemoryBank> Banks { get; }

    /// <summary>System memory.</summary>
    public SystemMemory System { get; }

    /// <summary>The two DMA channels.</summary>
    public DmaEngine Dma { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MemoryBank bank in Banks)
        {
            bank.ReleaseStorage();
        }

        if (ownsSystem)
        {
            System.ReleaseStorage();
        }
    }

    /// <summary>Hands out bytes of a bank.</summary>
    /// <exception cref="HardwareFaultException">The bank has fewer bytes left, and the machine faults on that.</exception>
    public MemoryBuffer Allocate(int bank, string label, int lengthBytes)
    {
        int grantedBytes = interceptor?.Allocating(bank, label, lengthBytes) ?? lengthBytes;
        MemoryBuffer buffer = Banks[bank].Allocate(label, grantedBytes);
        buffer = interceptor?.Allocated(buffer) ?? buffer;
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
            bank.ReleaseAll();
        }

        interceptor?.ProgramStarted(program);

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

    /// <summary>Tells the observers that the program begins to work on a tile.</summary>
    public void BeginTile(TileCoordinates tile)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.TileStarted(tile);
        }
    }

    /// <summary>The core writes a constant over a region.</summary>
    /// <exception cref="HardwareFaultException">The region leaves its memory.</exception>
    public void Fill(in StridedRegion region, byte value, FillPurpose purpose)
    {
        var step = new FillStep(region, value, purpose);
        if (region.TotalBytes == 0 || interceptor?.Filling(ref step) == false)
        {
            return;
        }

        step.Region.Buffer.Space.Touch(step.Region, "fill");
        Dma.Advance();
        foreach (MachineObserver observer in observers)
        {
            observer.Filling(step);
        }

        StridedBytes.Fill(step.Region, step.Value);
        Dma.PassTime(step);
    }

    /// <summary>Announces a computation; the caller then performs it on the bytes that lie in memory at this moment.</summary>
    /// <exception cref="HardwareFaultException">A range leaves its memory.</exception>
    public void BeginCompute(ComputeStep step)
    {
        foreach (StridedRegion region in step.Reads)
        {
            region.Buffer.Space.Touch(region, step.Kernel);
        }

        foreach (StridedRegion region in step.Writes)
        {
            region.Buffer.Space.Touch(region, step.Kernel);
        }

        Dma.Advance();
        foreach (MachineObserver observer in observers)
        {
            observer.Computing(step);
        }

        interceptor?.Computing(step);
        Dma.PassTime(step);
    }

    /// <summary>Tells the observers what the arithmetic of the computation announced last ran into.</summary>
    public void EndCompute(ComputeStep step, ArithmeticEvents events)
    {
        if (events.IsNone)
        {
            return;
        }

        foreach (MachineObserver observer in observers)
        {
            observer.ArithmeticLeftRange(step, events);
        }
    }

    /// <summary>Tells the observers that a kernel returned an error which its caller does not look at.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="reason">What it complained about.</param>
    public void IgnoreStatus(string kernel, string reason)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.StatusIgnored(kernel, reason);
        }
    }

    /// <summary>How the vector core narrows accumulators.</summary>
    internal PackBehavior PackBehavior()
    {
        var hardware = Machine.PackBehavior.Hardware(Configuration.AccumulatorOverflow);
        return interceptor?.Packing(hardware) ?? hardware;
    }

    /// <summary>An operator call returns its result: from now on the core may read it.</summary>
    public void HandBack(MemoryBuffer output)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.HandedBack(output);
        }
    }

    /// <summary>The core writes its cache lines of a region back.</summary>
    public void WriteBackCache(in StridedRegion region)
    {
        StridedRegion lines = region;
        if (interceptor?.WritingBackCache(ref lines) == false)
        {
            return;
        }

        foreach (MachineObserver observer in observers)
        {
            observer.CacheWrittenBack(lines);
        }
    }

    /// <summary>The core drops its cache lines of a region.</summary>
    public void InvalidateCache(in StridedRegion region)
    {
        StridedRegion lines = region;
        if (interceptor?.InvalidatingCache(ref lines) == false)
        {
            return;
        }

        foreach (MachineObserver observer in observers)
        {
            observer.CacheInvalidated(lines);
        }
    }
}
