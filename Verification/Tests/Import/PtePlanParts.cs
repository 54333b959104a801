using TileProof.Golden.Import.Pte;
using TileProof.Operators;

namespace TileProof.Tests.Import;

/// <summary>A plan, value by value.</summary>
internal sealed class PtePlanParts
{
    public const int InChannels = 6;

    private readonly List<PteValue> values = [];
    private readonly List<PteKernelCall> calls = [];

    public int Add(PteValue value)
    {
        values.Add(value);
        return values.Count - 1;
    }

    public int Tensor(PteScalarType type, params int[] sizes) => Add(new PteValue.Tensor(type, sizes, null));

    public int Constant(PteScalarType type, int[] sizes, byte[] data) => Add(new PteValue.Tensor(type, sizes, data));

    public int Ints(params long[] items) => Add(new PteValue.IntList([.. items.Select(item => (long)Add(new PteValue.Int(item)))]));

    public int Number(long number) => Add(new PteValue.Int(number));

    public int Real(double number) => Add(new PteValue.Double(number));

    public int Truth(bool truth) => Add(new PteValue.Bool(truth));

    public int None() => Add(new PteValue.None());

    public int Reals(int[] sizes, params float[] elements) => Constant(PteScalarType.Float32, sizes, [.. elements.SelectMany(BitConverter.GetBytes)]);

    public int Bias(int count) => Constant(PteScalarType.Int32, [count], [.. Enumerable.Range(0, count).SelectMany(static i => BitConverter.GetBytes((i * 777) - 1000))]);

    public void Call(string name, params int[] arguments) => calls.Add(new PteKernelCall(calls.Count, name, "out", [.. arguments, arguments[^1]]));

    public void Delegate(string backend, params int[] arguments) => calls.Add(new PteKernelCall(calls.Count, backend, "", arguments) { IsDelegate = true });

    public int Quantize(int input, bool isUnsigned, params int[] sizes)
    {
        int output = Tensor(isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8, sizes);
        Call(
            isUnsigned ? "cadence::quantize_per_tensor_asym8u" : "cadence::quantize_per_tensor", input, Add(new PteValue.Double(0.02f)), Add(new PteValue.Int(isUnsigned ? 123 : -5)),
            Add(new PteValue.Int(isUnsigned ? 0 : -128)), Add(new PteValue.Int(isUnsigned ? 255 : 127)), Add(new PteValue.Int(isUnsigned ? 0 : 1)), output);
        return output;
    }

    public int Convolution(string name, int levels, bool isLast, bool isUnsigned, int groups, int change, bool hasRankThreeWeights)
    {
        const int outChannels = 6;
        sbyte[] weights = ModelParts.Levels(outChannels, InChannels / groups, 3, 2);
        weights[5] = unchecked((sbyte)(weights[5] + change));
        int[] sizes = isLast ? [outChannels, 3, 2, InChannels / groups] : [outChannels, InChannels / groups, 3, 2];
        weights = isLast ? Permuted(weights, outChannels, InChannels / groups, 6) : weights;
        if (hasRankThreeWeights)
        {
            sizes = [3, 2, outChannels];
            weights = [.. from tap in Enumerable.Range(0, 6) from channel in Enumerable.Range(0, outChannels) select weights[(channel * 6) + tap]];
        }

        int output = Tensor(isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8, isLast ? [2, 4, 7, outChannels] : [2, outChannels, 4, 7]);
        int[] common =
        [
            levels, Constant(isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8, sizes, Array.ConvertAll(weights, level => unchecked((byte)(isUnsigned ? level + 128 : level)))),
            Bias(outChannels), Ints(2, 1), Ints(0, 1), Ints(1, 2), Add(new PteValue.Int(groups)), Add(new PteValue.Int(isUnsigned ? 123 : -5)), Add(new PteValue.Int(isUnsigned ? 128 : 0)),
            Add(new PteValue.Double(0.0004f)), Add(new PteValue.Double(0.07f)), Add(new PteValue.Int(isUnsigned ? 149 : 21)), Add(new PteValue.Int(0)), Add(new PteValue.Int(0)),
        ];
        Call(name, name == "cadence::quantized_conv" ? [.. common, Add(new PteValue.Bool(isLast)), output] : [.. common, output]);
        return output;
    }

    public PtePlan Made(int input, params int[] outputs) => Made([input], outputs);

    public PtePlan Made(int[] inputs, int[] outputs) => new("parts", values, inputs, outputs, calls);

    public Network Build(int input, params int[] outputs) => Build([input], outputs);

    public Network Build(int[] inputs, int[] outputs, bool allowFallback = false) => PteNetworkBuilder.Build("m.pte", Made(inputs, outputs), allowFallback);

    /// <summary>[A, B, T] as [A, T, B].</summary>
    public static sbyte[] Permuted(sbyte[] levels, int first, int second, int taps) =>
    [
        .. from a in Enumerable.Range(0, first)
           from t in Enumerable.Range(0, taps)
           from b in Enumerable.Range(0, second)
           select levels[(((a * second) + b) * taps) + t],
    ];
}
