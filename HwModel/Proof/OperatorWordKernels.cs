using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>What the computations of operators other than tiled convolutions mean for words: an output is the word of a function of the input elements that are read, in their order where it matters.</summary>
internal sealed class OperatorWordKernels(WordMemory memory, OperatorCall call)
{
    private const int FloatBytes = sizeof(float);

    private ulong[] sums = [];

    /// <summary>Computes from the words that lie in memory now.</summary>
    public void Compute(in WordOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.Elementwise:
                Elementwise(operands);
                break;
            case ProgramKernel.FillLowest:
                FillLowest(operands.Writes[0]);
                break;
            case ProgramKernel.MaxPool:
                MaxPool(operands.Reads[0], operands.Writes[0], ((MaxPool2dCall)call).Shape);
                break;
            case ProgramKernel.AveragePool:
                AveragePool(operands, ((AveragePool2dCall)call).Shape);
                break;
            case ProgramKernel.MeanOfSquares:
                Mean(operands, isTree: true);
                break;
            case ProgramKernel.MeanInOrder:
                Mean(operands, isTree: false);
                break;
            case ProgramKernel.LinearSums:
                AddLinear(operands);
                break;
            case ProgramKernel.LinearOutputs:
                memory.CoreWrite(operands.Writes[0], 0, sums.AsSpan(0, operands.Writes[0].RowBytes));
                break;
            case ProgramKernel.Softmax:
                Softmax(operands);
                break;
            case ProgramKernel.GenericConvolution:
                GenericConvolution(operands, (Conv2dCall)call);
                break;
            default:
                throw new InvalidOperationException($"The kernel {operands.Instruction.Parameters.Kernel} has no meaning for words.");
        }
    }

    private static ulong Element(ReadOnlySpan<ulong> bytes, int index, int elementBytes) =>
        elementBytes == 1 ? bytes[index] : RingWords.Element32(bytes.Slice(index * FloatBytes, FloatBytes));

    private static void Put(Span<ulong> bytes, int index, int elementBytes, ulong element)
    {
        if (elementBytes == 1)
        {
            bytes[index] = element;
        }
        else
        {
            RingWords.Split32(element, bytes.Slice(index * FloatBytes, FloatBytes));
        }
    }

    private static ulong BiasOf(int channel)
    {
        Span<ulong> bias = stackalloc ulong[sizeof(int)];
        RingWords.Fill(WordKind.Bias, channel * (long)sizeof(int), bias);
        return RingWords.Element32(bias);
    }

    private void Elementwise(in WordOperands operands)
    {
        int inputBytes = call.Input.ElementType.SizeBytes();
        int outputBytes = call.Output.ElementType.SizeBytes();
        int elements = operands.Instruction.Parameters.Elements;
        ReadOnlySpan<ulong> first = memory.CoreRead(operands.Reads[0]);
        ReadOnlySpan<ulong> second = operands.Reads.Length > 1 ? memory.CoreRead(operands.Reads[1]) : [];
        using var pooled = new PooledWords(operands.Writes[0].RowBytes);
        Span<ulong> output = pooled.Span;

        // Published kernels write behind the last element, too: something that nobody may read.
        output.Fill(RingWords.Combine(first[^1], 0));
        for (int i = 0; i < elements && (i + 1) * outputBytes <= output.Length; i++)
        {
            ulong element = Element(first, i, inputBytes);
            Put(output, i, outputBytes, RingWords.Combine(element, second.IsEmpty ? 0 : Element(second, i, inputBytes)));
        }

        memory.CoreWrite(operands.Writes[0], 0, output);
    }

    private void FillLowest(in StridedRegion region)
    {
        using var pooled = new PooledWords(region.RowBytes);
        Span<ulong> words = pooled.Span;
        Span<ulong> lowest = stackalloc ulong[FloatBytes];
        RingWords.Fill(WordKind.LowestFloat, 0, lowest);
        lowest = call.Input.ElementType == ElementType.Int8 ? [RingWords.Of(WordKind.Constant, unchecked((byte)sbyte.MinValue))] : lowest;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = lowest[i % lowest.Length];
        }

        memory.CoreWrite(region, 0, words);
    }

    private void MaxPool(in StridedRegion source, in StridedRegion destination, MaxPool2dShape shape)
    {
        int elementBytes = call.Input.ElementType.SizeBytes();
        ReadOnlySpan<ulong> words = memory.CoreRead(source);
        ulong[] members = MembersOf(words, elementBytes);
        var row = new ulong[destination.RowBytes];
        for (int line = 0; line < WordRegions.RowsOf(destination); line++)
        {
            (int channel, int y) = Math.DivRem(line, destination.RowCount);
            for (int x = 0; x < row.Length / elementBytes; x++)
            {
                ulong set = 0;
                for (int ky = 0; ky < shape.KernelHeight; ky++)
                {
                    int first = ((channel * source.PlanePitchBytes) + (((y * shape.StrideHeight) + ky) * source.RowPitchBytes) + (x * shape.StrideWidth * elementBytes)) / elementBytes;
                    for (int kx = 0; kx < shape.KernelWidth; kx++)
                    {
                        set = unchecked(set + members[first + kx]);
                    }
                }

                Put(row, x, elementBytes, set);
            }

            memory.CoreWrite(destination, line, row);
        }
    }

    /// <summary>The sum of whole windows, and the number of their elements in the image, which the kernel knows from row and column.</summary>
    private void AveragePool(in WordOperands operands, MaxPool2dShape shape)
    {
        (StridedRegion source, StridedRegion destination) = (operands.Reads[0], operands.Writes[0]);
        ulong[] members = MembersOf(memory.CoreRead(source), 1);
        var row = new ulong[destination.RowBytes];
        for (int line = 0; line < WordRegions.RowsOf(destination); line++)
        {
            (int channel, int y) = Math.DivRem(line, destination.RowCount);
            int rowsInside = AveragePoolArithmetic.CountInside(((operands.Instruction.Parameters.FirstRow + y) * shape.StrideHeight) - shape.PadTop, shape.KernelHeight, shape.InHeight);
            for (int x = 0; x < row.Length; x++)
            {
                ulong sum = 0;
                for (int ky = 0; ky < shape.KernelHeight; ky++)
                {
                    int first = (channel * source.PlanePitchBytes) + (((y * shape.StrideHeight) + ky) * source.RowPitchBytes) + (x * shape.StrideWidth);
                    foreach (ulong member in members.AsSpan(first, shape.KernelWidth))
                    {
                        sum = unchecked(sum + member);
                    }
                }

                int columnsInside = AveragePoolArithmetic.CountInside((x * shape.StrideWidth) - shape.PadLeft, shape.KernelWidth, shape.InWidth);
                row[x] = RingWords.Combine(sum, (ulong)(rowsInside * columnsInside));
            }

            memory.CoreWrite(destination, line, row);
        }
    }

    /// <summary>The word of every element as a member of a set: most are members of several.</summary>
    private static ulong[] MembersOf(ReadOnlySpan<ulong> words, int elementBytes)
    {
        var members = new ulong[words.Length / elementBytes];
        for (int i = 0; i < members.Length; i++)
        {
            members[i] = RingWords.OfSetMember(Element(words, i, elementBytes));
        }

        return members;
    }

    private void Mean(in WordOperands operands, bool isTree)
    {
        int planeElements = call.Input.Shape.PlaneElementCount;
        ReadOnlySpan<ulong> words = memory.CoreRead(operands.Reads[0]);
        ulong[] output = memory.CoreRead(operands.Writes[0]).ToArray();
        for (int plane = 0; plane < operands.Instruction.Parameters.Elements; plane++)
        {
            ulong mean = isTree ? 1UL : 0;
            for (int i = 0; i < planeElements; i++)
            {
                mean = RingWords.Combine(mean, Element(words, (plane * planeElements) + i, FloatBytes));
            }

            Put(output, plane, FloatBytes, mean);
        }

        // Published kernels leave the channels behind the last whole step as they are.
        memory.CoreWrite(operands.Writes[0], 0, output);
    }

    private void AddLinear(in WordOperands operands)
    {
        KernelParameters parameters = operands.Instruction.Parameters;
        StridedRegion weights = operands.Reads[1];
        if (parameters.Pass == 0)
        {
            sums = new ulong[parameters.OutChannels];
            for (int m = 0; m < sums.Length; m++)
            {
                sums[m] = BiasOf(parameters.FirstOutChannel + m);
            }
        }

        ReadOnlySpan<ulong> input = AlignedRow(operands.Reads[0], 0, parameters.AlignmentBytes);
        for (int m = 0; m < parameters.OutChannels; m++)
        {
            ReadOnlySpan<ulong> row = AlignedRow(weights, m, parameters.AlignmentBytes);
            for (int k = 0; k < row.Length; k++)
            {
                sums[m] = unchecked(sums[m] + (input[k] * row[k]));
            }
        }
    }

    /// <summary>One row; the aligned loads of the published kernel drop the low bits of its address.</summary>
    private ReadOnlySpan<ulong> AlignedRow(in StridedRegion rows, int index, int alignmentBytes)
    {
        int offsetBytes = rows.OffsetBytes + (index * rows.RowPitchBytes);
        int droppedBytes = alignmentBytes == 0 ? 0 : (rows.Buffer.OffsetBytes + offsetBytes) % alignmentBytes;
        return memory.CoreRead(StridedRegion.Linear(rows.Buffer, offsetBytes - droppedBytes, rows.RowBytes));
    }

    private void Softmax(in WordOperands operands)
    {
        ReadOnlySpan<ulong> words = memory.CoreRead(operands.Reads[0]);
        int elements = operands.Instruction.Parameters.Elements;
        ulong row = 0;
        for (int i = 0; i < elements; i++)
        {
            row = RingWords.Combine(row, Element(words, i, FloatBytes));
        }

        var output = new ulong[elements * FloatBytes];
        for (int i = 0; i < elements; i++)
        {
            Put(output, i, FloatBytes, RingWords.Combine(row, (ulong)i));
        }

        memory.CoreWrite(operands.Writes[0], 0, output);
    }

    /// <summary>The portable convolution of an image: taps outside are left out.</summary>
    private void GenericConvolution(in WordOperands operands, Conv2dCall convolution)
    {
        Conv2dShape shape = convolution.Shape;
        ReadOnlySpan<ulong> image = memory.CoreRead(operands.Reads[0]);
        ReadOnlySpan<ulong> weights = memory.CoreRead(operands.Reads[1]);
        int groupInputs = shape.InChannels / shape.Groups;
        int plane = shape.OutHeight * shape.OutWidth;
        using var pooled = new PooledWords(operands.Writes[0].RowBytes);
        Span<ulong> output = pooled.Span;
        for (int at = 0; at < output.Length; at++)
        {
            int channel = at / plane;
            ulong sum = BiasOf(channel);
            int firstInput = channel / (shape.OutChannels / shape.Groups) * groupInputs;
            int top = (at % plane / shape.OutWidth * shape.StrideHeight) - shape.PadTop;
            int left = (at % shape.OutWidth * shape.StrideWidth) - shape.PadLeft;
            for (int tap = 0; tap < shape.WeightsPerOutChannel; tap++)
            {
                int y = top + (tap / shape.KernelWidth % shape.KernelHeight * shape.DilationHeight);
                int x = left + (tap % shape.KernelWidth * shape.DilationWidth);
                if (y >= 0 && y < shape.InHeight && x >= 0 && x < shape.InWidth)
                {
                    int c = firstInput + (tap / (shape.KernelWidth * shape.KernelHeight));
                    sum = unchecked(sum + (image[(((c * shape.InHeight) + y) * shape.InWidth) + x] * weights[(channel * shape.WeightsPerOutChannel) + tap]));
                }
            }

            output[at] = sum;
        }

        memory.CoreWrite(operands.Writes[0], 0, output);
    }
}
