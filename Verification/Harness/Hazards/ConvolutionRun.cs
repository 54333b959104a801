using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.Verification.Hazards;

/// <summary>Runs one convolution case on a fresh simulated machine.</summary>
public sealed record ConvolutionRun
{
    /// <summary>What the output tensor holds before the run, so that a byte that is never stored shows.</summary>
    public const byte UnstoredByte = 0x5A;

    /// <summary>What to compute.</summary>
    public required ConvolutionCase Case { get; init; }

    /// <summary>The machine.</summary>
    public required DspConfiguration Configuration { get; init; }

    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>When transfers land; null for at the wait.</summary>
    public LandingPolicy? Landing { get; init; }

    /// <summary>Interferes with the program; null for nothing.</summary>
    public MachineInterceptor? Interceptor { get; init; }

    /// <summary>The plan; null for that of the planner of its kernel.</summary>
    public Conv2dTilePlan? Plan { get; init; }

    /// <summary>Whether the tables were made for running without DMA.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>Runs the case and returns the bytes of the output tensor.</summary>
    /// <exception cref="HardwareFaultException">The program broke a rule that this machine faults on.</exception>
    public byte[] Execute(params MachineObserver[] observers)
    {
        var simulated = new SimulatedConvolution
        {
            Machine = Configuration,
            Programs = Programs,
            Landing = Landing,
            Plan = Plan ?? ConvolutionPlans.Published.PlanOf(Case.Shape, Configuration),
            Weights = Case.Weights,
            Requantization = Case.Requantization,
            RunsWithoutDma = RunsWithoutDma,
            OutputBefore = UnstoredByte,
            Interceptor = Interceptor,
        };
        TensorShape inputShape = Case.Shape.InputShape(Case.Batch);
        return simulated.Run(Tensor.FromBytes(inputShape, ElementType.Int8, MemoryMarshal.AsBytes<sbyte>(Case.Input)), observers).Bytes.ToArray();
    }
}
