namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Which buffer of each kind an instruction uses, 0 or 1.</summary>
internal readonly record struct TileBufferChoice(int Input, int Coefficients, int Bias, int Output);
