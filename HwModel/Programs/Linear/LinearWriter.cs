using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Linear;

/// <summary>Writes the int8 fully connected layer: one input row at a time, weight rows in tiles through DRAM1 on channel 0.</summary>
/// <remarks>
/// Operator contract, section 7. Unlike the published code, in the corrected library every load is waited for before it is used and before it
/// is overwritten (hazards L1, L2); an input longer than a bank is taken in segments (L3); weight rows in the bank begin at multiples of
/// 32 bytes (L4). Below 16 inputs the modelled library takes its portable kernel, which computes the same.
/// </remarks>
internal sealed class LinearWriter
{
    private const string Kernel = "quantized_linear";
    private const int Channel = 0;
    private const int SmallestVectorInputs = 16;
    private const int SmallestDmaInputs = 512;

    private readonly TileProgramBuilder builder = new();
    private readonly QuantizedLinearCall call;
    private readonly CallRequest request;
    private readonly OperatorPolicy policy;
    private readonly int input;
    private readonly int weights;
    private readonly int biases;
    private readonly int output;

    private LinearWriter(CallRequest request, OperatorPolicy policy)
    {
        this.request = request;
        this.policy = policy;
        call = (QuantizedLinearCall)request.Call;
        input = builder.Tensor(call.Input.Name, BufferRole.Input, call.Input.LengthBytes);
        weights = builder.Tensor("weights", BufferRole.Coefficients, call.Weights.Length);
        biases = builder.Tensor("biases", BufferRole.Bias, call.Bias.Length * sizeof(int));
        output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
    }

    /// <summary>int8 values that the kernel multiplies at a time: half a vector.</summary>
    private int StepElements => request.Machine.VectorBytes / 2;

    private int Inputs => call.InputFeatures;

    private int Outputs => call.OutputFeatures;

    private int RowCount => call.Input.Shape.Batch;

    private OperatorPath PublishedPath => Inputs switch
    {
        >= SmallestDmaInputs when RowCount == 1 => OperatorPath.Dma,
        >= SmallestVectorInputs => OperatorPath.Direct,
        _ => OperatorPath.Portable,
    };

    public static TileProgram Write(CallRequest request, OperatorPolicy policy) => new LinearWriter(request, policy).Write();

    private TileProgram Write()
    {
        OperatorPath path = PathSelection.Choose(request.Routing, PublishedPath);
        if (path == OperatorPath.Dma && Math.Min(request.Machine.Ping.Bytes, request.Machine.Pong.Bytes) < StepElements)
        {
            // Coarse allocation leaves a small bank no two sides.
            path = OperatorPath.Direct;
        }

        string tiling = path == OperatorPath.Dma ? WriteTiles() : WriteWhole();
        builder.WriteBack(builder.Whole(output));
        builder.End();
        return builder.Build(call.LayerKey, new CallPlan(path, tiling));
    }

    private void Begin()
    {
        builder.Begin(Kernel, 0);
        builder.WriteBack(builder.Whole(input));
        builder.WriteBack(builder.Whole(weights));
    }

    private string WriteWhole()
    {
        Begin();
        for (int row = 0; row < RowCount; row++)
        {
            Sums(row, 0, 0, 0, ProgramRegion.Linear(input, row * Inputs, Inputs), ProgramRegion.Rows(weights, 0, Inputs, Outputs, Inputs));
            WriteOutputs(row, 0, 0, Outputs);
        }

        return CallPlan.Whole;
    }

    private string WriteTiles()
    {
        BankShare inputBank = request.Machine.Ping;
        BankShare weightBank = request.Machine.Pong;
        int largestSegment = Math.Min(inputBank.Bytes, weightBank.Bytes) / StepElements * StepElements;
        int segmentInputs = policy.IsPublished ? Inputs : Math.Min(Inputs, largestSegment);
        int segmentCount = (Inputs + segmentInputs - 1) / segmentInputs;
        int pitchBytes = policy.IsPublished ? Inputs : RoundUpToStep(segmentInputs);
        int tileRows = segmentCount > 1 ? 1 : Math.Min(Math.Max(1, weightBank.Bytes / pitchBytes), Outputs);
        int tileCount = (Outputs + tileRows - 1) / tileRows;
        int localInput = builder.Buffer("input", BufferRole.Input, inputBank.Bank, segmentInputs);
        int localWeights = builder.Buffer("weight tile", BufferRole.Coefficients, weightBank.Bank, pitchBytes * tileRows);
        Begin();
        for (int row = 0; row < RowCount; row++)
        {
            for (int tile = 0; tile < tileCount; tile++)
            {
                int firstOutput = tile * tileRows;
                int outputs = Math.Min(tileRows, Outputs - firstOutput);
                for (int segment = 0; segment < segmentCount; segment++)
                {
                    int firstInput = segment * segmentInputs;
                    int inputs = Math.Min(segmentInputs, Inputs - firstInput);
                    var inputRegion = ProgramRegion.Linear(localInput, 0, inputs);
                    if (segmentCount > 1 || tile == 0)
                    {
                        builder.Load(
                            Channel,
                            InstructionPurpose.Input,
                            ProgramRegion.Linear(input, (row * Inputs) + firstInput, inputs),
                            inputRegion,
                            new TransferLabel(Kernel + " input n{0} segment {1}", row, segment));
                    }

                    var weightRegion = ProgramRegion.Rows(localWeights, 0, inputs, outputs, pitchBytes);
                    builder.Load(
                        Channel,
                        InstructionPurpose.Coefficients,
                        ProgramRegion.Rows(weights, (firstOutput * Inputs) + firstInput, inputs, outputs, Inputs),
                        weightRegion,
                        new TransferLabel(Kernel + " weights tile {0} segment {1}", tile, segment));
                    if (policy.WaitsForWeights)
                    {
                        builder.Wait(Channel);
                    }

                    Sums(row, tile, segment, firstOutput, inputRegion, weightRegion);
                }

                WriteOutputs(row, tile, firstOutput, outputs);
            }
        }

        return segmentCount > 1
            ? $"{tileCount} rows in {segmentCount} segments of {segmentInputs}"
            : $"{tileCount} tiles of {tileRows} rows";
    }

    private void Sums(int row, int tile, int segment, int firstOutput, in ProgramRegion inputs, in ProgramRegion weightRows) => builder.Compute(
        Kernel,
        new KernelParameters(
            ProgramKernel.LinearSums,
            OutChannels: weightRows.RowCount,
            InChannels: inputs.RowBytes,
            Pass: segment,
            FirstOutChannel: firstOutput,
            Elements: inputs.RowBytes * weightRows.RowCount,
            AlignmentBytes: policy.IsPublished ? StepElements : 0),
        new TileCoordinates(row, tile, 0),
        [inputs, weightRows],
        []);

    private void WriteOutputs(int row, int tile, int firstOutput, int outputs) => builder.Compute(
        "requantize",
        new KernelParameters(ProgramKernel.LinearOutputs, OutChannels: outputs, Elements: outputs),
        new TileCoordinates(row, tile, 0),
        [ProgramRegion.Linear(biases, firstOutput * sizeof(int), outputs * sizeof(int))],
        [ProgramRegion.Linear(output, (row * Outputs) + firstOutput, outputs)]);

    private int RoundUpToStep(int elements) => (elements + StepElements - 1) / StepElements * StepElements;
}
