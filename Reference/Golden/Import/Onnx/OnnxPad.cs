using System.Globalization;

namespace TileProof.Golden.Import.Onnx;

/// <summary>What a Pad node puts around images or rows: numbers of rows and columns, and one value.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
/// <param name="Value">The number that is added.</param>
internal sealed record OnnxPad(int Top, int Left, int Bottom, int Right, float Value)
{
    private const int MostRows = 1 << 20;

    /// <summary>Reads a node.</summary>
    /// <param name="node">The node: pads and value are inputs, or attributes of operator sets before 11.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="input">The dimensions of what is padded.</param>
    /// <exception cref="ModelFormatException">It repeats elements, pads other axes than rows and columns, takes some away, or its parameters are computed.</exception>
    public static OnnxPad Read(OnnxNode node, OnnxGraph graph, int[] input)
    {
        OnnxGeometry.RequireImages(node, input);
        string mode = node.Word("mode", "constant");
        if (mode != "constant")
        {
            throw node.Fault($"repeats elements of the image (mode {mode}), which no copy by DMA does; nearest supported form: mode constant");
        }

        long[] all = node.HasInput(1)
            ? graph.Constant(node.Input(1))?.Int64s() ?? throw node.Fault("has computed pads; nearest supported form: constant pads")
            : node.Ints("pads");
        long[]? axes = node.HasInput(3) ? graph.Constant(node.Input(3))?.Int64s() ?? throw node.Fault("has computed axes; nearest supported form: constant axes") : null;
        long[] pads = axes is null ? all : OnEveryAxis(node, all, axes, input.Length);
        if (pads.Length != 2 * input.Length || Array.Exists(pads, static pad => pad is < 0 or > MostRows) || pads[0] + pads[1] + pads[input.Length] + pads[input.Length + 1] != 0)
        {
            throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"pads [{string.Join(", ", all)}] around [{string.Join(", ", input)}]; nearest supported form: rows and columns added, none taken away"));
        }

        float value = node.HasInput(2) ? ValueOf(node, graph) : node.Single("value", 0);
        return input.Length == 3
            ? new OnnxPad(0, (int)pads[2], 0, (int)pads[5], value)
            : new OnnxPad((int)pads[2], (int)pads[3], (int)pads[6], (int)pads[7], value);
    }

    private static float ValueOf(OnnxNode node, OnnxGraph graph) => graph.Constant(node.Input(2)) is { IsFloat: true, Count: 1 } constant
        ? constant.Floats()[0]
        : throw node.Fault("has a computed value, or not one number; nearest supported form: a constant value");

    private static long[] OnEveryAxis(OnnxNode node, long[] pads, long[] axes, int rank)
    {
        if (pads.Length != 2 * axes.Length || Array.Exists(axes, axis => axis < -rank || axis >= rank))
        {
            throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"has {pads.Length} pads for the axes [{string.Join(", ", axes)}]"));
        }

        var all = new long[2 * rank];
        for (int i = 0; i < axes.Length; i++)
        {
            long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
            all[axis] = pads[i];
            all[axis + rank] = pads[i + axes.Length];
        }

        return all;
    }
}
