using System.Globalization;
using TileProof.Golden.Networks;

namespace TileProof.Golden.Quantization;

/// <summary>What a calibration of a built-in network belongs to: the same key, the same ranges.</summary>
/// <param name="NetworkName">One of <see cref="BuiltInNetworks.Names"/>.</param>
/// <param name="ParameterSeed">The seed of its weights.</param>
/// <param name="Height">Input rows.</param>
/// <param name="Width">Input columns.</param>
/// <param name="Options">Images and method.</param>
public sealed record CalibrationKey(string NetworkName, ulong ParameterSeed, int Height, int Width, CalibrationOptions Options)
{
    /// <summary>The name of the file that would hold the calibration.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{NetworkName}-{Height}x{Width}.calibration.json");
}
