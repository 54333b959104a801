using System.Text.Json.Serialization;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Fuzzing;

/// <summary>One operator call of a fuzz case: what the shapes and types of the values that it reads do not decide.</summary>
/// <remarks>Fields that the operator does not have are left at their defaults, which files leave out.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FuzzCall
{
    /// <summary>Which operator.</summary>
    public required OperatorKind Operator { get; init; }

    /// <summary>The values that it reads: 0 for the input of the case, n for the output of its nth call. An operator of two inputs that is alone has a second one of its own.</summary>
    public IReadOnlyList<int> Reads { get; init; } = [0];

    /// <summary>Output channels of a convolution, or outputs of a fully connected layer; of a convolution a multiple of <see cref="Groups"/>.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Groups of a convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Kernel rows of a convolution or a pooling.</summary>
    public int KernelHeight { get; init; } = 1;

    /// <summary>Kernel columns.</summary>
    public int KernelWidth { get; init; } = 1;

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Rows added above by a convolution, a pooling or a padding.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns added to the left.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows added below.</summary>
    public int PadBottom { get; init; }

    /// <summary>Columns added to the right.</summary>
    public int PadRight { get; init; }

    /// <summary>Input rows from one kernel row to the next.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Input columns from one kernel column to the next.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Whether a pooling, a concatenation or a padding is of int8 levels; else of floats.</summary>
    public bool OnLevels { get; init; }

    /// <summary>The level that a padding of int8 levels adds; floats get 0.</summary>
    public int PadLevel { get; init; }

    /// <summary>The axis of a concatenation: 0 for images, 1 for channels, 2 for rows, 3 for columns.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>Of a concatenation that is alone, the extents of its second and further inputs along the axis.</summary>
    public IReadOnlyList<int> MoreExtents { get; init; } = [];

    /// <summary>Of a sum or product of levels that is alone, the scale of its second input.</summary>
    public float SecondScale { get; init; } = 1;

    /// <summary>The zero point of that input.</summary>
    public int SecondZeroPoint { get; init; }

    /// <summary>The scale of an int8 output; poolings, concatenations and paddings keep that of their input.</summary>
    public float OutputScale { get; init; } = 1;

    /// <summary>The zero point of an int8 output.</summary>
    public int OutputZeroPoint { get; init; }

    /// <summary>The scale of the weights; the largest where every channel has one.</summary>
    public float WeightScale { get; init; } = 1;

    /// <summary>The zero point of the weights of a fully connected layer.</summary>
    public int WeightZeroPoint { get; init; }

    /// <summary>Whether every output channel of a convolution has a weight scale of its own.</summary>
    public bool PerChannel { get; init; }

    /// <summary>The smallest output level of a convolution.</summary>
    public int ClampMinimum { get; init; } = sbyte.MinValue;

    /// <summary>The largest output level of a convolution.</summary>
    public int ClampMaximum { get; init; } = sbyte.MaxValue;

    /// <summary>What the weights are like.</summary>
    public FuzzData Weights { get; init; }

    /// <summary>The largest magnitude of a bias; 0 for none.</summary>
    public int BiasLimit { get; init; }

    /// <summary>The plan of a convolution; null for the planner's.</summary>
    public FuzzPlan? Plan { get; init; }
}
