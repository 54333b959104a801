using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>What one operator call gave on the simulated DSP.</summary>
/// <param name="Output">The output tensor, copied from system memory.</param>
/// <param name="Execution">How the call ran.</param>
public sealed record DspResult(Tensor Output, CallPlan Execution);
