using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>One convolution on a machine of its own, from tensor to tensor.</summary>
public sealed record SimulatedConvolution
{
    /// <summary>The banks and the open hardware choices.</summary>
    public required DspConfiguration Machine { get; init; }

    /// <summary>The version of the programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>When transfers move their bytes; null for at the wait.</summary>
    public LandingPolicy? Landing { get; init; }

    /// <summary>Tiles or the cache path.</summary>
    public required Conv2dTilePlan Plan { get; init; }

    /// <summary>int8 <c>[OC, C, KH, KW]</c>.</summary>
    public required sbyte[] Weights { get; init; }

    /// <summary>The integers of the layer.</summary>
    public required Requantization Requantization { get; init; }

    /// <summary>Whether the layer tables were made for running without DMA, so that every layer takes the cache path.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>What the output tensor holds before the run, so that a byte that is never stored shows; null for the poison of the machine.</summary>
    public byte? OutputBefore { get; init; }

    /// <summary>Changes what the program asks of the machine; null for nothing.</summary>
    public MachineInterceptor? Interceptor { get; init; }

    /// <summary>Runs the convolution.</summary>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <returns>int8 <c>[N, OC, OH, OW]</c>.</returns>
    /// <exception cref="NotSupportedException">No tiled kernel computes this geometry.</exception>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public Tensor Run(Tensor input, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(input);
        int batch = input.Shape.Batch;
        var request = new ConvolutionRequest(Plan, batch, Interceptor?.Requantizing(Requantization) ?? Requantization, Machine)
        {
            RunsWithoutDma = RunsWithoutDma,
            CorrectsResiduals = Requantization.HasPostCorrection,
        };
        var prepared = PreparedCall.OfConvolution(request, Programs, Weights, Requantization);
        var output = new TensorInfo("output", Plan.Shape.OutputShape(batch), ElementType.Int8, null);
        return SimulatedCall.Run(prepared, Machine, Landing ?? new LandAtWait(), Interceptor, [("input", input)], output, OutputBefore, null, observers);
    }
}
