namespace TileProof.Verification.Mutation;

/// <summary>What a run on words says of a program with a defect.</summary>
public enum ProverVerdict
{
    /// <summary>The layer has no place for the defect, or it changes no movement.</summary>
    NotApplicable,

    /// <summary>The program is shown to be wrong.</summary>
    Caught,

    /// <summary>The program is proven right for every input.</summary>
    Right,
}
