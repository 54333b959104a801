using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Softmax;

/// <summary>Writes float32 softmax over the channels: one row per chunk by DMA, or all rows through the cache.</summary>
/// <remarks>
/// Operator contract, section 9. The published DMA path neither writes its input back nor invalidates its output (hazard S1);
/// the corrected one does.
/// </remarks>
internal sealed class SoftmaxWriter : ChunkWriter
{
    private const string Kernel = "softmax";

    private readonly OperatorCall call;
    private readonly int input;
    private readonly int output;
    private readonly List<int> inputRows = [];
    private readonly List<int> outputRows = [];

    private SoftmaxWriter(TileProgramBuilder builder, OperatorCall call)
        : base(builder)
    {
        this.call = call;
        input = builder.Tensor(call.Input.Name, BufferRole.Input, call.Input.LengthBytes);
        output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
    }

    private int RowCount => call.Input.Shape.Batch;

    private int RowElements => call.Input.Shape.ImageElementCount;

    private int RowBytes => RowElements * sizeof(float);

    public static TileProgram Write(CallRequest request, OperatorPolicy policy)
    {
        var writer = new SoftmaxWriter(new TileProgramBuilder(), request.Call);
        BankShare[] sides = request.Machine.Banks.Count == 1
            ? [new BankShare(0, request.Machine.Banks[0] / request.Machine.AllocationAlignmentBytes * request.Machine.AllocationAlignmentBytes), new BankShare(0, 0)]
            : [request.Machine.Ping, request.Machine.Pong];
        SoftmaxPlacement? placement = request.Routing == OperatorRouting.Direct
            ? null
            : SoftmaxPlacement.TryFind(writer.RowElements, sides[0].Bytes, sides[1].Bytes);
        return placement is null ? writer.WriteDirect() : writer.WriteRows(placement, sides, maintainsCache: policy.InvalidatesOutputFirst);
    }

    protected override void Load(int chunk, int set) => Builder.Load(
        LoadChannel, InstructionPurpose.Input, Row(input, chunk), Builder.Whole(inputRows[set]), new TransferLabel(Kernel + " input row {0}", chunk));

    protected override void Compute(int chunk, int set) => ComputeRow(chunk, Builder.Whole(inputRows[set]), Builder.Whole(outputRows[set]));

    protected override void Store(int chunk, int set) =>
        Builder.Store(StoreChannel, Builder.Whole(outputRows[set]), Row(output, chunk), new TransferLabel(Kernel + " output row {0}", chunk));

    private TileProgram WriteDirect()
    {
        Builder.Begin(Kernel, 0);
        for (int row = 0; row < RowCount; row++)
        {
            ComputeRow(row, Row(input, row), Row(output, row));
        }

        Builder.WriteBack(Builder.Whole(output));
        Builder.End();
        return Builder.Build(call.LayerKey, new CallPlan(OperatorPath.Direct, CallPlan.Whole));
    }

    private TileProgram WriteRows(SoftmaxPlacement placement, BankShare[] sides, bool maintainsCache)
    {
        AllocateRows(placement, sides);
        Builder.Begin(Kernel, 0);
        if (maintainsCache)
        {
            Builder.WriteBack(Builder.Whole(input));
            Builder.Invalidate(Builder.Whole(output));
        }

        WriteChunks(RowCount, placement.IsPingPong);
        if (maintainsCache)
        {
            Builder.Invalidate(Builder.Whole(output));
        }

        Builder.End();
        return Builder.Build(call.LayerKey, new CallPlan(OperatorPath.Dma, $"{RowCount} rows, {placement}"));
    }

    private ProgramRegion Row(int tensor, int row) => ProgramRegion.Linear(tensor, row * RowBytes, RowBytes);

    private void ComputeRow(int row, in ProgramRegion source, in ProgramRegion destination) => Builder.Compute(
        Kernel, new KernelParameters(ProgramKernel.Softmax, Elements: RowElements), new TileCoordinates(row, 0, 0), [source], [destination]);

    private void AllocateRows(SoftmaxPlacement placement, BankShare[] sides)
    {
        int[] blocks = new int[2];
        int[] usedRows = new int[2];
        for (int side = 0; side < sides.Length; side++)
        {
            int rows = placement.RowsIn(side);
            blocks[side] = rows == 0 ? -1 : Builder.Buffer($"{Kernel} rows", BufferRole.Scratch, sides[side].Bank, rows * RowBytes);
        }

        for (int set = 0; set < placement.InputBanks.Count; set++)
        {
            inputRows.Add(NextRow(placement.InputBanks[set], $"input row {set}", BufferRole.Input));
            outputRows.Add(NextRow(placement.OutputBanks[set], $"output row {set}", BufferRole.Output));
        }

        int NextRow(int side, string name, BufferRole role) => Builder.Part(blocks[side], name, role, usedRows[side]++ * RowBytes, RowBytes);
    }
}
