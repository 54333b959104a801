namespace TileProof.Operators.Calls;

/// <summary>What is made of the real numbers of int8 levels before they become levels again.</summary>
public enum LevelOperation
{
    /// <summary>The number itself: a change of scale and zero point.</summary>
    None,

    /// <summary>The sum of two.</summary>
    Add,

    /// <summary>The product of two.</summary>
    Multiply,
}
