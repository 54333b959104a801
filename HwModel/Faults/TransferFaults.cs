using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Defects in what transfers move.</summary>
internal static class TransferFaults
{
    internal const string Input = "input";
    internal const string Output = "output n";
    internal const string Coefficients = "coefficients";
    private const string Biases = "biases";

    public static IReadOnlyList<Fault> Inputs { get; } =
    [
        Every("input-row-less", FaultClass.RowCount, "input tiles lack their last row", Input, static d => Rows(d, -1)),
        Every("input-row-more", FaultClass.RowCount, "input tiles have one row too many", Input, static d => Rows(d, 1)),
        Every("input-first-row-only", FaultClass.RowCount, "input tiles have one row", Input, static d => Rows(d, 1 - d.Source.RowCount)),
        Every("input-plane-less", FaultClass.RowCount, "input tiles lack the last channel", Input, static d => Planes(d, -1)),
        From(1, "prefetch-row-less", FaultClass.TileExtent, "prefetched input tiles lack their last row", Input, static d => Rows(d, -1)),
        From(1, "prefetch-row-more", FaultClass.TileExtent, "prefetched input tiles have one row too many", Input, static d => Rows(d, 1)),
        Every("input-column-less", FaultClass.RowCount, "input rows lack their last element", Input, static d => RowBytes(d, -1)),
        Every("input-source-element-later", FaultClass.SourceOffset, "input is read one element late", Input, static d => Source(d, 1)),
        Every("input-source-row-later", FaultClass.SourceOffset, "input is read one row late", Input, static d => Source(d, d.Source.RowPitchBytes)),
        From(1, "prefetch-source-element-earlier", FaultClass.SourceOffset, "prefetched input is read one element early", Input, static d => Source(d, -1)),
        From(1, "prefetch-source-row-earlier", FaultClass.SourceOffset, "prefetched input is read one row early", Input, static d => Source(d, -d.Source.RowPitchBytes)),
        Every("input-source-plane-later", FaultClass.SourceOffset, "input is read one channel late", Input, static d => Source(d, d.Source.PlanePitchBytes)),
        Every("input-destination-element-later", FaultClass.DestinationOffset, "input lands one element late", Input, static d => Destination(d, 1)),
        Every("input-destination-element-earlier", FaultClass.DestinationOffset, "input lands one element early", Input, static d => Destination(d, -1)),
        Every("input-destination-row-later", FaultClass.DestinationOffset, "input lands one row late", Input, static d => Destination(d, d.Destination.RowPitchBytes)),
        Every("input-destination-plane-later", FaultClass.DestinationOffset, "input lands one channel late", Input, static d => Destination(d, d.Destination.PlanePitchBytes)),
        Every("input-source-row-pitch-more", FaultClass.Pitch, "input rows are read one element apart too far", Input, static d => SourcePitch(d, 1, 0)),
        Every("input-source-plane-pitch-less", FaultClass.Pitch, "input channels are read one row apart too little", Input, static d => SourcePitch(d, 0, -d.Source.RowPitchBytes)),
        Every("input-destination-row-pitch-less", FaultClass.Pitch, "input rows land one element apart too little", Input, static d => DestinationPitch(d, -1, 0)),
        Every("input-destination-plane-pitch-more", FaultClass.Pitch, "input channels land one element apart too far", Input, static d => DestinationPitch(d, 0, 1)),
        From(1, "prefetch-into-computed-buffer", FaultClass.SwappedBuffers, "prefetches land in the buffer that is computed from", Input, static (d, buffers) => Swap(d, buffers)),
        At(1, "second-tile-into-computed-buffer", FaultClass.SwappedBuffers, "the second input tile lands in the buffer that is computed from", Input, static (d, buffers) => Swap(d, buffers)),
        At(1, "second-input-missing", FaultClass.TileExtent, "the second input tile is not loaded", Input, static (_, _) => null),
    ];

