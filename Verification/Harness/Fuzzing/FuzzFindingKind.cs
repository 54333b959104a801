namespace TileProof.Verification.Fuzzing;

/// <summary>What is wrong with a fuzz case.</summary>
public enum FuzzFindingKind
{
    /// <summary>Two of the independent goldens differ.</summary>
    GoldensDiffer,

    /// <summary>A program that has to be right gives other bytes than the golden.</summary>
    WrongBytes,

    /// <summary>A program that has to be right breaks a rule.</summary>
    BrokenRule,

    /// <summary>A program that has to be right is stopped by the machine.</summary>
    MachineFault,

    /// <summary>A program that has to be right is not proven.</summary>
    NotProven,

    /// <summary>A program gives wrong bytes, and the prover says that it is right.</summary>
    ProverMissed,

    /// <summary>A program gives wrong bytes or is not proven, and no rule says why.</summary>
    RulesMissed,

    /// <summary>The machine was told something else than the program says, or the cycles of its run are not those predicted.</summary>
    PredictionDiffers,

    /// <summary>A program in C differs from the built-in program that it is another writing of, or is wrong by itself.</summary>
    CompiledProgramDiffers,

    /// <summary>The product threw what it must never throw.</summary>
    InternalFault,
}
