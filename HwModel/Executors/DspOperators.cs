using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Runs any operator call on the simulated DSP, from system memory to system memory.</summary>
public static class DspOperators
{
    /// <summary>Runs one call; its weights and scratch lie in system memory after what is allocated there, for the time of the call.</summary>
    /// <param name="machine">The machine; both banks are emptied.</param>
    /// <param name="call">The operator, its parameters and the shapes of its values.</param>
    /// <param name="inputs">One buffer in system memory per input of the call, as long as the value.</param>
    /// <param name="output">The buffer in system memory that receives the output; it overlaps no input.</param>
    /// <param name="derivation">How a convolution derives its requantization integers.</param>
    /// <param name="routing">How the path is chosen.</param>
    /// <param name="plans">The plans of convolutions; null for the published planner.</param>
    /// <param name="requantization">The integers of a convolution where they were derived before; null to derive them.</param>
    /// <exception cref="ArgumentException">A buffer does not match the call.</exception>
    /// <exception cref="HardwareFaultException">System memory or the scratch buffer is too small for the call.</exception>
    /// <exception cref="NotSupportedException">The simulated DSP has no such operator.</exception>
    public static ExecutedOperator Run(
        DspMachine machine,
        OperatorCall call,
        IReadOnlyList<MemoryBuffer> inputs,
        MemoryBuffer output,
        ParameterDerivation derivation,
        OperatorRouting routing = OperatorRouting.Published,
        ConvolutionPlans? plans = null,
        Requantization? requantization = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        RequireBuffers(call, inputs, output);
        ExecutedOperator executed = call switch
        {
            Conv2dCall conv => Convolve(machine, conv, inputs[0], output, () => requantization ?? conv.Requantize(derivation), routing, plans ?? ConvolutionPlans.Published),
            MaxPool2dCall pool => MaxPool2dExecutor.Run(machine, pool, inputs[0], output, routing),
            MeanCall mean => new MeanExecutor(machine, mean, inputs[0], output).Run(routing),
            QuantizePerTensorCall quantize => new QuantizePerTensorExecutor(quantize).Run(machine, inputs, output, routing),
            DequantizePerTensorCall dequantize => new DequantizePerTensorExecutor(dequantize).Run(machine, inputs, output, routing),
            QuantizedReluCall relu => new QuantizedReluExecutor(relu).Run(machine, inputs, output, routing),
            QuantizedLinearCall linear => new QuantizedLinearExecutor(machine, linear, inputs[0], output).Run(routing),
            AddCall add => AddProgram(machine, add).Run(machine, inputs, output, routing),
            SoftmaxCall softmax => new SoftmaxExecutor(machine, softmax, inputs[0], output).Run(routing),
            _ => throw new NotSupportedException($"The simulated DSP does not implement {call.Kind}."),
        };
        machine.HandBack(output);
        return executed;
    }

    /// <summary>System memory, in bytes, that suffices for the weights and the scratch of a call.</summary>
    /// <exception cref="OverflowException">The weights exceed what one system memory can hold.</exception>
    public static int TemporaryBytes(OperatorCall call, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(configuration);
        return call switch
        {
            Conv2dCall conv => checked(
                SystemMemory.RoundUpToLine(conv.Weights.Length)
                + SystemMemory.RoundUpToLine(conv.Shape.OutChannels * sizeof(int))
                + SystemMemory.RoundUpToLine(conv.Shape.OutChannels * sizeof(ushort))
                + SystemMemory.RoundUpToLine(configuration.CacheScratchBytes)),
            QuantizedLinearCall linear => checked(
                SystemMemory.RoundUpToLine(linear.Weights.Length) + SystemMemory.RoundUpToLine(linear.Bias.Length * sizeof(int))),
            MaxPool2dCall => SystemMemory.RoundUpToLine(configuration.CacheScratchBytes),
            _ => 0,
        };
    }

    private static AddExecutor AddProgram(DspMachine machine, AddCall call) =>
        machine.Configuration.KernelVariant == KernelVariant.Corrected ? new AddExecutor(call) : new PublishedAddExecutor(call);

    private static ExecutedOperator Convolve(
        DspMachine machine,
        Conv2dCall call,
        MemoryBuffer input,
        MemoryBuffer output,
        Func<Requantization> requantization,
        OperatorRouting routing,
        ConvolutionPlans plans)
    {
        if (!ConvolutionKernel.Supports(call.Shape))
        {
            return new GenericConv2dExecutor(machine, call, input, output).Run();
        }

        Conv2dTilePlan plan = plans.PlanOf(call.Shape, machine.Configuration, usesBanks: routing != OperatorRouting.Direct);
        new Conv2dDriver(machine).Run(plan, call.Input.Shape.Batch, call.Weights, requantization(), input, output);
        OperatorPath path = plan.Mode == ExecutionMode.Dma ? OperatorPath.Dma : OperatorPath.Direct;
        return new ExecutedOperator(path, plan.ToString()) { ConvolutionPlan = plan };
    }

    private static void RequireBuffers(OperatorCall call, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output)
    {
        if (inputs.Count != call.Inputs.Count)
        {
            throw new ArgumentException($"Call '{call.Name}' reads {call.Inputs.Count} value(s), not {inputs.Count}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            RequireBuffer(call, call.Inputs[i], inputs[i], nameof(inputs));
        }

        RequireBuffer(call, call.Output, output, nameof(output));
    }

    private static void RequireBuffer(OperatorCall call, TensorInfo value, MemoryBuffer buffer, string parameterName)
    {
        if (buffer.Space is not SystemMemory || buffer.LengthBytes != value.LengthBytes)
        {
            throw new ArgumentException(
                $"Call '{call.Name}' takes '{value.Name}' in {value.LengthBytes} bytes of system memory, not in {buffer}.", parameterName);
        }
    }
}
