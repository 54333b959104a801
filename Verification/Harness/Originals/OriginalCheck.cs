using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Generic;
using TileProof.Golden.Import;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Originals;

/// <summary>Runs an imported ONNX file as it is in ONNX Runtime and holds the imported network, and the simulated DSP, against it.</summary>
/// <remarks>
/// Every call of a quantized network gets the file's own inputs, so that each answers for itself: what differs beyond
/// <see cref="ImportBound"/> was read wrongly there. How far the DSP's arithmetic is from the file is measured on its own values, from call to call.
/// </remarks>
public sealed class OriginalCheck
{
    private static readonly GenericEngine Generic = new();

    private readonly string networkName;
    private readonly OriginalModel original;
    private readonly Tensor image;
    private readonly List<OriginalRow> rows = [];

    private OriginalCheck(string networkName, OriginalModel original, Tensor image)
    {
        this.networkName = networkName;
        this.original = original;
        this.image = image;
    }

    /// <summary>Compares a network that came quantized.</summary>
    /// <param name="network">The imported network.</param>
    /// <param name="original">Its file.</param>
    /// <param name="image">The input.</param>
    /// <param name="goldens">The golden of every call, in order; empty to compare the import only.</param>
    /// <param name="host">Computes the calls that have no counterpart in the modelled library.</param>
    public static OriginalResult OfQuantized(Network network, OriginalModel original, Tensor image, IReadOnlyList<GoldenCall> goldens, IOperatorEngine host)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(host);
        return new OriginalCheck(network.Name, original, image).Run(check => check.Compare(network, goldens, host));
    }

    /// <summary>Compares a float network with its file.</summary>
    /// <param name="name">The name for reports.</param>
    /// <param name="network">The imported network.</param>
    /// <param name="original">Its file.</param>
    /// <param name="image">The input.</param>
    public static OriginalResult OfFloat(string name, FloatNetwork network, OriginalModel original, Tensor image)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(image);
        return new OriginalCheck(name, original, image).Run(check => check.Compare(network));
    }

    private OriginalResult Run(Action<OriginalCheck> compare)
    {
        try
        {
            compare(this);
            return new OriginalResult(networkName, rows) { ChosenLevels = original.ChosenLevels };
        }
        catch (OnnxRuntimeException exception)
        {
            return new OriginalResult(networkName, rows) { Refusal = OneLine(exception) };
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException)
        {
            return new OriginalResult(networkName, rows) { Failure = OneLine(exception) };
        }
    }

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim();

    private void Compare(Network network, IReadOnlyList<GoldenCall> goldens, IOperatorEngine host)
    {
        OperatorCall[] common = [.. network.Calls.Where(call => original.NamesInFile.ContainsKey(call.Output.Name))];
        string[] names = [.. common.Select(call => original.NamesInFile[call.Output.Name])];
        IReadOnlyDictionary<string, Tensor> file = OriginalRun.Values(original, names, image);
        Dictionary<TensorInfo, Tensor> values = network.InputValues(image);
        foreach (OperatorCall call in network.Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(input => values[input])];
            Tensor output = (call is OnnxFallbackCall ? host : Generic).Run(call, inputs, ParameterDerivation.L1Norm);
            if (original.NamesInFile.TryGetValue(call.Output.Name, out string? name))
            {
                rows.Add(OriginalRow.Of(OriginalComparison.Import, ValueOf(network, call), ImportDifference(name, file[name], output), IsCopyOfTheFile(network, call)));
                output = Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, file[name].Bytes);
            }

            values.Add(call.Output, output);
        }

        foreach (OperatorCall call in goldens.Count > 0 ? common : [])
        {
            Add(OriginalComparison.Dsp, ValueOf(network, call), Difference(file[original.NamesInFile[call.Output.Name]], goldens[call.Index].Expected, ScaleOf(network, call)));
        }

        if (original.MayBeOptimized)
        {
            CompareDefaultMode(network, common, names);
        }
    }

    /// <summary>Whether a call copies what the file itself made, or an input.</summary>
    private bool IsCopyOfTheFile(Network network, OperatorCall call) => call is ConcatCall or PadCall or SliceCall
        && call.Inputs.All(input => original.NamesInFile.ContainsKey(input.Name) || network.Inputs.Contains(input));

    /// <summary>Where the import chose levels for real numbers of the file, a level is the unit, and what the levels do not hold is at their ends.</summary>
    private ValueDifference ImportDifference(string name, Tensor file, Tensor actual)
    {
        if (!original.ChosenLevels.TryGetValue(name, out QuantizationParameters levels))
        {
            return Difference(file, actual, scale: null);
        }

        float[] saturated = [.. file.Float32.ToArray().Select(value => Math.Clamp(value, (sbyte.MinValue - levels.ZeroPoint) * levels.Scale, (sbyte.MaxValue - levels.ZeroPoint) * levels.Scale))];
        return Difference(Tensor.FromFloat32(file.Shape, saturated), actual, levels.Scale);
    }

    // Both runs fuse quantized operators, which the plain run does not, so that only what saturates can differ.
    private void CompareDefaultMode(Network network, OperatorCall[] common, string[] names)
    {
        IReadOnlyDictionary<string, Tensor> exact = OriginalRun.Values(original, names, image, OnnxRuntimeOptimization.All);
        IReadOnlyDictionary<string, Tensor> defaults = OriginalRun.Values(original, names, image, OnnxRuntimeOptimization.All, isExact: false);
        foreach (OperatorCall call in common)
        {
            OriginalValue value = ValueOf(network, call);
            ValueDifference difference = Difference(exact[value.Name], defaults[value.Name], ScaleOf(network, call));
            if (difference.Differing > 0 || value.IsOutput)
            {
                Add(OriginalComparison.DefaultMode, value, difference);
            }
        }
    }

    private void Compare(FloatNetwork network)
    {
        FloatNode[] nodes = [.. network.Nodes.Where(node => original.NamesInFile.ContainsKey(node.Name))];
        string[] names = [.. nodes.Select(static node => node.Name)];
        IReadOnlyDictionary<string, Tensor> file = OriginalRun.Values(original, [.. names.Select(name => original.NamesInFile[name])], image);
        using var imported = new FloatGolden(network, names);
        IReadOnlyDictionary<string, Tensor> values = imported.Run(image);
        foreach (FloatNode node in nodes)
        {
            var value = new OriginalValue(networkName, node.Name, node.GetType().Name["Float".Length..], original.NamesInFile[node.Name], network.OutputNames.Contains(node.Name));
            Tensor? input = node is FloatLinear ? node.Inputs[0] == network.InputName ? image : values.GetValueOrDefault(node.Inputs[0]) : null;
            float sums = node is FloatLinear linear && input is not null ? LargestSum(linear, input) : 0;
            Add(OriginalComparison.Import, value, ValueDifference.OfReals(file[value.Name], values[node.Name], sums: sums));
        }
    }

    /// <summary>The largest sum of magnitudes that an output of a linear layer is added up from: files that flatten images with channels last add in another order.</summary>
    private static float LargestSum(FloatLinear linear, Tensor input)
    {
        float largest = 0;
        for (int row = 0; row < input.Float32.Length; row += linear.InputFeatures)
        {
            for (int output = 0; output < linear.OutputFeatures; output++)
            {
                float sum = MathF.Abs(linear.Bias[output]);
                for (int k = 0; k < linear.InputFeatures; k++)
                {
                    sum += MathF.Abs(input.Float32[row + k] * linear.Weights[(output * linear.InputFeatures) + k]);
                }

                largest = Math.Max(largest, sum);
            }
        }

        return largest;
    }

    private void Add(OriginalComparison comparison, OriginalValue value, ValueDifference difference) => rows.Add(OriginalRow.Of(comparison, value, difference));

    private OriginalValue ValueOf(Network network, OperatorCall call) =>
        new(networkName, call.Name, ChoiceList.NameOf(call.Kind), original.NamesInFile[call.Output.Name], network.Outputs.Contains(call.Output));

    /// <summary>The real value of a level where a float32 value is made of levels, or becomes levels; else null.</summary>
    private static float? ScaleOf(Network network, OperatorCall call) => call is DequantizePerTensorCall
        ? call.Input.RequiredQuantization.Scale
        : network.Calls.OfType<QuantizePerTensorCall>().FirstOrDefault(reader => reader.Input == call.Output)?.Output.RequiredQuantization.Scale;

    private static ValueDifference Difference(Tensor file, Tensor actual, float? scale) => actual.ElementType == ElementType.Int8
        ? ValueDifference.OfLevels(file, actual)
        : ValueDifference.OfReals(file, actual, scale);
}
