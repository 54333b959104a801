using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The arithmetic of quantize, dequantize, the quantized rectifier, add and what makes levels of levels on consecutive elements.</summary>
/// <remarks>
/// Below 16 elements the modelled library takes its portable rectifier, which rounds ties differently (operator contract, section 6e).
/// Here the rectifier has one arithmetic for every length.
/// </remarks>
internal sealed class ElementwiseKernels : IProgramKernels
{
    private delegate void Arithmetic(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output);

    private readonly Arithmetic arithmetic;

    public ElementwiseKernels(OperatorCall call) => arithmetic = call switch
    {
        QuantizePerTensorCall => Quantize(call.Output.RequiredQuantization),
        DequantizePerTensorCall => Dequantize(call.Input.RequiredQuantization),
        QuantizedReluCall relu => Rectify(relu),
        AddCall => Add,
        LevelArithmeticCall levels => new LevelArithmetic(levels).Compute,
        _ => throw new ArgumentException($"{call.Kind} is not element-wise.", nameof(call)),
    };

    public ArithmeticEvents Compute(ProgramStep step)
    {
        arithmetic(
            step.Reads[0].ConsecutiveBytes(),
            step.Reads.Length > 1 ? step.Reads[1].ConsecutiveBytes() : [],
            step.Writes[0].ConsecutiveBytes());
        return default;
    }

    private static Arithmetic Quantize(QuantizationParameters quantization)
    {
        float inverseScale = QuantizeArithmetic.InverseScale(quantization.Scale);
        return (first, _, output) => QuantizeArithmetic.Vector(
            MemoryMarshal.Cast<byte, float>(first), inverseScale, quantization.ZeroPoint, MemoryMarshal.Cast<byte, sbyte>(output));
    }

    private static Arithmetic Dequantize(QuantizationParameters quantization) => (first, _, output) => DequantizeArithmetic.Vector(
        MemoryMarshal.Cast<byte, sbyte>(first), quantization.Scale, quantization.ZeroPoint, MemoryMarshal.Cast<byte, float>(output));

    private static Arithmetic Rectify(QuantizedReluCall call)
    {
        var rectifier = new QuantizedReluArithmetic(
            call.Input.RequiredQuantization.ZeroPoint,
            RescalingFactor.Of(call.OutputMultiplier, call.OutputShift),
            call.Output.RequiredQuantization.ZeroPoint);
        return (first, _, output) => rectifier.Compute(first, output);
    }

    /// <summary>A published tail may end inside a float: it is completed with zeros, and its sum is cut off again.</summary>
    private static void Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        int wholeBytes = output.Length / sizeof(float) * sizeof(float);
        AddArithmetic.Vector(
            MemoryMarshal.Cast<byte, float>(first[..wholeBytes]),
            MemoryMarshal.Cast<byte, float>(second[..wholeBytes]),
            MemoryMarshal.Cast<byte, float>(output[..wholeBytes]));
        if (wholeBytes < output.Length)
        {
            BitConverter.GetBytes(FloatOf(first[wholeBytes..]) + FloatOf(second[wholeBytes..])).AsSpan(0, output.Length - wholeBytes).CopyTo(output[wholeBytes..]);
        }
    }

    private static float FloatOf(ReadOnlySpan<byte> firstBytes)
    {
        Span<byte> whole = stackalloc byte[sizeof(float)];
        whole.Clear();
        firstBytes.CopyTo(whole);
        return BitConverter.ToSingle(whole);
    }
}
