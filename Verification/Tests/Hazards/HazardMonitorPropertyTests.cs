using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>The interval arithmetic of the rules against plain sets of bytes, on random strided regions.</summary>
public sealed class HazardMonitorPropertyTests
{
    private const int BufferBytes = 512;
    private const int Rounds = 1500;

    [Fact]
    public void ReadBeforeArrival_RandomRegions_ExactlyWhereByteSetsMeet()
    {
        var random = new Random(11);
        int found = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, MemoryBuffer tensor) = Start();
            StridedRegion loaded = RandomRegion(random, local);
            StridedRegion read = RandomRegion(random, local);
            machine.Fill(local.Whole(), 0, FillPurpose.WholeBuffer);
            StridedRegion source = loaded with { Buffer = tensor };
            machine.Dma.Issue(1, DmaDescriptor.Create(source, loaded, "load"));
            machine.BeginCompute(new ComputeStep("kernel", default, [read], []));

            HashSet<int> common = [.. Bytes(loaded).Intersect(Bytes(read))];
            Hazard? hazard = monitor.Hazards.SingleOrDefault();
            Assert.Equal(common.Count > 0, hazard?.Rule == HazardRule.ReadBeforeArrival);
            if (hazard is not null)
            {
                found++;
                Assert.All(Enumerable.Range((int)hazard.FirstByte, (int)(hazard.LastByte - hazard.FirstByte + 1)), offset => Assert.Contains(offset, common));
            }
        }

        Assert.InRange(found, Rounds / 8, Rounds * 4 / 5);
    }

    [Fact]
    public void NeverWritten_RandomWrites_ExactlyWhereBytesAreMissing()
    {
        var random = new Random(12);
        int found = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, _) = Start();
            var written = new HashSet<int>();
            for (int write = 0; write < 6; write++)
            {
                StridedRegion region = RandomRegion(random, local);
                machine.Fill(region, 1, FillPurpose.WholeBuffer);
                written.UnionWith(Bytes(region));
            }

            StridedRegion read = RandomRegion(random, local);
            machine.BeginCompute(new ComputeStep("kernel", default, [read], []));

            int[] missing = [.. Bytes(read).Except(written).Order()];
            Hazard? hazard = monitor.Hazards.SingleOrDefault();
            Assert.Equal(missing.Length > 0, hazard?.Rule == HazardRule.NeverWritten);
            if (hazard is not null)
            {
                found++;
                Assert.Equal(missing[0], hazard.FirstByte);
            }
        }

        Assert.InRange(found, Rounds / 5, Rounds * 19 / 20);
    }

    [Fact]
    public void DmaReadsDirtyLine_RandomWriteBacks_ExactlyWhereLinesAreDirty()
    {
        const int LineBytes = SystemMemory.CacheLineBytes;
        var random = new Random(13);
        int found = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, _) = Start();
            MemoryBuffer tensor = machine.System.Allocate("dirty", BufferBytes);
            var dirty = Enumerable.Range(0, BufferBytes).ToHashSet();
            for (int write = 0; write < 2; write++)
            {
                StridedRegion region = RandomRegion(random, tensor);
                machine.WriteBackCache(region);
                HashSet<int> lines = [.. Bytes(region).Select(static offset => offset / LineBytes)];
                dirty.RemoveWhere(offset => lines.Contains(offset / LineBytes));
            }

            StridedRegion read = RandomRegion(random, tensor);
            machine.Dma.Issue(1, DmaDescriptor.Create(read, read with { Buffer = local }, "load"));
            machine.Dma.Wait(1);

            bool expected = Bytes(read).Any(dirty.Contains);
            Assert.Equal(expected, monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.DmaReadsDirtyLine));
            found += expected ? 1 : 0;
        }

        Assert.InRange(found, Rounds / 10, Rounds * 19 / 20);
    }

    private static (DspMachine Machine, HazardMonitor Monitor, MemoryBuffer Local, MemoryBuffer Tensor) Start()
    {
        var configuration = DspConfiguration.FromBankBytes(1024, 1024);
        var monitor = new HazardMonitor(configuration);
        var machine = new DspMachine(configuration, 4096, new LandAtIssue(), monitor);
        MemoryBuffer tensor = machine.System.Allocate("tensor", BufferBytes);
        machine.BeginProgram("program");
        machine.WriteBackCache(tensor.Whole());
        return (machine, monitor, machine.Allocate(0, "local", BufferBytes), tensor);
    }

    /// <summary>A region inside the buffer, from single bytes to the whole; rows and planes may touch, never overlap.</summary>
    private static StridedRegion RandomRegion(Random random, MemoryBuffer buffer)
    {
        int rowBytes = random.Next(1, 13);
        int rowPitch = rowBytes + (random.Next(3) * random.Next(5));
        int rows = random.Next(1, 6);
        int planeExtent = ((rows - 1) * rowPitch) + rowBytes;
        int planePitch = planeExtent + (random.Next(3) * random.Next(7));
        int planes = random.Next(1, 4);
        int extent = ((planes - 1) * planePitch) + planeExtent;
        return new StridedRegion(buffer, random.Next(BufferBytes - extent + 1), rowBytes, rows, rowPitch, planes, planePitch);
    }

    private static IEnumerable<int> Bytes(StridedRegion region) =>
        from plane in Enumerable.Range(0, region.PlaneCount)
        from row in Enumerable.Range(0, region.RowCount)
        from offset in Enumerable.Range(0, region.RowBytes)
        select region.OffsetBytes + (plane * region.PlanePitchBytes) + (row * region.RowPitchBytes) + offset;
}
