using TileProof.HwModel.Programs;

namespace TileProof.Verification.TimingCalibration;

/// <summary>The program of a call that a user measured on a machine of his own.</summary>
/// <param name="Key">Equal for calls of one program on one machine.</param>
/// <param name="LayerKey">The layer.</param>
/// <param name="CallName">The call in its network.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Program">The program, rewritten for the machine.</param>
/// <param name="RingDepth">Descriptors that a DMA channel of the machine holds.</param>
/// <param name="UsesDma">Whether the kernels work on local memory.</param>
public sealed record MeasuredProgram(string Key, string LayerKey, string CallName, string Bank, TileProgram Program, int RingDepth, bool UsesDma);
