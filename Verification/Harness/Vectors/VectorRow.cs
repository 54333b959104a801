namespace TileProof.Verification.Vectors;

/// <summary>One row of <c>vectors.csv</c>: one recorded layer through one engine.</summary>
public sealed record VectorRow
{
    /// <summary>The name of the layer's folder.</summary>
    public required string Layer { get; init; }

    /// <summary>The published layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>What computed the output: <c>simulated-dsp</c>, <c>onnxruntime</c>, <c>scalar-oracle</c> or <c>generic</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>The bank setting; empty for engines without banks.</summary>
    public string Bank { get; init; } = "";

    /// <summary><c>dma</c> or <c>cache</c>; empty for engines without tiles.</summary>
    public string Mode { get; init; } = "";

    /// <summary>The landing policy; empty for engines without DMA.</summary>
    public string Landing { get; init; } = "";

    /// <summary>The version of the programs; empty for engines without programs.</summary>
    public string Programs { get; init; } = "";

    /// <summary>Tiles and placement; empty for engines without tiles.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Bytes of the recorded output; 0 where a fault stopped the program.</summary>
    public required int BytesCompared { get; init; }

    /// <summary>Bytes that differ from it.</summary>
    public required int DifferingBytes { get; init; }

    /// <summary>The first of them, <c>[n, c, y, x]</c>; empty when all are equal.</summary>
    public string FirstMismatch { get; init; } = "";

    /// <summary>What was recorded there.</summary>
    public string Expected { get; init; } = "";

    /// <summary>What the engine has there.</summary>
    public string Actual { get; init; } = "";

    /// <summary>Elements equal / one level / two levels / more apart; empty where a fault stopped the program.</summary>
    public string Levels { get; init; } = "";

    /// <summary>A guess at the class of cause; empty when the bytes are equal.</summary>
    public string LikelyCause { get; init; } = "";

    /// <summary>The known defect that gives the recorded bytes, as <c>tileproof diagnose</c> finds it; empty when the bytes are equal, and for engines without tiles.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>Kinds of broken hardware rules, without warnings.</summary>
    public int Hazards { get; init; }

    /// <summary>The broken hardware rule that stopped the program; empty when it ran to its end.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Whether every byte is equal and no rule was broken.</summary>
    internal bool IsProven => DifferingBytes == 0 && Hazards == 0 && Fault.Length == 0;
}
