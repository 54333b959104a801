using System.Runtime.InteropServices;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>The published sum: the tail is always 30 bytes, and DRAM1 is laid out by the size of DRAM0 (operator contract, hazards V1 and V3).</summary>
internal sealed class PublishedAddExecutor : AddExecutor
{
    private const int VectorElements = 16;
    private const int TailBytes = 30;

    public PublishedAddExecutor(AddCall call)
        : base(call)
    {
    }

    /// <inheritdoc/>
    public override int TouchedBytes(int elementCount, int elementBytes) =>
        (elementCount / VectorElements * VectorElements * elementBytes) + (elementCount % VectorElements == 0 ? 0 : TailBytes);

    /// <inheritdoc/>
    public override int PublishedLayoutBytes(int bankBytes, int dram0Bytes) => dram0Bytes;

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        Span<byte> sums = new byte[(output.Length + sizeof(float) - 1) / sizeof(float) * sizeof(float)];
        AddArithmetic.Vector(WholeFloats(first), WholeFloats(second), MemoryMarshal.Cast<byte, float>(sums));
        sums[..output.Length].CopyTo(output);
    }

    /// <summary>The half float at the end is completed with zeros; its sum is cut off again.</summary>
    private static ReadOnlySpan<float> WholeFloats(ReadOnlySpan<byte> bytes)
    {
        Span<byte> whole = new byte[(bytes.Length + sizeof(float) - 1) / sizeof(float) * sizeof(float)];
        bytes.CopyTo(whole);
        return MemoryMarshal.Cast<byte, float>(whole);
    }
}
