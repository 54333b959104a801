using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>What a network gave on the simulated DSP.</summary>
/// <param name="Values">The requested values by name, each as its call left it in system memory.</param>
/// <param name="Executions">How each call ran, in execution order.</param>
/// <param name="SystemBytes">The bytes of system memory that the machine had.</param>
public sealed record DspNetworkResult(IReadOnlyDictionary<string, Tensor> Values, IReadOnlyList<CallPlan> Executions, int SystemBytes);
