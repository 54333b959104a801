using System.Runtime.CompilerServices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable reference operators: what the published results compare the DSP kernels with.</summary>
/// <remarks>
/// They round differently from the DSP by design, so single levels may differ; the conformance run reports that difference and
/// does not take it for a fault. A convolution here has no derived integers: the parameter derivation is ignored.
/// </remarks>
public sealed class GenericEngine : IOperatorEngine
{
    private readonly ConditionalWeakTable<Conv2dCall, sbyte[]> tapRows = [];

    /// <summary>Whether the weights of a call are kept in the layout that its convolution reads: worth it where a network runs on many images.</summary>
    public bool KeepsWeights { get; init; }

    /// <inheritdoc/>
    public string Name => "generic";

    /// <inheritdoc/>
    public string Description =>
        "the vendor's portable operators: float accumulation in memory order; softmax uses the machine's expf and is comparable with a tolerance only";

    /// <inheritdoc/>
    public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation)
    {
        CallInputs.Require(call, inputs);
        return call switch
        {
            Conv2dCall conv => Convolve(conv, inputs[0]),
            AveragePool2dCall average => GenericReductions.AveragePool2d(average, inputs[0]),
            MaxPool2dCall pool => GenericReductions.MaxPool2d(pool, inputs[0]),
            MeanCall mean => GenericReductions.Mean(mean, inputs[0]),
            QuantizePerTensorCall quantize => GenericElementwise.Quantize(quantize, inputs[0]),
            DequantizePerTensorCall dequantize => GenericElementwise.Dequantize(dequantize, inputs[0]),
            QuantizedReluCall relu => GenericElementwise.Rectify(relu, inputs[0]),
            QuantizedLinearCall linear => GenericLinear.Compute(linear, inputs[0]),
            AddCall add => GenericElementwise.Add(add, inputs[0], inputs[1]),
            LevelArithmeticCall arithmetic => GenericElementwise.Levels(arithmetic, inputs),
            ConcatCall concat => GenericCopies.Concat(concat, inputs),
            PadCall pad => GenericCopies.Pad(pad, inputs[0]),
            SliceCall slice => GenericCopies.Slice(slice, inputs[0]),
            SoftmaxCall softmax => GenericSoftmax.Compute(softmax, inputs[0]),
            _ => throw new NotSupportedException($"The generic engine does not implement {call.Kind}."),
        };
    }

    private Tensor Convolve(Conv2dCall call, Tensor input)
    {
        sbyte[] levels = GenericConv2d.ComputeOnTapRows(
            call.Shape,
            input.Shape.Batch,
            input.Int8,
            KeepsWeights ? tapRows.GetValue(call, TapRowsOf) : TapRowsOf(call),
            call.Bias,
            call.BiasScales,
            call.Input.RequiredQuantization.ZeroPoint,
            call.Output.RequiredQuantization.Scale,
            call.Output.RequiredQuantization.ZeroPoint);
        return Tensor.FromInt8(
            call.Output.Shape, call.IsClamped ? Array.ConvertAll(levels, level => (sbyte)Math.Clamp((int)level, call.ClampMinimum, call.ClampMaximum)) : levels);
    }

    private static sbyte[] TapRowsOf(Conv2dCall call) => GenericConv2d.TapRows(call.Shape, call.Weights);
}
