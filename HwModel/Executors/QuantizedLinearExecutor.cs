using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>int8 fully connected layer: a long single row by DMA, everything else through the cache.</summary>
/// <remarks>
/// Operator contract, section 7. DRAM0 holds the input, DRAM1 a tile of weight rows; biases and outputs go through the cache.
/// Different from the published code, in the corrected variant: every load is waited for before it is used and before it is
/// overwritten (hazards L1, L2); an input longer than a bank is taken in segments (L3); weight rows in the bank begin at multiples
/// of 32 bytes (L4).
/// Below 16 inputs the modelled library takes its portable kernel, which computes the same.
/// </remarks>
internal sealed class QuantizedLinearExecutor
{
    private const string Kernel = "quantized_linear";
    private const int Channel = 0;
    private const int SmallestVectorInputs = 16;
    private const int SmallestDmaInputs = 512;

    private readonly DspMachine machine;
    private readonly QuantizedLinearCall call;
    private readonly MemoryBuffer input;
    private readonly MemoryBuffer output;
    private readonly float scale;
    private readonly int inputZeroPoint;
    private readonly int outputZeroPoint;
    private readonly bool isPublished;

    public QuantizedLinearExecutor(DspMachine machine, QuantizedLinearCall call, MemoryBuffer input, MemoryBuffer output)
    {
        this.machine = machine;
        this.call = call;
        this.input = input;
        this.output = output;
        isPublished = machine.Configuration.KernelVariant != KernelVariant.Corrected;
        scale = RescalingFactor.Of(call.OutputMultiplier, call.OutputShift);
        inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
    }

    private int Inputs => call.InputFeatures;

    private int Outputs => call.OutputFeatures;

    private int RowCount => call.Input.Shape.Batch;

    private OperatorPath PublishedPath => Inputs switch
    {
        >= SmallestDmaInputs when RowCount == 1 => OperatorPath.Dma,
        >= SmallestVectorInputs => OperatorPath.Direct,
        _ => OperatorPath.Portable,
    };

    /// <summary>Runs all rows of the batch.</summary>
    public ExecutedOperator Run(OperatorRouting routing)
    {
        int mark = machine.System.UsedBytes;
        MemoryBuffer weights = machine.System.Allocate("weights", call.Weights.Length);
        call.Weights.CopyTo(weights.As<sbyte>());
        MemoryBuffer biases = machine.System.Allocate("biases", call.Bias.Length * sizeof(int));
        call.Bias.CopyTo(biases.As<int>());
        OperatorPath path = PathSelection.Choose(routing, PublishedPath);
        machine.BeginProgram($"{Kernel} {call.LayerKey}");
        machine.WriteBackCache(input.Whole());
        machine.WriteBackCache(weights.Whole());
        string tiling = path == OperatorPath.Dma ? RunTiles(weights, biases) : RunWhole(path, weights, biases);
        machine.WriteBackCache(output.Whole());
        machine.EndProgram();
        machine.System.ReleaseTo(mark);
        return new ExecutedOperator(path, tiling);
    }

    private string RunWhole(OperatorPath path, MemoryBuffer weights, MemoryBuffer biases)
    {
        for (int row = 0; row < RowCount; row++)
        {
            var accumulators = new int[Outputs];
            biases.As<int>().CopyTo(accumulators);
            Accumulate(
                path, row, 0, StridedRegion.Linear(input, row * Inputs, Inputs), StridedRegion.Rows(weights, 0, Inputs, Outputs, Inputs), accumulators);
            WriteOutputs(path, row, 0, 0, accumulators);
        }

        return ExecutedOperator.Whole;
    }

