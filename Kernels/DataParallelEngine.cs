using System.Runtime.CompilerServices;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Kernels;

/// <summary>Operator calls as data-parallel kernels, on host threads or on a device.</summary>
/// <remarks>
/// Weights and requantization integers of a call are prepared, and on a device uploaded, at its first run and kept until the
/// engine is disposed or the call is collected. Not safe for concurrent callers; the executor brings the parallelism.
/// </remarks>
public sealed class DataParallelEngine : IOperatorEngine, IDisposable
{
    private readonly ConditionalWeakTable<OperatorCall, PreparedConstants> prepared = [];
    private readonly IKernelExecutor executor;

    /// <summary>Makes an engine that owns <paramref name="executor"/>.</summary>
    public DataParallelEngine(IKernelExecutor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        this.executor = executor;
    }

    /// <summary>What the kernels run on.</summary>
    public KernelDevice Device => executor.Device;

    /// <inheritdoc/>
    public string Name => $"data-parallel-{Device.Kind.Label()}";

    /// <inheritdoc/>
    public string Description => Device.ToString();

    /// <inheritdoc/>
    public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != call.Inputs.Count)
        {
            throw new ArgumentException($"Call '{call.Name}' reads {call.Inputs.Count} values, not {inputs.Count}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            RequireMatch(inputs[i], call.Inputs[i], nameof(inputs));
        }

        return Compute(inputs, call.Output, (values, output) => Dispatch(call, values, output, derivation));
    }

    /// <summary>Runs a whole network; values stay on the device between calls and give their memory back after the last call that reads them.</summary>
    /// <param name="network">The calls.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="derivation">How convolutions derive their requantization integers.</param>
    /// <returns>The value that the last call writes.</returns>
    /// <exception cref="ArgumentException">The input does not match the network.</exception>
    public Tensor RunNetwork(Network network, Tensor input, ParameterDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        RequireMatch(input, network.Input, nameof(input));
        Dictionary<TensorInfo, int> lastReader = LastReaders(network);
        var values = network.InputValues(input).ToDictionary(static pair => pair.Key, pair => executor.Upload(pair.Value));
        try
        {
            foreach (OperatorCall call in network.Calls)
            {
                KernelValue output = executor.Allocate(call.Output.Shape, call.Output.ElementType);
                values.Add(call.Output, output);
                Dispatch(call, [.. call.Inputs.Select(value => values[value])], output, derivation);
                foreach (TensorInfo value in call.Inputs.Distinct())
                {
                    if (lastReader[value] == call.Index)
                    {
                        values.Remove(value, out KernelValue? finished);
                        finished!.Dispose();
                    }
                }
            }

            return executor.Download(values[network.Output]);
        }
        finally
        {
            DisposeAll(values.Values);
        }
    }

    /// <summary>int8 convolution with explicit requantization integers.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="requantization">From accumulator to int8.</param>
    /// <returns>int8 <c>[N, OC, OH, OW]</c>.</returns>
    /// <exception cref="ArgumentException">An operand does not match the geometry.</exception>
    public Tensor Conv2d(Conv2dShape shape, Tensor input, sbyte[] weights, Requantization requantization)
    {
        ArgumentNullException.ThrowIfNull(input);
        var constants = new Conv2dInt8Constants(shape, weights, requantization);
        return ComputeOnce(constants, input, shape, ElementType.Int8, (x, y) => executor.Conv2dInt8(constants, x, y));
    }

    /// <summary>float32 convolution: sums in double precision in the order channel, kernel row, kernel column, rounded once.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">float32 <c>[N, C, H, W]</c>.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="bias">One per output channel.</param>
    /// <returns>float32 <c>[N, OC, OH, OW]</c>.</returns>
    /// <exception cref="ArgumentException">An operand does not match the geometry.</exception>
    public Tensor Conv2dFloat32(Conv2dShape shape, Tensor input, float[] weights, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(input);
        var constants = new Conv2dFloat32Constants(shape, weights, bias);
        return ComputeOnce(constants, input, shape, ElementType.Float32, (x, y) => executor.Conv2dFloat32(constants, x, y));
    }

    /// <summary>A convolution call as the generic library computes it, with single-precision sums (operator contract, section 1e).</summary>
    /// <exception cref="ArgumentException">The input does not match the call.</exception>
    public Tensor Conv2dGeneric(Conv2dCall call, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(input);
        RequireMatch(input, call.Input, nameof(input));
        var constants = new Conv2dGenericConstants(
            call.Shape, call.Weights, call.Bias, call.BiasScales, call.Input.RequiredQuantization.ZeroPoint, call.Output.RequiredQuantization);
        Tensor output = ComputeOnce(constants, input, call.Shape, ElementType.Int8, (x, y) => executor.Conv2dGeneric(constants, x, y));
        if (call.IsClamped)
        {
            foreach (ref sbyte level in output.Int8)
            {
                level = (sbyte)Math.Max(Math.Min(level, call.ClampMaximum), call.ClampMinimum);
            }
        }

        return output;
    }

    /// <summary>Disposes the executor.</summary>
    public void Dispose() => executor.Dispose();

    private static Dictionary<TensorInfo, int> LastReaders(Network network)
    {
        var last = new Dictionary<TensorInfo, int>();
        foreach (OperatorCall call in network.Calls)
        {
            foreach (TensorInfo value in call.Inputs)
            {
                last[value] = call.Index;
            }
        }

        return last;
    }

    private static void RequireMatch(Tensor tensor, TensorInfo info, string parameterName)
    {
        if (tensor.Shape != info.Shape || tensor.ElementType != info.ElementType)
        {
            throw new ArgumentException(
                $"The value '{info.Name}' is {info.ElementType} {info.Shape}, not {tensor.ElementType} {tensor.Shape}.", parameterName);
        }
    }

    private static void DisposeAll(IEnumerable<KernelValue> values)
    {
        foreach (KernelValue value in values)
        {
            value.Dispose();
        }
    }

    private Tensor ComputeOnce(KernelConstants constants, Tensor input, Conv2dShape shape, ElementType elementType, Action<KernelValue, KernelValue> launch)
    {
        try
        {
            using KernelValue x = executor.Upload(input);
            using KernelValue y = executor.Allocate(shape.OutputShape(input.Shape.Batch), elementType);
            launch(x, y);
            return executor.Download(y);
        }
        finally
        {
            executor.Release(constants);
        }
    }

    private Tensor Compute(IReadOnlyList<Tensor> inputs, TensorInfo output, Action<IReadOnlyList<KernelValue>, KernelValue> launch)
    {
        var values = new List<KernelValue>(inputs.Count);
        try
        {
            values.AddRange(inputs.Select(executor.Upload));
            using KernelValue result = executor.Allocate(output.Shape, output.ElementType);
            launch(values, result);
            return executor.Download(result);
        }
        finally
        {
            DisposeAll(values);
        }
    }

    private void Dispatch(OperatorCall call, IReadOnlyList<KernelValue> inputs, KernelValue output, ParameterDerivation derivation)
    {
        switch (call)
        {
            case Conv2dCall convolution:
                executor.Conv2dInt8(Prepared(convolution).Convolution(convolution, derivation), inputs[0], output);
                break;
            case QuantizedLinearCall linear:
                executor.QuantizedLinear(Prepared(linear).Linear(linear), inputs[0], output);
                break;
            case QuantizePerTensorCall:
                executor.Quantize(CallParameters.Quantize(call), inputs[0], output);
                break;
            case DequantizePerTensorCall:
                executor.Dequantize(CallParameters.Dequantize(call), inputs[0], output);
                break;
            case QuantizedReluCall relu:
                executor.QuantizedRelu(CallParameters.Relu(relu), inputs[0], output);
                break;
            case MaxPool2dCall pooling:
                executor.MaxPool2d(pooling.Shape, inputs[0], output);
                break;
            case AveragePool2dCall average:
                executor.AveragePool2d(average.Shape, CallParameters.Average(average), inputs[0], output);
                break;
            case MeanCall:
                executor.Mean(inputs[0], output);
                break;
            case AddCall:
                executor.Add(inputs[0], inputs[1], output);
                break;
            case LevelArithmeticCall arithmetic:
                executor.LevelArithmetic(CallParameters.Arithmetic(arithmetic), inputs[0], inputs[^1], output);
                break;
            case ConcatCall concat:
                foreach ((int i, CopyPlace place) in CallParameters.Places(concat).Index())
                {
                    executor.Copy(place, inputs[i], output);
                }

                break;
            case PadCall pad:
                executor.Fill(pad.Level, output);
                executor.Copy(CallParameters.Place(pad), inputs[0], output);
                break;
            case SliceCall slice:
                executor.CopyPart(CallParameters.Place(slice), inputs[0], output);
                break;
            case SoftmaxCall:
                executor.Softmax(inputs[0], output);
                break;
            default:
                throw new NotSupportedException($"There is no kernel for {call.Kind}.");
        }
    }

    private PreparedConstants Prepared(OperatorCall call) => prepared.GetValue(call, static _ => new PreparedConstants());
}
