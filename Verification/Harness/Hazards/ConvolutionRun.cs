using TileProof.HwModel.Dma;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.Verification;

/// <summary>Runs one convolution case on a fresh simulated machine.</summary>
public sealed record ConvolutionRun
{
    /// <summary>What the output tensor holds before the run, so that a byte that is never stored shows.</summary>
    public const byte UnstoredByte = 0x5A;

    /// <summary>Room for the driver's own tensors beside input and output: weights, biases, scales, alignment.</summary>
    private const int AlignmentSlackBytes = 16 * SystemMemory.CacheLineBytes;

    /// <summary>What to compute.</summary>
    public required ConvolutionCase Case { get; init; }

    /// <summary>The machine and the version of the programs.</summary>
    public required DspConfiguration Configuration { get; init; }

    /// <summary>When transfers land; null for at the wait.</summary>
    public LandingPolicy? Landing { get; init; }

    /// <summary>Interferes with the program; null for nothing.</summary>
    public MachineInterceptor? Interceptor { get; init; }

    /// <summary>The plan; null for the planner's.</summary>
    public Conv2dTilePlan? Plan { get; init; }

    /// <summary>Whether the tables were made for running without DMA.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>Runs the case and returns the bytes of the output tensor.</summary>
    /// <exception cref="HardwareFaultException">The program broke a rule that this machine faults on.</exception>
    public byte[] Execute(params MachineObserver[] observers)
    {
        Conv2dTilePlan plan = Plan ?? Conv2dTilePlanner.Plan(Case.Shape, Configuration);
        int outputBytes = Case.Shape.OutputShape(Case.Batch).ElementCount;
        int systemBytes = Case.Input.Length + outputBytes + Case.Weights.Length + (6 * Case.Shape.OutChannels)
            + Configuration.CacheScratchBytes + AlignmentSlackBytes;
        using var machine = new DspMachine(Configuration, systemBytes, Landing ?? new LandAtWait(), Interceptor, observers);
        MemoryBuffer input = machine.System.Allocate("input", Case.Input.Length);
        Case.Input.CopyTo(input.As<sbyte>());
        MemoryBuffer output = machine.System.Allocate("output", outputBytes);
        output.Bytes.Fill(UnstoredByte);
        new Conv2dDriver(machine) { RunsWithoutDma = RunsWithoutDma }
            .Run(plan, Case.Batch, Case.Weights, Case.Requantization, input, output);
        machine.HandBack(output);
        return output.Bytes.ToArray();
    }
}
