using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>What an element-wise operator is charged (operator contract, sections 4 to 6 and 8).</summary>
/// <param name="VectorElements">Elements of a vector step of the published machine.</param>
/// <param name="Call">Cost of a call with DMA.</param>
/// <param name="Chunk">Cost of a chunk.</param>
/// <param name="Vector">Cost of a vector step.</param>
internal readonly record struct ElementwiseTerms(int VectorElements, CoreTerm Call, CoreTerm Chunk, CoreTerm Vector)
{
    /// <summary>The terms of an operator; null for one that is not element-wise.</summary>
    public static ElementwiseTerms? TryOf(OperatorKind kind) => kind switch
    {
        OperatorKind.QuantizePerTensor => new(32, CoreTerm.QuantizeCall, CoreTerm.QuantizeChunk, CoreTerm.QuantizeVector),
        OperatorKind.DequantizePerTensor => new(32, CoreTerm.DequantizeCall, CoreTerm.DequantizeChunk, CoreTerm.DequantizeVector),
        OperatorKind.QuantizedRelu => new(32, CoreTerm.ReluCall, CoreTerm.ReluChunk, CoreTerm.ReluVector),
        // Extrapolated: levels become float lanes, as in add.
        OperatorKind.QuantizedAdd or OperatorKind.QuantizedMul or OperatorKind.Requantize => new(16, CoreTerm.AddCall, CoreTerm.AddChunk, CoreTerm.AddVector),
        OperatorKind.Add => new(16, CoreTerm.AddCall, CoreTerm.AddChunk, CoreTerm.AddVector),
        _ => null,
    };

    /// <summary>The terms of an element-wise operator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The operator is not element-wise.</exception>
    public static ElementwiseTerms Of(OperatorKind kind) => TryOf(kind) ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an element-wise operator.");
}
