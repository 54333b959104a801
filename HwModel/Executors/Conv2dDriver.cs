using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Runs a convolution call: places its tensors in system memory, has its program written, and runs it.</summary>
public sealed class Conv2dDriver
{
    private readonly DspMachine machine;
    private readonly ProgramLibrary library;

    /// <summary>Makes a driver for a machine and its version of the programs.</summary>
    public Conv2dDriver(DspMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        this.machine = machine;
        library = ProgramLibrary.Of(machine.Configuration.KernelVariant);
    }

    /// <summary>Whether the layer tables were made for running without DMA, so that every layer takes the cache path.</summary>
    public bool RunsWithoutDma { get; init; }

    /// <summary>Runs a convolution from system memory to system memory.</summary>
    /// <param name="plan">Tiles or the cache path.</param>
    /// <param name="batch">N, images.</param>
    /// <param name="weights">int8 <c>[OC, C, KH, KW]</c>.</param>
    /// <param name="requantization">The integers of the layer.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c> in system memory.</param>
    /// <param name="output">int8 <c>[N, OC, OH, OW]</c> in system memory.</param>
    /// <exception cref="NotSupportedException">No tiled kernel computes this geometry.</exception>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public void Run(Conv2dTilePlan plan, int batch, ReadOnlySpan<sbyte> weights, Requantization requantization, MemoryBuffer input, MemoryBuffer output)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(requantization);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (!ConvolutionKernel.Supports(plan.Shape))
        {
            throw new NotSupportedException($"{plan.Shape.ConfigKey}: no tiled kernel; there are {string.Join(", ", ConvolutionKernel.Names)} with one group and square padding.");
        }

        int mark = machine.System.UsedBytes;
        Requantization kernel = machine.Requantize(requantization);
        MemoryBuffer[] tensors = Place(weights, kernel, input, output);
        TileProgram program = library.Write(new ConvolutionRequest(plan, batch, kernel, machine.Configuration)
        {
            RunsWithoutDma = RunsWithoutDma,
            CorrectsResiduals = requantization.HasPostCorrection,
        });
        new ProgramRunner(machine, program, new ConvolutionKernels(kernel, requantization), tensors).Run();
        machine.System.ReleaseTo(mark);
    }

    /// <summary>Puts what the program reads beside the input into system memory.</summary>
    private MemoryBuffer[] Place(ReadOnlySpan<sbyte> weights, Requantization requantization, MemoryBuffer input, MemoryBuffer output)
    {
        MemoryBuffer weightBuffer = machine.System.Allocate("weights", weights.Length);
        weights.CopyTo(weightBuffer.As<sbyte>());
        MemoryBuffer biasBuffer = machine.System.Allocate("kernel biases", requantization.KernelBias.Length * sizeof(int));
        requantization.KernelBias.CopyTo(biasBuffer.As<int>());
        if (!requantization.IsPerChannel)
        {
            return [input, weightBuffer, biasBuffer, output];
        }

        MemoryBuffer scaleBuffer = machine.System.Allocate("output scales", requantization.OutputScales.Length * sizeof(ushort));
        requantization.OutputScales.CopyTo(scaleBuffer.As<ushort>());
        return [input, weightBuffer, biasBuffer, scaleBuffer, output];
    }
}
