using System.Reflection;
using TileProof.Golden.Networks;

namespace TileProof.Golden.Quantization;

/// <summary>Calibrations of built-in networks: those that ship with the product, and fresh ones for everything else.</summary>
/// <remarks>
/// Float sums differ between CPUs in their last bits, so a range may, however rarely, round differently elsewhere. The
/// calibrations of the default networks are therefore files (Fixtures/networks, embedded in this assembly), which makes every
/// byte of the default runs the same on every machine.
/// </remarks>
public static class CalibrationStore
{
    /// <summary>The inputs whose calibrations are stored: both published networks and MobileNetV2 at 64x64 and 224x224, with default seeds and options.</summary>
    public static IReadOnlyList<CalibrationKey> StoredKeys { get; } =
    [
        .. from name in (string[])["resnet18", "resnet50", MobileNetV2Builder.Name]
           from size in (int[])[64, 224]
           select new CalibrationKey(name, ResNetBuilder.DefaultSeed, size, size, new CalibrationOptions()),
    ];

    /// <summary>The stored calibration of a key, or null when there is none.</summary>
    /// <exception cref="CalibrationFormatException">The stored file cannot be read.</exception>
    public static Calibration? Find(CalibrationKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(key.FileName);
        if (stream is null)
        {
            return null;
        }

        (CalibrationKey storedKey, Calibration calibration) = CalibrationFile.Read(stream, key.FileName);
        return storedKey == key ? calibration : null;
    }

    /// <summary>The stored calibration of a network, or a fresh one.</summary>
    /// <param name="network">A built-in network.</param>
    /// <param name="parameterSeed">The seed it was built with.</param>
    /// <param name="options">Images and method.</param>
    public static Calibration FindOrCalibrate(FloatNetwork network, ulong parameterSeed, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        var key = new CalibrationKey(network.Name, parameterSeed, network.InputShape.Height, network.InputShape.Width, options);
        return Find(key) ?? Calibrator.Calibrate(network, options);
    }

    /// <summary>Calibrates every stored network afresh and writes the files that ship with the product.</summary>
    /// <param name="folder">Where the files go; it must exist.</param>
    /// <returns>The paths written.</returns>
    public static IReadOnlyList<string> WriteAll(string folder) => [.. StoredKeys.Select(key => Write(folder, key))];

    private static string Write(string folder, CalibrationKey key)
    {
        FloatNetwork network = BuiltInNetworks.Build(key.NetworkName, SeededImages.Shape(1, key.Height, key.Width), key.ParameterSeed);
        Calibration calibration = Calibrator.Calibrate(network, key.Options);
        string path = Path.Combine(folder, key.FileName);
        using var text = new MemoryStream();
        CalibrationFile.Write(text, key, calibration);
        File.WriteAllBytes(path, text.ToArray());
        return path;
    }
}
