using TileProof.HwModel.Programs.Elementwise;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>How an element-wise operator cuts its tensors into DMA chunks and what one vector step costs.</summary>
/// <param name="InputBytes">Bytes of an element over all inputs.</param>
/// <param name="OutputBytes">Bytes of an output element.</param>
/// <param name="InputCount">Input tensors, one transfer each.</param>
/// <param name="VectorElements">Elements of a vector step.</param>
/// <param name="Call">Cost of a call with DMA.</param>
/// <param name="Chunk">Cost of a chunk.</param>
/// <param name="Vector">Cost of a vector step.</param>
public readonly record struct ElementwiseStructure(
    int InputBytes, int OutputBytes, int InputCount, int VectorElements, CoreTerm Call, CoreTerm Chunk, CoreTerm Vector)
{
    /// <summary>Below this many elements the operators work on the tensors directly.</summary>
    public const int MinimumDmaElements = 1024;

    /// <summary>The structure of an operator (operator contract, sections 4 to 6 and 8).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The operator is not element-wise.</exception>
    public static ElementwiseStructure Of(OperatorKind kind) => kind switch
    {
        OperatorKind.QuantizePerTensor => new(4, 1, 1, 32, CoreTerm.QuantizeCall, CoreTerm.QuantizeChunk, CoreTerm.QuantizeVector),
        OperatorKind.DequantizePerTensor => new(1, 4, 1, 32, CoreTerm.DequantizeCall, CoreTerm.DequantizeChunk, CoreTerm.DequantizeVector),
        OperatorKind.QuantizedRelu => new(1, 1, 1, 32, CoreTerm.ReluCall, CoreTerm.ReluChunk, CoreTerm.ReluVector),
        OperatorKind.Add => new(8, 4, 2, 16, CoreTerm.AddCall, CoreTerm.AddChunk, CoreTerm.AddVector),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an element-wise operator."),
    };

    /// <summary>Elements of a DMA chunk for a bank of the given bytes: one bank holds the inputs and the output of a chunk.</summary>
    public static int ChunkElements(OperatorKind kind, int bankBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bankBytes, 1);
        return ElementwiseLayout.Of(kind).ChunkElements(bankBytes);
    }
}
