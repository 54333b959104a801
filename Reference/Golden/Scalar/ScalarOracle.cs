using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Scalar;

/// <summary>Every operator in exactly the DSP's arithmetic, one element at a time: the contract as plain loops.</summary>
/// <remarks>No tiling, no lanes except where they decide a sum's order, and nothing that depends on the machine's math library.</remarks>
public sealed class ScalarOracle : IOperatorEngine
{
    /// <inheritdoc/>
    public string Name => "scalar-oracle";

    /// <inheritdoc/>
    public string Description =>
        "plain scalar loops in the DSP's arithmetic: 24-bit wrapping accumulators, fused multiply-add, 16-lane softmax sums added as a binary tree, correctly rounded reciprocal";

    /// <inheritdoc/>
    public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation)
    {
        CallInputs.Require(call, inputs);
        return call switch
        {
            Conv2dCall conv => Convolve(conv, inputs[0], derivation),
            AveragePool2dCall average => ScalarAveragePool2d.Compute(average, inputs[0]),
            MaxPool2dCall pool => ScalarMaxPool2d.Compute(pool, inputs[0]),
            MeanCall mean => ScalarMean.Compute(mean, inputs[0]),
            QuantizePerTensorCall quantize => ScalarQuantize.Compute(quantize, inputs[0]),
            DequantizePerTensorCall dequantize => ScalarDequantize.Compute(dequantize, inputs[0]),
            QuantizedReluCall relu => ScalarRelu.Compute(relu, inputs[0]),
            QuantizedLinearCall linear => ScalarLinear.Compute(linear, inputs[0]),
            AddCall add => ScalarAdd.Compute(add, inputs[0], inputs[1]),
            LevelArithmeticCall arithmetic => ScalarLevelArithmetic.Compute(arithmetic, inputs),
            ConcatCall concat => ScalarCopies.Concat(concat, inputs),
            PadCall pad => ScalarCopies.Pad(pad, inputs[0]),
            SliceCall slice => ScalarCopies.Slice(slice, inputs[0]),
            SoftmaxCall softmax => ScalarSoftmax.Compute(softmax, inputs[0]),
            _ => throw new NotSupportedException($"The scalar oracle does not implement {call.Kind}."),
        };
    }

    private static Tensor Convolve(Conv2dCall call, Tensor input, ParameterDerivation derivation)
    {
        ScalarConv2dResult result = ScalarConv2d.Compute(call.Shape, input.Shape.Batch, input.Int8, call.Weights, call.Requantize(derivation));
        return Tensor.FromInt8(call.Output.Shape, result.Output);
    }
}
