using FsCheck.Fluent;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Tests.Support;

namespace TileProof.Tests.Hazards;

/// <summary>The interval arithmetic of the rules against plain sets of bytes, on random strided regions.</summary>
public sealed class HazardMonitorPropertyTests
{
    private const int BufferBytes = 512;
    private const int Rounds = 1500;

    [Fact]
    public void ReadBeforeArrival_RandomRegions_ExactlyWhereByteSetsMeet()
    {
        int found = 0;
        ForAllRegions(2, regions =>
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, MemoryBuffer tensor) = Start();
            StridedRegion loaded = regions[0].In(local);
            StridedRegion read = regions[1].In(local);
            machine.Fill(local.Whole(), 0, FillPurpose.WholeBuffer);
            StridedRegion source = loaded with { Buffer = tensor };
            machine.Dma.Issue(1, DmaDescriptor.Create(source, loaded, new TransferLabel("load")));
            machine.BeginCompute(new ComputeStep("kernel", default, [read], []));

            HashSet<int> common = [.. regions[0].Bytes().Intersect(regions[1].Bytes())];
            Hazard? hazard = monitor.Hazards.SingleOrDefault();
            Assert.Equal(common.Count > 0, hazard?.Rule == HazardRule.ReadBeforeArrival);
            if (hazard is not null)
            {
                found++;
                Assert.All(Enumerable.Range((int)hazard.FirstByte, (int)(hazard.LastByte - hazard.FirstByte + 1)), offset => Assert.Contains(offset, common));
            }
        });

        Assert.InRange(found, Rounds / 8, Rounds * 4 / 5);
    }

    [Fact]
    public void NeverWritten_RandomWrites_ExactlyWhereBytesAreMissing()
    {
        int found = 0;
        ForAllRegions(7, regions =>
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, _) = Start();
            var written = new HashSet<int>();
            foreach (RegionShape region in regions[..^1])
            {
                machine.Fill(region.In(local), 1, FillPurpose.WholeBuffer);
                written.UnionWith(region.Bytes());
            }

            machine.BeginCompute(new ComputeStep("kernel", default, [regions[^1].In(local)], []));

            int[] missing = [.. regions[^1].Bytes().Except(written).Order()];
            Hazard? hazard = monitor.Hazards.SingleOrDefault();
            Assert.Equal(missing.Length > 0, hazard?.Rule == HazardRule.NeverWritten);
            if (hazard is not null)
            {
                found++;
                Assert.Equal(missing[0], hazard.FirstByte);
            }
        });

        Assert.InRange(found, Rounds / 5, Rounds * 19 / 20);
    }

    [Fact]
    public void DmaReadsDirtyLine_RandomWriteBacks_ExactlyWhereLinesAreDirty()
    {
        const int LineBytes = SystemMemory.CacheLineBytes;
        int found = 0;
        ForAllRegions(3, regions =>
        {
            (DspMachine machine, HazardMonitor monitor, MemoryBuffer local, _) = Start();
            MemoryBuffer tensor = machine.System.Allocate("dirty", BufferBytes);
            var dirty = Enumerable.Range(0, BufferBytes).ToHashSet();
            foreach (RegionShape region in regions[..^1])
            {
                machine.WriteBackCache(region.In(tensor));
                HashSet<int> lines = [.. region.Bytes().Select(static offset => offset / LineBytes)];
                dirty.RemoveWhere(offset => lines.Contains(offset / LineBytes));
            }

            StridedRegion read = regions[^1].In(tensor);
            machine.Dma.Issue(1, DmaDescriptor.Create(read, read with { Buffer = local }, new TransferLabel("load")));
            machine.Dma.Wait(1);

            bool expected = regions[^1].Bytes().Any(dirty.Contains);
            Assert.Equal(expected, monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.DmaReadsDirtyLine));
            found += expected ? 1 : 0;
        });

        Assert.InRange(found, Rounds / 10, Rounds * 19 / 20);
    }

    private static void ForAllRegions(int count, Action<RegionShape[]> property) =>
        Properties.ForAll(Rounds, RegionShape.Within(BufferBytes).ArrayOf(count), RegionShape.Smaller, property);

    private static (DspMachine Machine, HazardMonitor Monitor, MemoryBuffer Local, MemoryBuffer Tensor) Start()
    {
        var configuration = DspConfiguration.FromBankBytes(1024, 1024);
        var monitor = new HazardMonitor(configuration);
        var machine = new DspMachine(configuration, 4096, new LandAtIssue(), null, monitor);
        MemoryBuffer tensor = machine.System.Allocate("tensor", BufferBytes);
        machine.BeginProgram("program");
        machine.WriteBackCache(tensor.Whole());
        return (machine, monitor, machine.Allocate(0, "local", BufferBytes), tensor);
    }
}
