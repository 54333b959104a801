namespace TileProof.HwModel.Programs;

/// <summary>What a kernel is told beside the regions that it reads and writes.</summary>
/// <param name="Kernel">What it computes.</param>
/// <param name="Rows">Output rows.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="InChannels">Input channels that are summed.</param>
/// <param name="Pass">Which part of the input channels that is, from 0.</param>
public readonly record struct KernelParameters(ProgramKernel Kernel, int Rows = 0, int OutChannels = 0, int InChannels = 0, int Pass = 0);
