using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>What the host code does around a convolution kernel: cache maintenance, dispatch by name, and the residual correction.</summary>
/// <remarks>Operator contract, sections 1b.1, 1b.2 and 1a.5; what the variants do differently stands in <see cref="ConvolutionPolicy"/>.</remarks>
public sealed class Conv2dDriver
{
    private const string DmaSuffix = "_dma";
    private const string CacheSuffix = "_no_dma";

    private static readonly Dictionary<string, Conv2dDmaExecutor> Executors = new(StringComparer.Ordinal)
    {
        ["7x7j2d1"] = new Conv7x7Stride2Executor(),
        ["3x3j1d1"] = new Conv3x3Stride1Executor(),
        ["3x3j2d1"] = new Conv3x3Stride2Executor(),
        ["1x1j1d1"] = new Conv1x1Stride1Executor(),
        ["1x1j2d1"] = new Conv1x1Stride2Executor(),
    };

    private readonly DspMachine machine;
    private readonly ConvolutionPolicy policy;

    /// <summary>Makes a driver for a machine and its version of the programs.</summary>
    public Conv2dDriver(DspMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        this.machine = machine;
        policy = ConvolutionPolicy.Of(machine.Configuration.KernelVariant);
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

        string kernelName = RunsWithoutDma ? policy.NameWithoutDma(plan) : plan.KernelName;
        int mark = machine.System.UsedBytes;
        Conv2dOperands operands = Place(weights, machine.Requantize(requantization), input, output);
        WriteBackInputs(operands);
        machine.InvalidateBeforeStores(output);
        for (int image = 0; image < (policy.ComputesEveryImage ? batch : 1); image++)
        {
            machine.BeginProgram($"{kernelName} {plan.Shape.ConfigKey}");
            if (Dispatch(kernelName, plan, operands, image) is { } refusal)
            {
                machine.IgnoreStatus(kernelName, refusal);
            }

            machine.EndProgram();
        }

        machine.InvalidateCache(output.Whole());
        if (requantization.HasPostCorrection)
        {
            CorrectResiduals(plan.Shape, batch, requantization, output);
        }

        machine.System.ReleaseTo(mark);
    }

    /// <summary>Calls the kernel of a name; returns what it refused, or null.</summary>
    private string? Dispatch(string kernelName, Conv2dTilePlan plan, Conv2dOperands operands, int image)
    {
        if (plan is { Schedule: not null, Mode: ExecutionMode.Dma })
        {
            FreeConv2dExecutor.Run(machine, plan, operands, image);
            return null;
        }

        if (kernelName == plan.Kernel + DmaSuffix)
        {
            return Executors[plan.Kernel].Run(machine, plan, operands, policy, image);
        }

        if (kernelName != plan.Kernel + CacheSuffix)
        {
            return $"no kernel is called {kernelName}";
        }

        Conv2dTilePlan whole = plan.Mode == ExecutionMode.Cache ? plan : Conv2dTilePlanner.PlanCacheMode(plan.Shape);
        MemoryBuffer scratch = machine.System.Allocate("cache-mode scratch", machine.Configuration.CacheScratchBytes);
        string? refusal = Conv2dCacheExecutor.Run(machine, whole, operands, policy, scratch, image);
        machine.System.ReleaseTo(scratch.OffsetBytes);
        return refusal;
    }

    private void WriteBackInputs(Conv2dOperands operands)
    {
        machine.WriteBackCache(operands.Biases.Whole());
        machine.WriteBackCache(operands.Input.Whole());
        machine.WriteBackCache(operands.Weights.Whole());
        if (operands.OutputScales is not null)
        {
            machine.WriteBackCache(operands.OutputScales.Whole());
        }
    }

    private Conv2dOperands Place(ReadOnlySpan<sbyte> weights, Requantization requantization, MemoryBuffer input, MemoryBuffer output)
    {
        MemoryBuffer weightBuffer = machine.System.Allocate("weights", weights.Length);
        weights.CopyTo(weightBuffer.As<sbyte>());
        MemoryBuffer biasBuffer = machine.System.Allocate("kernel biases", requantization.KernelBias.Length * sizeof(int));
        requantization.KernelBias.CopyTo(biasBuffer.As<int>());
        MemoryBuffer? scaleBuffer = null;
        if (requantization.IsPerChannel)
        {
            scaleBuffer = machine.System.Allocate("output scales", requantization.OutputScales.Length * sizeof(ushort));
            requantization.OutputScales.CopyTo(scaleBuffer.As<ushort>());
        }

        return new Conv2dOperands(input, weightBuffer, biasBuffer, scaleBuffer, output, requantization);
    }

    private void CorrectResiduals(Conv2dShape shape, int batch, Requantization requantization, MemoryBuffer output)
    {
        int planeElements = shape.OutHeight * shape.OutWidth;
        machine.BeginCompute(new ComputeStep("residual correction", default, [output.Whole()], [output.Whole()]));
        for (int plane = 0; plane < batch * shape.OutChannels; plane++)
        {
            long correction = requantization.PostCorrectionOf(plane % shape.OutChannels);
            foreach (ref sbyte element in output.As<sbyte>().Slice(plane * planeElements, planeElements))
            {
                element = (sbyte)Math.Clamp(element + correction, sbyte.MinValue, sbyte.MaxValue);
            }
        }

        machine.WriteBackCache(output.Whole());
    }
}
