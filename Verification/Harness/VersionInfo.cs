using System.Reflection;
using TileProof.Verification.Caching;

namespace TileProof.Verification;

/// <summary>The versions that reports name, so that a result can be traced to what made it.</summary>
/// <param name="Tool">The version of this program, <c>major.minor.patch</c>.</param>
/// <param name="DotNet">The version of the .NET runtime.</param>
/// <param name="OnnxRuntime">The version that the native ONNX Runtime library states.</param>
public sealed record VersionInfo(string Tool, string DotNet, string OnnxRuntime)
{
    /// <summary>The version of this program, <c>major.minor.patch</c>.</summary>
    public static string ToolVersion { get; } =
        typeof(VersionInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>A hash over the assemblies that compute and compare: the same sources and compiler give the same, on whatever machine they run.</summary>
    public static string Build { get; } = ContentHash.Of([.. AssemblyVersions]);

    /// <summary>Name and content of each of those assemblies.</summary>
    internal static IEnumerable<string?> AssemblyVersions =>
        from type in (Type[])
            [
                typeof(ResultCache), typeof(Operators.Network), typeof(HwModel.Machine.DspMachine), typeof(Golden.Scalar.ScalarOracle), typeof(Kernels.DataParallelEngine),
            ]
        from part in (string?[])[type.Assembly.GetName().Name, type.Module.ModuleVersionId.ToString()]
        select part;

    /// <summary>The versions of the running process.</summary>
    /// <param name="onnxRuntime">The version that the native ONNX Runtime library states.</param>
    public static VersionInfo OfThisProcess(string onnxRuntime)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(onnxRuntime);
        return new VersionInfo(ToolVersion, Environment.Version.ToString(), onnxRuntime);
    }

    /// <summary>One line for reports.</summary>
    public override string ToString() => $"TileProof {Tool}, .NET {DotNet}, ONNX Runtime {OnnxRuntime}";
}
