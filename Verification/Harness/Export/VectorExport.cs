using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Export;

/// <summary>Writes the inputs, parameters and expected outputs of every call of a network, so that the same cases run elsewhere.</summary>
public static class VectorExport
{
    /// <summary>Runs the network and writes its calls.</summary>
    /// <param name="network">The network.</param>
    /// <param name="image">float32, the shape of the network's input.</param>
    /// <param name="engine">What computes the expected outputs.</param>
    /// <param name="derivation">How convolutions derive their requantization.</param>
    /// <param name="formats">The forms; each gets a folder <c>npy</c>, <c>bin</c> or <c>c</c>.</param>
    /// <param name="layers">The layers (see <see cref="CallSelection"/>); empty for all.</param>
    /// <param name="folder">Where to write.</param>
    /// <returns>The calls written, with how many of them in the form <c>bin</c>.</returns>
    /// <remarks>
    /// The form <c>bin</c> states requantization by the rule that adds the output zero point after the kernel (operator contract, section
    /// 1a.3), so its expected outputs follow that rule whatever <paramref name="derivation"/> is.
    /// </remarks>
    /// <exception cref="UserInputException">A layer does not exist, none has a form that is the only one asked for, or a file cannot be written.</exception>
    public static (int CallCount, int BinCount) Write(
        Network network, Tensor image, IOperatorEngine engine, ParameterDerivation derivation, VectorFormats formats, IReadOnlyList<string> layers, string folder)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(layers);
        OperatorCall[] wanted = layers.Count == 0 ? [.. network.Calls] : CallSelection.Select(network.Calls, layers);
        if (formats == VectorFormats.Bin && !wanted.Any(static call => WhyNotRecorded(call) is null))
        {
            throw new UserInputException($"{network.Name} has no layer that can be written in the form bin: a convolution with a published kernel, one weight scale, no clamp, and a batch of 1");
        }

        ReportFolder.Open(folder);
        Dictionary<TensorInfo, Tensor> values = network.InputValues(image);
        int callCount = 0;
        int binCount = 0;
        foreach (OperatorCall call in network.Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(input => values[input])];
            Tensor output = engine.Run(call, inputs, derivation);
            values[call.Output] = output;
            if (!wanted.Contains(call))
            {
                continue;
            }

            callCount++;
            binCount += Write(call, inputs, output, engine, derivation, formats, folder) ? 1 : 0;
        }

        return (callCount, binCount);
    }

    /// <summary>What of a call the form <c>bin</c> cannot state, in words; null where <see cref="VectorRun"/> can run it.</summary>
    public static string? WhyNotRecorded(OperatorCall call) => call switch
    {
        not Conv2dCall => "it is no convolution",
        Conv2dCall conv when !ConvolutionKernel.IsPublished(conv.Shape) => "no published kernel computes it",
        Conv2dCall { WeightScales.Length: > 1 } => "it has a weight scale for each channel",
        Conv2dCall { IsClamped: true } => "its output is clamped",
        { Input.Shape.Batch: > 1 } => "it has several images",
        _ => null,
    };

    /// <summary>Writes the folder of a single layer in the form <c>bin</c>.</summary>
    /// <param name="conv">A convolution for which <see cref="WhyNotRecorded"/> is null.</param>
    /// <param name="input">Its input.</param>
    /// <param name="expected">Its output by the worst-case derivation.</param>
    /// <param name="folder">The folder; made where there is none.</param>
    /// <exception cref="UserInputException">A file cannot be written.</exception>
    public static void WriteRecorded(Conv2dCall conv, Tensor input, Tensor expected, string folder)
    {
        ArgumentNullException.ThrowIfNull(conv);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(expected);
        ReportFolder layer = ReportFolder.Open(folder);
        foreach ((string fileName, byte[] bytes) in new[] { ("input_q.bin", input.Bytes.ToArray()), ("output_opt.bin", expected.Bytes.ToArray()) }
            .Concat(LayerTensor.Of(conv, [input], expected).Where(static tensor => tensor.Name is "weight" or "bias").Select(static tensor => ($"{tensor.Name}.bin", tensor.Bytes))))
        {
            AtomicFile.Write(layer.PathOf(fileName), stream => stream.Write(bytes));
        }

        layer.WriteText("params.json", LayerParameters.ForVectors(conv, conv.Requantize(ParameterDerivation.WorstCase)));
    }

    private static bool Write(
        OperatorCall call, Tensor[] inputs, Tensor output, IOperatorEngine engine, ParameterDerivation derivation, VectorFormats formats, string folder)
    {
        string name = FileName(call);
        IReadOnlyList<LayerTensor> tensors = LayerTensor.Of(call, inputs, output);
        if (formats.HasFlag(VectorFormats.Npy))
        {
            ReportFolder target = ReportFolder.Open(Path.Combine(folder, "npy", name));
            target.WriteText("params.json", LayerParameters.Of(call, derivation));
            foreach (LayerTensor tensor in tensors)
            {
                byte[] file = NpyFile.Create(tensor.NpyType, tensor.Dimensions, tensor.Bytes);
                AtomicFile.Write(target.PathOf($"{tensor.Name}.npy"), stream => stream.Write(file));
            }
        }

        if (formats.HasFlag(VectorFormats.C))
        {
            ReportFolder.Open(Path.Combine(folder, "c")).WriteText($"{name}.h", CArrayHeader.Write(name, tensors));
        }

        if (!formats.HasFlag(VectorFormats.Bin) || call is not Conv2dCall conv || WhyNotRecorded(call) is not null)
        {
            return false;
        }

        Tensor expected = derivation == ParameterDerivation.WorstCase ? output : engine.Run(call, inputs, ParameterDerivation.WorstCase);
        WriteRecorded(conv, inputs[0], expected, Path.Combine(folder, VectorFolder.ExportedName, name));
        return true;
    }

    /// <summary>A name that is also a C identifier: <c>layer012_block_conv1</c>.</summary>
    private static string FileName(OperatorCall call)
    {
        string readable = string.Concat(call.Name.Select(static character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"layer{call.Index:D3}_{readable}");
    }
}
