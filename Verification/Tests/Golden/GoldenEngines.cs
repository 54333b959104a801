using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;

namespace TileProof.Tests.Golden;

/// <summary>The three golden engines, shared by the tests of one class.</summary>
public sealed class GoldenEngines : IDisposable
{
    public ScalarOracle Scalar { get; } = new();

    public GenericEngine Generic { get; } = new();

    public OnnxRuntimeGolden OnnxRuntime { get; } = new();

    public void Dispose() => OnnxRuntime.Dispose();
}
