using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Onnx;

/// <summary>What a value of a quantized graph is, while it is mapped.</summary>
internal abstract record QuantizedValue
{
    /// <summary>A value that a call has written, or the input.</summary>
    public sealed record Made(TensorInfo Info) : QuantizedValue;

    /// <summary>An int8 value that a DequantizeLinear node turned into real numbers for operators that will be quantized again.</summary>
    public sealed record Dequantized(TensorInfo Info) : QuantizedValue;

    /// <summary>A constant of 8-bit levels that stands for real numbers; one scale, or one per index of <paramref name="Axis"/>.</summary>
    public sealed record Levels(OnnxConstant Constant, float[] Scales, int[] ZeroPoints, int Axis) : QuantizedValue;

    /// <summary>A constant of int32 levels: a quantized bias.</summary>
    public sealed record WideLevels(OnnxConstant Constant, float[] Scales) : QuantizedValue;

    /// <summary>A convolution, linear layer or rectifier whose output scale is not known before the QuantizeLinear node that reads it, or before levels are chosen where none does.</summary>
    /// <param name="Node">The operator.</param>
    /// <param name="Emit">Appends the call for an output name and scale.</param>
    /// <param name="IsRectified">Whether a Relu node followed.</param>
    public sealed record Pending(OnnxNode Node, Func<CallName, QuantizationParameters, TensorInfo> Emit, bool IsRectified) : QuantizedValue
    {
        /// <summary>Limits that let everything through.</summary>
        public static readonly (float Smallest, float Largest) NoClip = (float.NegativeInfinity, float.PositiveInfinity);

        /// <summary>What a Clip node that followed lets through; everything where there was none.</summary>
        public (float Smallest, float Largest) Clip { get; init; } = NoClip;
    }
}
