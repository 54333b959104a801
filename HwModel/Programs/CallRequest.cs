using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs;

/// <summary>What the program of a call other than a tiled convolution depends on; no data.</summary>
/// <param name="Call">The operator, with its shapes.</param>
/// <param name="Machine">Banks and scratch bytes.</param>
/// <param name="Routing">How the path is chosen.</param>
public sealed record CallRequest(OperatorCall Call, DspConfiguration Machine, OperatorRouting Routing);