    public static IReadOnlyList<Fault> Parameters { get; } =
    [
        From(1, "coefficients-of-tile-before", FaultClass.CoefficientTile, "channel tiles compute with the coefficients of the tile before", Coefficients, static d => Source(d, -d.Source.RowBytes)),
        Every("coefficients-element-later", FaultClass.CoefficientTile, "coefficients are read one element late", Coefficients, static d => Source(d, 1)),
        From(1, "coefficients-element-earlier", FaultClass.CoefficientTile, "later coefficients are read one element early", Coefficients, static d => Source(d, -1)),
        From(1, "coefficients-not-reloaded", FaultClass.CoefficientTile, "the coefficients of the first channel tile are never replaced", Coefficients, static _ => null),
        Every("coefficients-element-less", FaultClass.CoefficientTile, "coefficient tiles lack their last element", Coefficients, static d => RowBytes(d, -1)),
        Every("coefficients-element-more", FaultClass.CoefficientTile, "coefficient tiles have one element too many", Coefficients, static d => RowBytes(d, 1)),
        Every("coefficients-land-element-later", FaultClass.DestinationOffset, "coefficients land one element late", Coefficients, static d => Destination(d, 1)),
        Every("biases-channel-later", FaultClass.Bias, "biases are read one channel late", Biases, static d => Source(RowBytes(d, -sizeof(int)), sizeof(int))),
        Every("biases-land-channel-later", FaultClass.Bias, "biases land one channel late", Biases, static d => Destination(RowBytes(d, -sizeof(int)), sizeof(int))),
        Every("biases-channel-less", FaultClass.Bias, "the last bias is not loaded", Biases, static d => RowBytes(d, -sizeof(int))),
        Every("biases-missing", FaultClass.Bias, "biases are not loaded", Biases, static _ => null),
        Every("biases-into-coefficients", FaultClass.DestinationOffset, "biases land in the coefficient buffer", Biases, static (d, buffers) => Into(d, Named(buffers, Coefficients))),
    ];

    public static IReadOnlyList<Fault> Outputs { get; } =
    [
        At(0, "first-output-missing", FaultClass.OutputStore, "the first output tile is not stored", Output, static (_, _) => null),
        From(1, "later-outputs-missing", FaultClass.OutputStore, "output tiles after the first are not stored", Output, static _ => null),
        Every("output-channel-missing", FaultClass.OutputStore, "the last channel of output tiles is not stored", Output, static d => Rows(d, -1)),
        Every("output-element-less", FaultClass.TileExtent, "output lines lack their last element", Output, static d => RowBytes(d, -1)),
        Every("output-element-more", FaultClass.TileExtent, "output lines have one element too many", Output, static d => RowBytes(d, 1)),
        Every("output-destination-element-later", FaultClass.DestinationOffset, "output lands one element late", Output, static d => Destination(d, 1)),
        From(1, "later-output-destination-element-earlier", FaultClass.DestinationOffset, "later output lands one element early", Output, static d => Destination(d, -1)),
        Every("output-source-element-later", FaultClass.SourceOffset, "output is read one element late from its buffer", Output, static d => Source(d, 1)),
        Every("output-source-pitch-more", FaultClass.Pitch, "output channels are read one element apart too far", Output, static d => SourcePitch(d, 1, 0)),
        Every("output-destination-pitch-less", FaultClass.Pitch, "output channels land one element apart too little", Output, static d => DestinationPitch(d, -1, 0)),
        Every("output-from-other-buffer", FaultClass.SwappedBuffers, "output is stored from the other buffer", Output, static (d, buffers) => SwapSource(d, buffers)),
        From(1, "later-output-from-other-buffer", FaultClass.SwappedBuffers, "later output is stored from the other buffer", Output, static (d, buffers) => SwapSource(d, buffers)),
    ];

    public static IReadOnlyList<Fault> Further { get; } =
    [
        Every("coefficients-byte-by-byte", FaultClass.RowCount, "coefficients are loaded as rows of one byte, as many as there are", Coefficients, static d => ByteByByte(d)),
    ];

    private static Fault Every(string name, FaultClass kind, string description, string purpose, Func<DmaDescriptor, DmaDescriptor?> rewrite) =>
        Every(name, kind, description, purpose, (descriptor, _) => rewrite(descriptor));

