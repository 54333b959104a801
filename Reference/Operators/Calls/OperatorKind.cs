namespace TileProof.Operators.Calls;

/// <summary>The operators of the modelled library.</summary>
public enum OperatorKind
{
    /// <summary>float32 to int8.</summary>
    QuantizePerTensor,

    /// <summary>int8 to float32.</summary>
    DequantizePerTensor,

    /// <summary>int8 convolution with requantization.</summary>
    Conv2d,

    /// <summary>int8 rectifier with requantization.</summary>
    QuantizedRelu,

    /// <summary>float32 maximum over windows.</summary>
    MaxPool2d,

    /// <summary>float32 mean over rows and columns.</summary>
    Mean,

    /// <summary>int8 fully connected layer.</summary>
    QuantizedLinear,

    /// <summary>float32 sum of two tensors.</summary>
    Add,

    /// <summary>float32 softmax over the channels.</summary>
    Softmax,

    /// <summary>int8 sum with one rounding.</summary>
    QuantizedAdd,

    /// <summary>int8 product with one rounding.</summary>
    QuantizedMul,

    /// <summary>int8 to int8 of another scale or zero point.</summary>
    Requantize,

    /// <summary>Values behind each other along an axis.</summary>
    Concat,

    /// <summary>Rows and columns around images.</summary>
    Pad,

    /// <summary>int8 mean over windows, without padding.</summary>
    AveragePool2d,

    /// <summary>Consecutive indices of an axis.</summary>
    Slice,

    /// <summary>An operator outside the library, run in ONNX Runtime on the host.</summary>
    OnnxFallback,
}
