namespace TileProof.Tests.Conformance;

/// <summary>Where in a run a defect sits.</summary>
public enum Place
{
    /// <summary>The first byte, call, bank or run.</summary>
    First,

    /// <summary>One in between.</summary>
    Middle,

    /// <summary>The last one.</summary>
    Last,
}
