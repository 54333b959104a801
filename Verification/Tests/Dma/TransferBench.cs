using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Dma;

/// <summary>A machine with a tensor of 1, 2, 3 ... in system memory and unequal banks, in which transfers are watched.</summary>
internal sealed class TransferBench
{
    public const int TensorBytes = 192;

    public TransferBench(LandingPolicy landing, DspConfiguration? configuration = null, MachineInterceptor? interceptor = null)
    {
        Machine = new DspMachine(configuration ?? DspConfiguration.FromBankBytes(1024, 2048), 4096, landing, interceptor, [Seen]);
        Tensor = Machine.System.Allocate("tensor", TensorBytes);
        for (int i = 0; i < TensorBytes; i++)
        {
            Tensor.Bytes[i] = (byte)(i + 1);
        }

        Machine.BeginProgram("program");
        Local = Machine.Allocate(1, "local", TensorBytes);
        Other = Machine.Allocate(0, "other", 256);
    }

    public DspMachine Machine { get; }

    public MemoryBuffer Tensor { get; }

    public MemoryBuffer Local { get; }

    public MemoryBuffer Other { get; }

    public TransferLog Seen { get; } = new();

    /// <summary>Loads consecutive bytes to where they lie in the tensor.</summary>
    public void Load(int channel, int offsetBytes, int lengthBytes) => Machine.Dma.Issue(
        channel, DmaDescriptor.Create(StridedRegion.Linear(Tensor, offsetBytes, lengthBytes), StridedRegion.Linear(Local, offsetBytes, lengthBytes), new TransferLabel("load")));

    /// <summary>Loads rows of 2 bytes.</summary>
    public void LoadRows(int channel, int offsetBytes, int rows) => Machine.Dma.Issue(
        channel, DmaDescriptor.Create(StridedRegion.Rows(Tensor, offsetBytes, 2, rows, 2), StridedRegion.Rows(Local, offsetBytes, 2, rows, 2), new TransferLabel("rows")));

    public bool HasLanded(int offsetBytes, int lengthBytes) =>
        Local.Bytes.Slice(offsetBytes, lengthBytes).SequenceEqual(Tensor.Bytes.Slice(offsetBytes, lengthBytes));

    /// <summary>One step in which time passes: a fill of 64 bytes for every cycle.</summary>
    public void PassCycles(int cycles) => Machine.Fill(StridedRegion.Linear(Other, 0, 64 * cycles), 0, FillPurpose.WholeBuffer);

    /// <summary>What an observer sees of the transfers.</summary>
    public sealed class TransferLog : MachineObserver
    {
        public List<DmaTransfer> Transfers { get; } = [];

        public List<string> Events { get; } = [];

        public override void TransferIssued(DmaTransfer transfer)
        {
            Transfers.Add(transfer);
            Events.Add($"issued {transfer.Sequence} on {transfer.Channel.Index}");
        }

        public override void RingFull(DmaChannel channel) => Events.Add($"full {channel.Index} with {channel.Outstanding.Count}");

        public override void Waited(DmaChannel channel, int outstandingCount) => Events.Add($"waited {channel.Index} down to {outstandingCount}");
    }
}
