namespace TileProof.HwModel.Programs;

/// <summary>Which write-backs are told apart: they cost otherwise in the builds of the library.</summary>
internal static class WriteBackPurpose
{
    /// <summary>The purpose of a write-back of a buffer: input and weights, or none.</summary>
    public static InstructionPurpose PurposeOfWriteBack(this BufferRole role) => role switch
    {
        BufferRole.Input => InstructionPurpose.Input,
        BufferRole.Coefficients => InstructionPurpose.Coefficients,
        _ => InstructionPurpose.None,
    };
}
