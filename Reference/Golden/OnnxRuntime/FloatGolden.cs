using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>A float32 network in ONNX Runtime that gives out any of its values, to measure the loss of the quantized one.</summary>
/// <remarks>Float sums may differ in their last bits between CPUs; nothing compared bit for bit may depend on them.</remarks>
public sealed class FloatGolden : IDisposable
{
    private readonly FloatNetwork network;
    private readonly string[] computedNames;
    private readonly OnnxRuntimeSession session;

    /// <summary>Loads a network.</summary>
    /// <param name="network">The network; its batch size is that of the images to come.</param>
    /// <param name="valueNames">The values wanted; null for the output alone.</param>
    /// <param name="threadCount">Threads inside one operator.</param>
    /// <exception cref="ArgumentException">The network has no value of that name.</exception>
    public FloatGolden(FloatNetwork network, IEnumerable<string>? valueNames = null, int threadCount = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        ValueNames = [.. valueNames ?? [network.OutputName]];
        if (ValueNames.Except(network.ValueNames, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"{network.Name} has no value '{unknown}'.", nameof(valueNames));
        }

        computedNames = [.. ValueNames.Where(name => name != network.InputName)];
        session = new OnnxRuntimeSession(FloatOnnxModel.Build(network, computedNames), threadCount);
    }

    /// <summary>The values that <see cref="Run"/> returns.</summary>
    public IReadOnlyList<string> ValueNames { get; }

    /// <summary>Version and settings, one line for reports.</summary>
    public string Settings => session.Settings;

    /// <summary>Runs the network.</summary>
    /// <param name="images">float32, of the network's input shape.</param>
    /// <returns>The wanted values by name; the input itself counts as one.</returns>
    /// <exception cref="ArgumentException">The images have another shape or type.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Shape != network.InputShape || images.ElementType != ElementType.Float32)
        {
            throw new ArgumentException($"{network.Name} reads Float32 {network.InputShape}, not {images.ElementType} {images.Shape}.", nameof(images));
        }

        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (computedNames.Length != ValueNames.Count)
        {
            values.Add(network.InputName, images);
        }

        TensorShape shape = images.Shape;
        OnnxTensor input = OnnxTensor.Create<float>(network.InputName, images.Float32, shape.Batch, shape.Channels, shape.Height, shape.Width);
        foreach (OnnxTensor output in session.Run(computedNames, input))
        {
            values.Add(output.Name, Tensor.FromFloat32(network.ShapeOf(output.Name), output.Elements<float>()));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