    private static Fault Every(
        string name, FaultClass kind, string description, string purpose, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
        From(0, name, kind, description, purpose, rewrite);

    private static Fault From(int first, string name, FaultClass kind, string description, string purpose, Func<DmaDescriptor, DmaDescriptor?> rewrite) =>
        From(first, name, kind, description, purpose, (descriptor, _) => rewrite(descriptor));

    private static Fault From(
        int first, string name, FaultClass kind, string description, string purpose, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
        new(name, kind, description, () => new TransferFault(purpose, index => index >= first, rewrite)) { MovesStores = purpose == Output };

    private static Fault At(
        int index, string name, FaultClass kind, string description, string purpose, Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) =>
        new(name, kind, description, () => new TransferFault(purpose, number => number == index, rewrite)) { MovesStores = purpose == Output };

    private static DmaDescriptor Both(DmaDescriptor descriptor, Func<StridedRegion, StridedRegion> change) =>
        DmaDescriptor.Create(change(descriptor.Source), change(descriptor.Destination), descriptor.Label);

    internal static DmaDescriptor? Rows(DmaDescriptor descriptor, int more) => descriptor.Source.RowCount + more <= 0
        ? null
        : Both(descriptor, region => region with { RowCount = region.RowCount + more });

    private static DmaDescriptor? Planes(DmaDescriptor descriptor, int more) => descriptor.Source.PlaneCount + more <= 0
        ? null
        : Both(descriptor, region => region with { PlaneCount = region.PlaneCount + more });

    /// <summary>The same bytes, of a transfer of one row.</summary>
    private static DmaDescriptor ByteByByte(DmaDescriptor descriptor) => descriptor.TotalRows > 1
        ? descriptor
        : Both(descriptor, static region => StridedRegion.Rows(region.Buffer, region.OffsetBytes, 1, region.RowBytes, 1));

    internal static DmaDescriptor RowBytes(DmaDescriptor descriptor, int more) =>
        Both(descriptor, region => region with { RowBytes = Math.Max(1, region.RowBytes + more) });

    private static DmaDescriptor From(DmaDescriptor descriptor, in StridedRegion source) => DmaDescriptor.Create(source, descriptor.Destination, descriptor.Label);

    private static DmaDescriptor To(DmaDescriptor descriptor, in StridedRegion destination) => DmaDescriptor.Create(descriptor.Source, destination, descriptor.Label);

    internal static DmaDescriptor Source(DmaDescriptor descriptor, int moreBytes) => From(descriptor, Moved(descriptor.Source, moreBytes));

    internal static DmaDescriptor Destination(DmaDescriptor descriptor, int moreBytes) => To(descriptor, Moved(descriptor.Destination, moreBytes));

    private static DmaDescriptor SourcePitch(DmaDescriptor descriptor, int moreRowBytes, int morePlaneBytes) => From(descriptor, Pitch(descriptor.Source, moreRowBytes, morePlaneBytes));

    private static DmaDescriptor DestinationPitch(DmaDescriptor descriptor, int moreRowBytes, int morePlaneBytes) => To(descriptor, Pitch(descriptor.Destination, moreRowBytes, morePlaneBytes));

    private static StridedRegion Moved(StridedRegion region, int moreBytes) => region with { OffsetBytes = Math.Max(0, region.OffsetBytes + moreBytes) };

    private static StridedRegion Pitch(StridedRegion region, int moreRowBytes, int morePlaneBytes) =>
        region with { RowPitchBytes = region.RowPitchBytes + moreRowBytes, PlanePitchBytes = region.PlanePitchBytes + morePlaneBytes };

    /// <summary>What fits of it goes to the start of another buffer; a program without that buffer stays as it is.</summary>
    private static DmaDescriptor Into(DmaDescriptor descriptor, MemoryBuffer? buffer)
    {
        if (buffer is null)
        {
            return descriptor;
        }

        int lengthBytes = Math.Min(descriptor.Source.RowBytes, buffer.LengthBytes);
        return DmaDescriptor.Create(StridedRegion.Linear(descriptor.Source.Buffer, 0, lengthBytes), StridedRegion.Linear(buffer, 0, lengthBytes), descriptor.Label);
    }

    internal static DmaDescriptor Swap(DmaDescriptor descriptor, IReadOnlyList<MemoryBuffer> buffers) => Other(descriptor.Destination.Buffer, buffers) is { } other
        ? To(descriptor, descriptor.Destination with { Buffer = other })
        : descriptor;

    internal static DmaDescriptor SwapSource(DmaDescriptor descriptor, IReadOnlyList<MemoryBuffer> buffers) => Other(descriptor.Source.Buffer, buffers) is { } other
        ? From(descriptor, descriptor.Source with { Buffer = other })
        : descriptor;

    private static MemoryBuffer? Other(MemoryBuffer buffer, IReadOnlyList<MemoryBuffer> buffers) => Named(
        buffers,
        buffer.Label.EndsWith("ping", StringComparison.Ordinal)
            ? buffer.Label.Replace("ping", "pong", StringComparison.Ordinal)
            : buffer.Label.Replace("pong", "ping", StringComparison.Ordinal));

    /// <summary>A buffer by its name; null where the program has none, as programs of free plans do.</summary>
    private static MemoryBuffer? Named(IReadOnlyList<MemoryBuffer> buffers, string label) => buffers.FirstOrDefault(buffer => buffer.Label == label);
}
