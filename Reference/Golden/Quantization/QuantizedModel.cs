using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Quantization;

/// <summary>A float network and the int8 network made from it.</summary>
/// <param name="Float">With batch normalization folded.</param>
/// <param name="Calibration">The ranges that the quantization follows.</param>
/// <param name="Quantized">The calls of the modelled library.</param>
public sealed record QuantizedModel(FloatNetwork Float, Calibration Calibration, Network Quantized)
{
    /// <summary>Builds, calibrates and quantizes the built-in network of a name.</summary>
    /// <param name="name">One of <see cref="BuiltInNetworks.Names"/>.</param>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>.</param>
    /// <param name="parameterSeed">Decides the weights.</param>
    /// <param name="calibrationOptions">Null for the defaults, whose ranges are stored for the default networks.</param>
    /// <param name="quantizationOptions">Null for the defaults.</param>
    public static QuantizedModel Create(
        string name,
        TensorShape inputShape,
        ulong parameterSeed = ResNetBuilder.DefaultSeed,
        CalibrationOptions? calibrationOptions = null,
        QuantizationOptions? quantizationOptions = null)
    {
        FloatNetwork network = BuiltInNetworks.Build(name, inputShape, parameterSeed);
        Calibration calibration = CalibrationStore.FindOrCalibrate(network, parameterSeed, calibrationOptions ?? new CalibrationOptions());
        return new QuantizedModel(network, calibration, NetworkQuantizer.Quantize(network, calibration, quantizationOptions));
    }
}
