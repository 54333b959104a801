namespace TileProof.HwModel.Timing;

/// <summary>Unit and meaning of every coefficient, for the coefficients file and the calibration report.</summary>
public static class TermCatalog
{
    /// <summary>The description of a core term.</summary>
    public static TermDescription Of(CoreTerm term) => term switch
    {
        CoreTerm.ConvolutionCall => new("cycles per call", "derivation of the requantization, dispatch and channel set-up of a convolution"),
        CoreTerm.PrologueWeight => new("cycles per weight", "two scalar passes over the weights, sum and sum of magnitudes, in every call"),
        CoreTerm.PrologueChannel => new("cycles per output channel", "bias, clamp and residual in the driver"),
        CoreTerm.TileSetup => new("cycles per tile", "loop control, descriptors, entry of edge extension and kernel"),
        CoreTerm.EdgeTile => new("cycles per padded tile", "entry of edge extension"),
        CoreTerm.EdgePlane => new("cycles per padded input plane", "entry of the edge loop"),
        CoreTerm.EdgeRow => new("cycles per image row of a padded plane", "left and right border"),
        CoreTerm.EdgeBorder => new("cycles per plane at the top or bottom of the image", "contiguous fill of the rows outside"),
        CoreTerm.Pack => new("cycles per accumulator of 64 outputs", "step set-up, requantization and store"),
        CoreTerm.PointwisePack => new("cycles per accumulator of 64 outputs", "1x1 stride-1 kernels, beyond those of every kernel"),
        CoreTerm.Gather => new("cycles per gather", "16 coefficient bytes of a 1x1 kernel"),
        CoreTerm.Shuffle => new("cycles per lane shuffle", "even and odd columns of the 1x1 and 3x3 stride-2 kernels, beyond the multiply slots"),
        CoreTerm.WideIteration => new("cycles per inner iteration", "3x3 stride-1 kernel for wide rows, beyond the multiply slots"),
        CoreTerm.WideStride2Iteration => new("cycles per inner iteration", "3x3 stride-2 kernel on the cache path, beyond that in local memory"),
        CoreTerm.WidePointwiseIteration => new("cycles per inner iteration", "1x1 stride-1 kernel on the cache path, beyond that in local memory"),
        CoreTerm.CopyRow => new("cycles per row", "copy into the padded scratch buffer of the cache path"),
        CoreTerm.DirectCall => new("cycles per call", "operator on the tensors without DMA, mean and softmax"),
        CoreTerm.QuantizeCall => new("cycles per call", "quantize with DMA"),
        CoreTerm.QuantizeChunk => new("cycles per chunk", "quantize"),
        CoreTerm.QuantizeVector => new("cycles per 32 elements", "quantize"),
        CoreTerm.DequantizeCall => new("cycles per call", "dequantize with DMA"),
        CoreTerm.DequantizeChunk => new("cycles per chunk", "dequantize"),
        CoreTerm.DequantizeVector => new("cycles per 32 elements", "dequantize"),
        CoreTerm.ReluCall => new("cycles per call", "quantized rectifier with DMA"),
        CoreTerm.ReluChunk => new("cycles per chunk", "quantized rectifier"),
        CoreTerm.ReluVector => new("cycles per 32 elements", "quantized rectifier"),
        CoreTerm.AddCall => new("cycles per call", "add with DMA"),
        CoreTerm.AddChunk => new("cycles per chunk", "add"),
        CoreTerm.AddVector => new("cycles per 16 elements", "add"),
        CoreTerm.ElementwiseTail => new("cycles per chunk", "element-wise operators on a length that is no multiple of a vector"),
        CoreTerm.MaxPoolStep => new("cycles per column step and row", "loads, maxima, lane rotation and store of max pooling"),
        CoreTerm.MeanVector => new("cycles per 16 channels", "mean of 2x2 positions"),
        CoreTerm.LinearOutput => new("cycles per output", "reductions and scalar requantization of the fully connected layer"),
        _ => throw new ArgumentOutOfRangeException(nameof(term), term, null),
    };

    /// <summary>The description of a memory term.</summary>
    public static TermDescription Of(MemoryTerm term) => term switch
    {
        MemoryTerm.DmaLatency => new("cycles per transfer", "descriptor fetch and memory latency"),
        MemoryTerm.DmaByte => new("cycles per byte", "payload that a DMA channel loads"),
        MemoryTerm.DmaStoreByte => new("cycles per byte", "payload that a DMA channel stores"),
        MemoryTerm.WriteBackLine => new("cycles per 128-byte line", "write-back around a call"),
        MemoryTerm.InvalidateLine => new("cycles per 128-byte line", "invalidation of results after a call"),
        MemoryTerm.InputLine => new("cycles per 128-byte line", "write-back of an input in the later of both builds, beyond that of any line"),
        MemoryTerm.LineMiss => new("cycles per 128-byte line", "cache miss of a kernel on system memory"),
        MemoryTerm.PrologueMiss => new("cycles per 128-byte line", "cache miss of the scalar passes over the weights"),
        MemoryTerm.VectorLoad => new("cycles per vector load", "stalls of a convolution kernel"),
        MemoryTerm.InnerIteration => new("cycles per inner iteration", "stalls of a convolution kernel of the runs with a memory model"),
        _ => throw new ArgumentOutOfRangeException(nameof(term), term, null),
    };
}
