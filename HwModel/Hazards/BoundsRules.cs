using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rules on where an access may go: buffers, banks, tensors, alignment and descriptor fields.</summary>
internal sealed class BoundsRules(DspConfiguration configuration, HazardLog log)
{
    private readonly List<MemoryBuffer> buffers = [];

    public void StartProgram() => buffers.Clear();

    public void Allocate(MemoryBuffer buffer, in MachineOperation operation)
    {
        foreach (MemoryBuffer other in buffers)
        {
            if (ByteRuns.Overlap(buffer.Whole(), other.Whole()) is { } shared)
            {
                log.Report(HazardRule.BufferOverlap, operation, buffer, shared, $"'{other.Label}' lies there");
            }
        }

        buffers.Add(buffer);
        long end = (long)buffer.OffsetBytes + buffer.LengthBytes;
        if (end > buffer.Space.CapacityBytes)
        {
            log.Report(
                HazardRule.BankOverflow,
                operation,
                buffer,
                (Math.Max(buffer.OffsetBytes, buffer.Space.CapacityBytes), end),
                $"{buffer.Space.Name} has {buffer.Space.CapacityBytes} bytes");
        }
    }

    public void Access(in TouchedRegion touched, bool writes, in MachineOperation operation)
    {
        MemoryBuffer buffer = touched.Buffer;
        bool isInside = touched.Start >= buffer.OffsetBytes && touched.End <= (long)buffer.OffsetBytes + buffer.LengthBytes;
        if ((isInside || touched.IsEmpty) && touched.End <= touched.Space.CapacityBytes)
        {
            return;
        }

        ReportAccess(touched.Region, writes, operation);
    }

    public void Alignment(in TouchedRegion touched, int alignmentBytes, in MachineOperation operation)
    {
        if (alignmentBytes == 1 || touched.IsEmpty)
        {
            return;
        }

        StridedRegion region = touched.Region;
        bool secondRow = region.StartInSpace % alignmentBytes == 0 && region.RowCount > 1;
        long address = secondRow ? region.StartInSpace + region.RowPitchBytes : region.StartInSpace;
        if (address % alignmentBytes != 0)
        {
            log.Report(
                HazardRule.Misaligned,
                operation,
                region.Buffer,
                (address, address + region.RowBytes),
                $"the address is {address % alignmentBytes} beyond a multiple of {alignmentBytes}");
        }
    }

    public void Descriptor(in DmaDescriptor descriptor, in TouchedRegion source, in TouchedRegion destination, in MachineOperation operation)
    {
        int largest = Math.Max(descriptor.Source.RowCount, descriptor.Source.PlaneCount);
        if (largest > configuration.DescriptorCountLimit)
        {
            log.Report(
                HazardRule.DescriptorRange,
                operation,
                descriptor.Destination.Buffer,
                (descriptor.Destination.StartInSpace, descriptor.Destination.EndInSpace),
                $"a count of {largest} exceeds {configuration.DescriptorCountLimit}");
        }

        Alignment(source, configuration.DmaAlignmentBytes, operation);
        Alignment(destination, configuration.DmaAlignmentBytes, operation);
    }

    private void ReportAccess(in StridedRegion region, bool writes, in MachineOperation operation)
    {
        MemoryBuffer buffer = region.Buffer;
        long bufferEnd = Math.Min((long)buffer.OffsetBytes + buffer.LengthBytes, buffer.Space.CapacityBytes);
        (long Start, long End) outside = region.StartInSpace < buffer.OffsetBytes
            ? (region.StartInSpace, Math.Min(region.EndInSpace, buffer.OffsetBytes))
            : FirstRunBehind(region, bufferEnd);
        HazardRule rule = buffer.Space is SystemMemory
            ? writes ? HazardRule.OverWrite : HazardRule.OverRead
            : region.EndInSpace > buffer.Space.CapacityBytes || region.StartInSpace < 0 ? HazardRule.OutsideBank : HazardRule.OutsideBuffer;
        log.Report(rule, operation, buffer, outside, $"{(writes ? "writes" : "reads")} {Neighbour(buffer, outside.Start)}; the buffer has {buffer.LengthBytes} bytes");
    }

    private static (long Start, long End) FirstRunBehind(in StridedRegion region, long bufferEnd)
    {
        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            if (runs[run].End > bufferEnd)
            {
                return (Math.Max(runs[run].Start, bufferEnd), runs[run].End);
            }
        }

        return (bufferEnd, region.EndInSpace);
    }

    private static string Neighbour(MemoryBuffer buffer, long address)
    {
        foreach (MemoryBuffer other in buffer.Space.Buffers)
        {
            if (other != buffer && address >= other.OffsetBytes && address < (long)other.OffsetBytes + other.LengthBytes)
            {
                return $"'{other.Label}' at byte {address - other.OffsetBytes}";
            }
        }

        return "unallocated bytes";
    }
}
