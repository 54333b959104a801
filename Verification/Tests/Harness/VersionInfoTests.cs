using TileProof.Verification;

namespace TileProof.Tests.Harness;

public sealed class VersionInfoTests
{
    [Fact]
    public void OfThisProcess_NamesToolRuntimeAndOnnxRuntime() => Assert.Matches(
        @"^TileProof \d+\.\d+\.\d+, \.NET 10\.\d+\.\d+, ONNX Runtime 1\.31\.1$",
        VersionInfo.OfThisProcess("1.31.1").ToString());
}
