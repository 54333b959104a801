using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Runs one convolution on a machine of its own, from tensor to tensor.</summary>
public static class SimulatedConvolution
{
    /// <summary>Runs the convolution.</summary>
    /// <param name="configuration">The banks and the open hardware choices.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="plan">Tiles or the cache path.</param>
    /// <param name="weights">int8 <c>[OC, C, KH, KW]</c>.</param>
    /// <param name="requantization">The integers of the layer.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="interceptor">Changes what the program asks of the machine; null for nothing.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <returns>int8 <c>[N, OC, OH, OW]</c>.</returns>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public static Tensor Run(
        DspConfiguration configuration,
        LandingPolicy landing,
        Conv2dTilePlan plan,
        ReadOnlySpan<sbyte> weights,
        Requantization requantization,
        Tensor input,
        MachineInterceptor? interceptor = null,
        params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(requantization);
        ArgumentNullException.ThrowIfNull(input);
        TensorShape outputShape = plan.Shape.OutputShape(input.Shape.Batch);
        using var machine = new DspMachine(configuration, SystemBytes(configuration, plan, requantization, input, outputShape), landing, interceptor, observers);
        MemoryBuffer inputBuffer = machine.System.Allocate("input", input.Bytes.Length);
        input.Bytes.CopyTo(inputBuffer.Bytes);
        MemoryBuffer outputBuffer = machine.System.Allocate("output", outputShape.ElementCount);
        outputBuffer.Bytes.Fill(configuration.PoisonByte);
        new Conv2dDriver(machine).Run(plan, input.Shape.Batch, weights, requantization, inputBuffer, outputBuffer);
        return Tensor.FromBytes(outputShape, ElementType.Int8, outputBuffer.Bytes);
    }

    private static int SystemBytes(
        DspConfiguration configuration, Conv2dTilePlan plan, Requantization requantization, Tensor input, TensorShape outputShape)
    {
        const int BufferCount = 6;
        long bytes = (long)input.Bytes.Length + outputShape.ElementCount + plan.Shape.WeightCount
            + (requantization.KernelBias.Length * (long)(sizeof(int) + sizeof(ushort)))
            + (BufferCount * SystemMemory.CacheLineBytes)
            + (plan.Mode == ExecutionMode.Cache ? configuration.CacheScratchBytes : 0);
        return checked((int)bytes);
    }
}
