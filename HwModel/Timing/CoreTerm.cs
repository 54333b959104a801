namespace TileProof.HwModel.Timing;

/// <summary>What the core spends cycles on, in every machine mode: instruction bundles that the structure of the program counts.</summary>
/// <remarks>
/// A multiply instruction and a 64-byte store of a fill take one issue slot, which is one cycle by definition (operator contract,
/// sections 12.2 and 12.3); they are not coefficients. Counts:
/// <see cref="ConvolutionWork"/> and the programs beside it.
/// </remarks>
public enum CoreTerm
{
    /// <summary>Per convolution call: derivation of the requantization, dispatch, channel set-up.</summary>
    ConvolutionCall,

    /// <summary>Per weight: the two scalar passes over all weights (sum, then sum of magnitudes) that the driver makes in every call.</summary>
    PrologueWeight,

    /// <summary>Per output channel: bias, clamp and residual of the driver.</summary>
    PrologueChannel,

    /// <summary>Per tile: loop control, descriptors, entry of edge extension and kernel.</summary>
    TileSetup,

    /// <summary>Per padded tile: entry of edge extension.</summary>
    EdgeTile,

    /// <summary>Per input plane of a padded tile: entry of the edge loop.</summary>
    EdgePlane,

    /// <summary>Per image row of a padded tile plane: its left and right border.</summary>
    EdgeRow,

    /// <summary>Per padded tile plane that has rows above or below the image: one contiguous fill.</summary>
    EdgeBorder,

    /// <summary>Per accumulator of 64 outputs: step set-up, requantization and store.</summary>
    Pack,

    /// <summary>Per accumulator of the 1x1 kernels with stride 1, beyond <see cref="Pack"/>: 4 channels share the step set-up of 64 positions.</summary>
    PointwisePack,

    /// <summary>Per gather of 16 coefficient bytes (1x1 kernels with more than 64 channels, and unaligned ones).</summary>
    Gather,

    /// <summary>Per lane shuffle of the stride-2 kernels that multiply four vectors at once: separating even and odd columns.</summary>
    Shuffle,

    /// <summary>Per inner iteration of the 3x3 stride-1 kernel for wide rows, beyond the multiply slots.</summary>
    WideIteration,

    /// <summary>Per inner iteration of the 3x3 stride-2 kernel on the cache path, whose rows are at least 64 bytes apart, beyond what it takes in local memory.</summary>
    WideStride2Iteration,

    /// <summary>Per inner iteration of the 1x1 stride-1 kernel on rows of the cache path, which run one by one, beyond what it takes in local memory.</summary>
    WidePointwiseIteration,

    /// <summary>Per row that the cache path copies into the padded scratch buffer, and out of it where it sub-samples the image of a 1x1 stride-2 layer of more than 64 channels.</summary>
    CopyRow,

    /// <summary>Per call of an operator that works on the tensors without DMA, and of mean: two figures do not tell its call from theirs.</summary>
    DirectCall,

    /// <summary>Per call of quantize with DMA.</summary>
    QuantizeCall,

    /// <summary>Per DMA chunk of quantize.</summary>
    QuantizeChunk,

    /// <summary>Per 32 elements of quantize.</summary>
    QuantizeVector,

    /// <summary>Per call of dequantize with DMA.</summary>
    DequantizeCall,

    /// <summary>Per DMA chunk of dequantize.</summary>
    DequantizeChunk,

    /// <summary>Per 32 elements of dequantize.</summary>
    DequantizeVector,

    /// <summary>Per call of the quantized rectifier with DMA.</summary>
    ReluCall,

    /// <summary>Per DMA chunk of the quantized rectifier.</summary>
    ReluChunk,

    /// <summary>Per 32 elements of the quantized rectifier.</summary>
    ReluVector,

    /// <summary>Per call of add with DMA.</summary>
    AddCall,

    /// <summary>Per DMA chunk of add.</summary>
    AddChunk,

    /// <summary>Per 16 elements of add.</summary>
    AddVector,

    /// <summary>Per chunk of an element-wise operator that ends within a vector; only chunks of quantize and dequantize do in the published runs.</summary>
    ElementwiseTail,

    /// <summary>Per column step and row of max pooling: loads, maxima, lane rotation, store.</summary>
    MaxPoolStep,

    /// <summary>Per 16 channels of mean, 2x2 positions each.</summary>
    MeanVector,

    /// <summary>Per output of the fully connected layer: reductions, scalar requantization, cached bias and output.</summary>
    LinearOutput,
}
