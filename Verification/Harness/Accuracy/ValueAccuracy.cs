using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Accuracy;

/// <summary>Adds up the accuracy of every value of a network in one variant.</summary>
internal sealed class ValueAccuracy
{
    private readonly QuantizedModel model;
    private readonly AccuracyTotals[] perCall;
    private readonly double[] levelSteps;
    private float[] reals = [];

    public ValueAccuracy(QuantizedModel model)
    {
        this.model = model;
        perCall = [.. model.Quantized.Calls.Select(static _ => new AccuracyTotals())];
        levelSteps = [.. model.Quantized.Calls.Select(call => (double)model.Calibration.RangeOf(FloatNameOf(call.Output)).ToQuantization().Scale)];
    }

    /// <summary>The figures of a call.</summary>
    public AccuracyFigures FiguresOf(OperatorCall call) => perCall[call.Index].ToFigures();

    /// <summary>What was added to each call, in order.</summary>
    public AccuracySums[] Sums => [.. perCall.Select(static totals => totals.Sums)];

    /// <summary>Adds what other images gave.</summary>
    public void Add(AccuracySums[] sums)
    {
        foreach ((AccuracyTotals totals, AccuracySums added) in perCall.Zip(sums))
        {
            totals.Add(added);
        }
    }

    /// <summary>Adds the values of one image.</summary>
    public void Add(IReadOnlyDictionary<string, Tensor> floatValues, IReadOnlyDictionary<string, Tensor> values)
    {
        foreach (OperatorCall call in model.Quantized.Calls)
        {
            Add(call, floatValues, values[call.Output.Name]);
        }
    }

    /// <summary>Adds the output of one call.</summary>
    public void Add(OperatorCall call, IReadOnlyDictionary<string, Tensor> floatValues, Tensor output) =>
        perCall[call.Index].Add(floatValues[FloatNameOf(call.Output)].Float32, RealValuesOf(call.Output, output), levelSteps[call.Index]);

    /// <summary>The name of a value in the float network: the name without the mark of its type.</summary>
    public static string FloatNameOf(TensorInfo value)
    {
        foreach (string mark in (ReadOnlySpan<string>)[".int8", ".float32"])
        {
            if (value.Name.EndsWith(mark, StringComparison.Ordinal))
            {
                return value.Name[..^mark.Length];
            }
        }

        return value.Name;
    }

    private ReadOnlySpan<float> RealValuesOf(TensorInfo value, Tensor tensor)
    {
        if (tensor.ElementType == ElementType.Float32)
        {
            return tensor.Float32;
        }

        QuantizationParameters quantization = value.RequiredQuantization;
        ReadOnlySpan<sbyte> levels = tensor.Int8;
        if (reals.Length < levels.Length)
        {
            reals = new float[levels.Length];
        }

        Span<float> real = reals.AsSpan(0, levels.Length);
        for (int i = 0; i < real.Length; i++)
        {
            real[i] = quantization.Scale * (levels[i] - quantization.ZeroPoint);
        }

        return real;
    }
}
