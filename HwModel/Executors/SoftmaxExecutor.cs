using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>float32 softmax over the channels: one row per chunk by DMA, or all rows through the cache.</summary>
/// <remarks>
/// Operator contract, section 9. The published DMA path neither writes its input back nor invalidates its output (hazard S1);
/// the corrected one does.
/// </remarks>
internal sealed class SoftmaxExecutor : ChunkProgram
{
    private const string Kernel = "softmax";

    private readonly SoftmaxCall call;
    private readonly MemoryBuffer input;
    private readonly MemoryBuffer output;
    private readonly List<MemoryBuffer> inputRows = [];
    private readonly List<MemoryBuffer> outputRows = [];

    public SoftmaxExecutor(DspMachine machine, SoftmaxCall call, MemoryBuffer input, MemoryBuffer output)
        : base(machine)
    {
        this.call = call;
        this.input = input;
        this.output = output;
    }

    private int RowCount => call.Input.Shape.Batch;

    private int RowElements => call.Input.Shape.ImageElementCount;

    private int RowBytes => RowElements * sizeof(float);

    /// <summary>Runs all rows.</summary>
    public ExecutedOperator Run(OperatorRouting routing)
    {
        SoftmaxPlacement? placement = routing == OperatorRouting.Direct
            ? null
            : SoftmaxPlacement.TryFind(RowElements, Machine.Configuration.Dram0Bytes, Machine.Configuration.Dram1Bytes);
        Machine.BeginProgram($"{Kernel} {call.LayerKey}");
        if (placement is null)
        {
            RunDirect();
        }
        else
        {
            AllocateRows(placement);
            bool maintainsCache = Machine.Configuration.KernelVariant == KernelVariant.Corrected;
            if (maintainsCache)
            {
                Machine.WriteBackCache(input.Whole());
                Machine.InvalidateCache(output.Whole());
            }

            if (placement.IsPingPong)
            {
                RunPingPong(RowCount);
            }
            else
            {
                RunSequential(RowCount);
            }

            if (maintainsCache)
            {
                Machine.InvalidateCache(output.Whole());
            }
        }

        Machine.EndProgram();
        return placement is null
            ? new ExecutedOperator(OperatorPath.Direct, ExecutedOperator.Whole)
            : new ExecutedOperator(OperatorPath.Dma, $"{RowCount} rows, {placement}");
    }

    /// <inheritdoc/>
    protected override void Load(int chunk, int set) => Machine.Dma.Issue(LoadChannel, DmaDescriptor.Create(
        StridedRegion.Linear(input, chunk * RowBytes, RowBytes), inputRows[set].Whole(), new TransferLabel(Kernel + " input row {0}", chunk)));

    /// <inheritdoc/>
    protected override void Compute(int chunk, int set) =>
        ComputeRow(OperatorPath.Dma, chunk, inputRows[set].Whole(), outputRows[set].Whole());

    /// <inheritdoc/>
    protected override void Store(int chunk, int set) => Machine.Dma.Issue(StoreChannel, DmaDescriptor.Create(
        outputRows[set].Whole(), StridedRegion.Linear(output, chunk * RowBytes, RowBytes), new TransferLabel(Kernel + " output row {0}", chunk)));

    private void RunDirect()
    {
        for (int row = 0; row < RowCount; row++)
        {
            ComputeRow(
                OperatorPath.Direct,
                row,
                StridedRegion.Linear(input, row * RowBytes, RowBytes),
                StridedRegion.Linear(output, row * RowBytes, RowBytes));
        }

        Machine.WriteBackCache(output.Whole());
    }

    private void ComputeRow(OperatorPath path, int row, in StridedRegion source, in StridedRegion destination)
    {
        Machine.BeginCompute(new OperatorStep(call, path, Kernel, new TileCoordinates(row, 0, 0), RowElements, [source], [destination]));
        SoftmaxArithmetic.Row(
            source.Buffer.As<float>().Slice(source.OffsetBytes / sizeof(float), RowElements),
            destination.Buffer.As<float>().Slice(destination.OffsetBytes / sizeof(float), RowElements));
    }

    private void AllocateRows(SoftmaxPlacement placement)
    {
        MemoryBuffer?[] blocks = new MemoryBuffer?[Machine.Banks.Count];
        int[] usedRows = new int[Machine.Banks.Count];
        foreach (MemoryBank bank in Machine.Banks)
        {
            int rows = placement.RowsIn(bank.Index);
            blocks[bank.Index] = rows == 0 ? null : Machine.Allocate(bank.Index, $"{Kernel} rows", rows * RowBytes);
        }

        for (int set = 0; set < placement.InputBanks.Count; set++)
        {
            inputRows.Add(NextRow(placement.InputBanks[set], $"input row {set}"));
            outputRows.Add(NextRow(placement.OutputBanks[set], $"output row {set}"));
        }

        MemoryBuffer NextRow(int bank, string label) => blocks[bank]!.Slice(label, usedRows[bank]++ * RowBytes, RowBytes);
    }
}
