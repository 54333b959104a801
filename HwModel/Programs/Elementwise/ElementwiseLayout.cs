using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Elementwise;

/// <summary>How an element-wise operator chooses its path and divides a bank between the chunks of its inputs and its output.</summary>
/// <remarks>
/// Operator contract, sections 4 to 6 and 8. Quantize divides a bank four to one, dequantize one to four, the rectifier in halves, and
/// add in three parts that are multiples of 128 bytes. The published output of dequantize begins at a fifth of the bank, which need not be a
/// multiple of four bytes (hazard D1); accesses are unaligned. What makes levels of levels has no published tiles: it takes those of add and of the rectifier.
/// </remarks>
/// <param name="kind">The operator.</param>
/// <exception cref="ArgumentOutOfRangeException">The operator is not element-wise.</exception>
internal sealed class ElementwiseLayout(OperatorKind kind)
{
    private const int SmallestDmaElements = 1024;
    private const int SmallestReluVectorElements = 16;
    private const int SmallestAddVectorElements = 8;
    private const int AddPartAlignmentBytes = 128;
    private const int AddVectorElements = 16;
    private const int PublishedAddTailBytes = 30;

    /// <summary>The kernel's name.</summary>
    public string Kernel { get; } = kind switch
    {
        OperatorKind.QuantizePerTensor => "quantize_per_tensor",
        OperatorKind.DequantizePerTensor => "dequantize_per_tensor",
        OperatorKind.QuantizedRelu => "quantized_relu",
        OperatorKind.Add => "add",
        OperatorKind.QuantizedAdd => "quantized_add",
        OperatorKind.QuantizedMul => "quantized_mul",
        OperatorKind.Requantize => "requantize",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an element-wise operator."),
    };

    /// <summary>Whether the published code tests that the chunk of DRAM0 fits DRAM1 too; the others overrun a smaller DRAM1 (hazards D2, R2, V3).</summary>
    public bool PublishedChecksSecondBank => kind is OperatorKind.QuantizePerTensor;

    /// <summary>The path that the modelled library takes for this many elements.</summary>
    public OperatorPath PublishedPath(int elementCount) => kind switch
    {
        OperatorKind.Add when elementCount < SmallestAddVectorElements || elementCount % 2 != 0 => OperatorPath.Portable,
        OperatorKind.QuantizedRelu when elementCount < SmallestReluVectorElements => OperatorPath.Portable,
        _ => elementCount >= SmallestDmaElements ? OperatorPath.Dma : OperatorPath.Direct,
    };

    /// <summary>The elements that one bank of this size holds.</summary>
    public int ChunkElements(int bankBytes) => kind switch
    {
        OperatorKind.QuantizedRelu or OperatorKind.Requantize => bankBytes / 2,
        OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul => AddPartBytes(bankBytes),
        OperatorKind.Add => AddPartBytes(bankBytes) / sizeof(float),
        _ => bankBytes / 5,
    };

    /// <summary>Where in a bank the input with this index begins; the output comes after the last input.</summary>
    public int BufferOffsetBytes(int bankBytes, int bufferIndex) => kind switch
    {
        OperatorKind.QuantizedRelu or OperatorKind.Requantize => bufferIndex * (bankBytes / 2),
        OperatorKind.Add or OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul => bufferIndex * AddPartBytes(bankBytes),
        _ when bufferIndex == 0 => 0,
        OperatorKind.QuantizePerTensor => bankBytes * 4 / 5,
        _ => bankBytes / 5,
    };

    /// <summary>The bank size by which the published code places the buffers of a bank; add takes that of DRAM0 for both (hazard V3).</summary>
    public int PublishedLayoutBytes(int bankBytes, int dram0Bytes) => kind == OperatorKind.Add ? dram0Bytes : bankBytes;

    /// <summary>The bytes that the published kernel touches of a buffer; the tail of add is always 30 bytes (hazard V1).</summary>
    public int PublishedTouchedBytes(int elementCount, int elementBytes) => kind == OperatorKind.Add
        ? (elementCount / AddVectorElements * AddVectorElements * elementBytes) + (elementCount % AddVectorElements == 0 ? 0 : PublishedAddTailBytes)
        : elementCount * elementBytes;

    private static int AddPartBytes(int bankBytes) => bankBytes / 3 / AddPartAlignmentBytes * AddPartAlignmentBytes;
}
