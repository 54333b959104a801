using System.Security.Cryptography;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;

namespace TileProof.Golden.Trained;

/// <summary>The trained convolutions of ResNet-18 (ImageNet) in the package Microsoft.ML.DnnImageFeaturizer.ResNet18, whose licence is MIT.</summary>
/// <remarks>
/// The package is restored by NuGet, and read where NuGet puts it; this project neither holds nor downloads it. Its file has the layers of
/// <see cref="ResNetBuilder"/> in the same order, with three blocks in the last stage, ending at the 512 features. Its strided windows are padded above and on the left
/// only, which on even extents gives the same windows as padding on all sides.
/// </remarks>
public static class PackagedResNet18
{
    /// <summary>The package.</summary>
    public const string PackageName = "Microsoft.ML.DnnImageFeaturizer.ResNet18";

    /// <summary>Its version.</summary>
    public const string PackageVersion = "0.23.1";

    private const string Sha256 = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f";

    /// <summary>Where the model lies once the package is restored.</summary>
    public static string ModelPath => Path.Combine(
        PackagesFolder, PackageName.ToLowerInvariant(), PackageVersion, "tools", "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>Whether the package is restored.</summary>
    public static bool IsRestored => File.Exists(ModelPath);

    private static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The float network of the file: 3 channels blue, green, red in 0 to 255 less the mean, 224x224, to 512 features.</summary>
    /// <exception cref="ModelFormatException">The package is not restored, or its file is another one.</exception>
    public static FloatNetwork Read()
    {
        string path = ModelPath;
        if (!IsRestored)
        {
            throw new ModelFormatException(
                path, "file", $"it is missing: it comes with the package {PackageName} {PackageVersion}; './run-verify.sh' restores it for commands that name {TrainedResNet18.Name}, and 'dotnet restore eng/TrainedNetworks.csproj' does");
        }

        byte[] file = ModelFile.Read(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == Sha256
            ? OnnxModel.Read(path, file, folder: null).FloatNetwork!
            : throw new ModelFormatException(path, "file", $"it is not the file of {PackageName} {PackageVersion}; delete the folder of the package and restore it again");
    }
}
