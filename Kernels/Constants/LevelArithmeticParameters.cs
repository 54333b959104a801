namespace TileProof.Kernels.Constants;

/// <summary>The scalars of a requantization, sum or product of int8 values as the kernel takes them.</summary>
/// <param name="Operation">0 for a requantization, 1 for a sum, 2 for a product.</param>
/// <param name="FirstScale">The scale of the first input.</param>
/// <param name="FirstZeroPoint">Its zero point.</param>
/// <param name="SecondScale">The scale of the second input; that of the first where there is none.</param>
/// <param name="SecondZeroPoint">Its zero point.</param>
/// <param name="InverseScale">One by the output scale.</param>
/// <param name="OutputZeroPoint">The zero point of the output.</param>
public readonly record struct LevelArithmeticParameters(
    int Operation, float FirstScale, int FirstZeroPoint, float SecondScale, int SecondZeroPoint, float InverseScale, int OutputZeroPoint);