    private string RunTiles(MemoryBuffer weights, MemoryBuffer biases)
    {
        int largestSegment = Math.Min(machine.Configuration.Dram0Bytes, machine.Configuration.Dram1Bytes) / LinearArithmetic.StepElements * LinearArithmetic.StepElements;
        int segmentInputs = isPublished ? Inputs : Math.Min(Inputs, largestSegment);
        int segmentCount = (Inputs + segmentInputs - 1) / segmentInputs;
        int pitchBytes = isPublished ? Inputs : LinearArithmetic.PaddedLength(segmentInputs);
        int tileRows = segmentCount > 1 ? 1 : Math.Min(Math.Max(1, machine.Configuration.Dram1Bytes / pitchBytes), Outputs);
        int tileCount = (Outputs + tileRows - 1) / tileRows;
        MemoryBuffer localInput = machine.Allocate(0, "input", segmentInputs);
        MemoryBuffer localWeights = machine.Allocate(1, "weight tile", pitchBytes * tileRows);
        for (int row = 0; row < RowCount; row++)
        {
            for (int tile = 0; tile < tileCount; tile++)
            {
                int firstOutput = tile * tileRows;
                int outputs = Math.Min(tileRows, Outputs - firstOutput);
                var accumulators = new int[outputs];
                biases.As<int>().Slice(firstOutput, outputs).CopyTo(accumulators);
                for (int segment = 0; segment < segmentCount; segment++)
                {
                    int firstInput = segment * segmentInputs;
                    int inputs = Math.Min(segmentInputs, Inputs - firstInput);
                    var inputRegion = StridedRegion.Linear(localInput, 0, inputs);
                    if (segmentCount > 1 || tile == 0)
                    {
                        machine.Dma.Issue(Channel, DmaDescriptor.Create(
                            StridedRegion.Linear(input, (row * Inputs) + firstInput, inputs), inputRegion, new TransferLabel(Kernel + " input n{0} segment {1}", row, segment)));
                    }

                    var weightRegion = StridedRegion.Rows(localWeights, 0, inputs, outputs, pitchBytes);
                    machine.Dma.Issue(Channel, DmaDescriptor.Create(
                        StridedRegion.Rows(weights, (firstOutput * Inputs) + firstInput, inputs, outputs, Inputs),
                        weightRegion,
                        new TransferLabel(Kernel + " weights tile {0} segment {1}", tile, segment)));
                    if (!isPublished)
                    {
                        machine.Dma.Wait(Channel);
                    }

                    Accumulate(OperatorPath.Dma, row, tile, inputRegion, weightRegion, accumulators);
                }

                WriteOutputs(OperatorPath.Dma, row, tile, firstOutput, accumulators);
            }
        }

        return segmentCount > 1
            ? $"{tileCount} rows in {segmentCount} segments of {segmentInputs}"
            : $"{tileCount} tiles of {tileRows} rows";
    }

    private void Accumulate(OperatorPath path, int row, int tile, in StridedRegion inputs, in StridedRegion weights, Span<int> accumulators)
    {
        machine.BeginCompute(new OperatorStep(
            call, path, Kernel, new TileCoordinates(row, tile, 0), inputs.RowBytes * accumulators.Length, [inputs, weights], [])
        {
            AlignmentBytes = isPublished ? LinearArithmetic.StepElements : 1,
        });
        short[] inputDistances = new short[LinearArithmetic.PaddedLength(inputs.RowBytes)];
        short[] weightDistances = new short[inputDistances.Length];
        LinearArithmetic.Widen(inputs.Buffer.As<sbyte>().Slice(inputs.OffsetBytes, inputs.RowBytes), inputZeroPoint, inputDistances);
        for (int output = 0; output < accumulators.Length; output++)
        {
            ReadOnlySpan<sbyte> weightRow = WeightRow(weights, output);
            LinearArithmetic.Widen(weightRow, call.WeightZeroPoint, weightDistances);
            accumulators[output] = LinearArithmetic.Accumulate(accumulators[output], inputDistances, weightDistances);
        }
    }

    /// <summary>One row of weights; the aligned loads of the published kernel drop the low bits of its address (hazard L4).</summary>
    private ReadOnlySpan<sbyte> WeightRow(in StridedRegion weights, int output)
    {
        int offsetBytes = weights.OffsetBytes + (output * weights.RowPitchBytes);
        int droppedBytes = isPublished ? (weights.Buffer.OffsetBytes + offsetBytes) % LinearArithmetic.StepElements : 0;
        return MemoryMarshal.Cast<byte, sbyte>(weights.Buffer.BytesFrom(offsetBytes - droppedBytes, weights.RowBytes));
    }

    private void WriteOutputs(OperatorPath path, int row, int tile, int firstOutput, ReadOnlySpan<int> accumulators)
    {
        var region = StridedRegion.Linear(output, (row * Outputs) + firstOutput, accumulators.Length);
        machine.BeginCompute(new OperatorStep(call, path, "requantize", new TileCoordinates(row, tile, 0), accumulators.Length, [], [region]));
        Span<sbyte> levels = output.As<sbyte>().Slice(region.OffsetBytes, accumulators.Length);
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = LinearArithmetic.Requantize(accumulators[i], scale, outputZeroPoint);
        }
    }
}
