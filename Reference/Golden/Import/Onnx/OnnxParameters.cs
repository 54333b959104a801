using System.Globalization;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Weights and biases of an import, converted once each, within a budget that a small file cannot exceed.</summary>
internal sealed class OnnxParameters(OnnxGraph graph)
{
    private const long MaximumBytes = 1L << 30;

    private readonly Dictionary<(string Name, string Form), Array> converted = [];
    private long usedBytes;

    /// <summary>The constant that a node's input names.</summary>
    /// <exception cref="ModelFormatException">The value is computed.</exception>
    public OnnxConstant Constant(OnnxNode node, int input, string what) => graph.Constant(node.Input(input))
        ?? throw node.Fault($"{what} '{node.Input(input)}' is computed by the graph; nearest supported form: an initializer");

    /// <summary>A float32 constant with the given number of elements.</summary>
    public float[] Floats(OnnxNode node, int input, int count, string what)
    {
        OnnxConstant constant = Constant(node, input, what);
        return constant.Count == count
            ? Convert(node, constant, "as it is", constant.Floats)
            : throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"{what} '{constant.Name}' has {constant.Count} elements, expected {count}"));
    }

    /// <summary>The limits of a Clip, as inputs or as attributes of operator sets before 11; infinite where they are left out.</summary>
    public (float Smallest, float Largest) ClipLimits(OnnxNode node)
    {
        return (Limit(1, "min", float.NegativeInfinity), Limit(2, "max", float.PositiveInfinity));

        float Limit(int input, string attribute, float absent)
        {
            if (!node.HasInput(input))
            {
                return node.Single(attribute, absent);
            }

            OnnxConstant constant = Constant(node, input, $"the {attribute}");
            return constant.Count == 1
                ? constant.Floats()[0]
                : throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"its {attribute} has {constant.Count} elements, expected one number"));
        }
    }

    /// <summary>A matrix <c>[K, M]</c> as <c>[M, K]</c>.</summary>
    public T[] Transposed<T>(OnnxNode node, string name, T[] matrix, int rows, int columns) => Convert(node, name, "transposed", matrix.Length, () =>
    {
        var result = new T[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return result;
    });

    /// <summary>Charges a new array to the budget.</summary>
    /// <exception cref="ModelFormatException">The parameters of the model take more than the budget.</exception>
    public T[] Allocate<T>(OnnxNode node, int count)
    {
        usedBytes += (long)count * sizeof(int);
        return usedBytes <= MaximumBytes
            ? new T[count]
            : throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"the model's parameters take more than {MaximumBytes} bytes"));
    }

    /// <summary>The result of a conversion of a constant, made once.</summary>
    public T[] Convert<T>(OnnxNode node, string name, string form, int count, Func<T[]> convert)
    {
        if (!converted.TryGetValue((name, form), out Array? found))
        {
            _ = Allocate<T>(node, 0);
            usedBytes += (long)count * sizeof(int);
            converted.Add((name, form), found = convert());
        }

        return (T[])found;
    }

    private T[] Convert<T>(OnnxNode node, OnnxConstant constant, string form, Func<T[]> convert) => Convert(node, constant.Name, form, constant.Count, convert);
}
