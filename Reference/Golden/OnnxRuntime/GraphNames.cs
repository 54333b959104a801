using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>What the golden graphs of all operators have in common.</summary>
internal static class GraphNames
{
    /// <summary>The first graph input.</summary>
    public const string Input = "input";

    /// <summary>The second graph input, of operators that have two.</summary>
    public const string SecondInput = "second_input";

    /// <summary>The graph input with a number, from 0.</summary>
    public static string InputAt(int number) => number switch
    {
        0 => Input,
        1 => SecondInput,
        _ => string.Create(CultureInfo.InvariantCulture, $"{Input}_{number}"),
    };

    /// <summary>The only graph output.</summary>
    public const string Output = "output";

    /// <summary><c>[N, C, H, W]</c> as ONNX dimensions.</summary>
    public static long[] DimensionsOf(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
