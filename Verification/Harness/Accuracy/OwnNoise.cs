using TileProof.Golden.Quantization;
using TileProof.Kernels;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Accuracy;

/// <summary>What each call of a network costs by itself: its error on the float network's own values.</summary>
internal static class OwnNoise
{
    /// <summary>Signal to noise in dB of every call in order, on one batch of images.</summary>
    /// <param name="model">The network.</param>
    /// <param name="floatValues">Every value of the float network.</param>
    /// <param name="engine">Computes single calls with the bytes that the DSP computes.</param>
    public static double[] Measure(QuantizedModel model, IReadOnlyDictionary<string, Tensor> floatValues, DataParallelEngine engine)
    {
        var accuracy = new ValueAccuracy(model);
        foreach (OperatorCall call in model.Quantized.Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(input => FromFloat(input, floatValues[ValueAccuracy.FloatNameOf(input)]))];
            accuracy.Add(call, floatValues, engine.Run(call, inputs, ParameterDerivation.L1Norm));
        }

        return [.. model.Quantized.Calls.Select(call => accuracy.FiguresOf(call).SignalToNoiseDecibels)];
    }

    /// <summary>A value of the float network as the type that the call reads, rounded to nearest.</summary>
    private static Tensor FromFloat(TensorInfo value, Tensor real)
    {
        if (value.ElementType == ElementType.Float32)
        {
            return real;
        }

        QuantizationParameters quantization = value.RequiredQuantization;
        Tensor levels = Tensor.Create(value.Shape, ElementType.Int8);
        for (int i = 0; i < value.Shape.ElementCount; i++)
        {
            double level = Math.Round(real.Float32[i] / (double)quantization.Scale) + quantization.ZeroPoint;
            levels.Int8[i] = (sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue);
        }

        return levels;
    }
}
