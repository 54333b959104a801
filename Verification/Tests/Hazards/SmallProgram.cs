using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>One local buffer of 1024 bytes, a tensor that was written back, and a result that was invalidated.</summary>
internal sealed class SmallProgram
{
    public const int LoadChannel = 1;
    public const int StoreChannel = 0;

    public SmallProgram(OutOfBoundsBehavior outOfBounds = OutOfBoundsBehavior.Continue, MachineInterceptor? interceptor = null)
        : this(DspConfiguration.FromBankBytes(4096, 4096) with { OutOfBounds = outOfBounds }, interceptor)
    {
    }

    public SmallProgram(DspConfiguration configuration, MachineInterceptor? interceptor = null)
    {
        Monitor = new HazardMonitor(configuration, Told.Add);
        Machine = new DspMachine(configuration, 8192, new LandAtIssue(), interceptor, [Monitor]);
        Tensor = Machine.System.Allocate("tensor", 1024);
        Result = Machine.System.Allocate("result", 1024);
        Machine.BeginProgram("program");
        Local = Machine.Allocate(0, "local", 1024);
        Machine.WriteBackCache(Tensor.Whole());
        Machine.InvalidateCache(Result.Whole());

        // What lies behind both is a tensor of its own, which is clean.
        MemoryBuffer behind = Machine.System.Allocate("behind", 128);
        Machine.WriteBackCache(behind.Whole());
    }

    public HazardMonitor Monitor { get; }

    /// <summary>The hazards that the monitor told of when they happened.</summary>
    public List<Hazard> Told { get; } = [];

    public DspMachine Machine { get; }

    public MemoryBuffer Tensor { get; }

    public MemoryBuffer Result { get; }

    public MemoryBuffer Local { get; }

    public IReadOnlyList<Hazard> Hazards => Monitor.Hazards;

    public IEnumerable<HazardRule> Rules => Hazards.Select(static hazard => hazard.Rule);

    public void Load(MemoryBuffer buffer, int offsetBytes, int lengthBytes) =>
        Issue(LoadChannel, StridedRegion.Linear(Tensor, 0, lengthBytes), StridedRegion.Linear(buffer, offsetBytes, lengthBytes), "load");

    public void Store(MemoryBuffer buffer, int offsetBytes, int lengthBytes) =>
        Issue(StoreChannel, StridedRegion.Linear(buffer, offsetBytes, lengthBytes), StridedRegion.Linear(Result, 0, lengthBytes), "store");

    public void Issue(int channel, StridedRegion source, StridedRegion destination, string purpose = "transfer") =>
        Machine.Dma.Issue(channel, DmaDescriptor.Create(source, destination, new TransferLabel(purpose)));

    /// <summary>The only hazard so far.</summary>
    public Hazard Only(HazardRule rule)
    {
        Hazard hazard = Assert.Single(Hazards);
        Assert.Equal(rule, hazard.Rule);
        return hazard;
    }

    /// <summary>The only hazard so far, and which bytes of its buffer it names.</summary>
    public void AssertOnly(HazardRule rule, long firstByte, long lastByte)
    {
        Hazard hazard = Only(rule);
        Assert.Equal((firstByte, lastByte), (hazard.FirstByte, hazard.LastByte));
    }

    public void Fill(MemoryBuffer buffer) => Machine.Fill(buffer.Whole(), 1, FillPurpose.WholeBuffer);

    public void ComputeFrom(MemoryBuffer buffer, int offsetBytes, int lengthBytes) =>
        Compute([StridedRegion.Linear(buffer, offsetBytes, lengthBytes)], []);

    public void Compute(IReadOnlyList<StridedRegion> reads, IReadOnlyList<StridedRegion> writes) =>
        Machine.BeginCompute(new ComputeStep("kernel", new TileCoordinates(0, 1, 2), [.. reads], [.. writes]));
}
