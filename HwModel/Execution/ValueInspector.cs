using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>Looks at a value that a call has just written.</summary>
/// <param name="call">The call.</param>
/// <param name="output">The bytes of its output in simulated memory, for the time of the invocation only.</param>
public delegate void ValueInspector(OperatorCall call, ReadOnlySpan<byte> output);
