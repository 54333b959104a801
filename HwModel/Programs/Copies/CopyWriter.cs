using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Copies;

/// <summary>Writes concatenation, padding and slices: pieces go by DMA into a bank and from there to their place, in two buffers in turn; without banks the core copies.</summary>
/// <remarks>
/// Channel 0 loads, channel 1 stores. While a piece is stored the next one loads into the other buffer, once the store from there has finished. The core fills a buffer
/// of a padded value before the rows of the image are loaded into it. There is no published program of these operators.
/// </remarks>
internal static class CopyWriter
{
    private const int LoadChannel = 0;
    private const int StoreChannel = 1;
    private static readonly string[] BufferNames = ["piece ping", "piece pong"];

    /// <summary>Writes the program.</summary>
    public static TileProgram Write(CallRequest request)
    {
        OperatorCall call = request.Call;
        var builder = new TileProgramBuilder();
        int[] inputs = [.. call.Inputs.Select(value => builder.Tensor(value.Name, BufferRole.Input, value.LengthBytes))];
        int output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
        int capacityBytes = request.Routing == OperatorRouting.Direct ? 0 : Math.Min(request.Machine.Ping.Bytes, request.Machine.Pong.Bytes);
        List<CopyPiece>? pieces = capacityBytes == 0 ? null : PiecesOf(call, capacityBytes);
        string kernel = call switch { ConcatCall => "concat", SliceCall => "slice", _ => "pad" };
        int pieceBytes = pieces?.Max(static piece => piece.BufferBytes) ?? 0;
        int[] buffers = pieces is null
            ? []
            : [.. new[] { request.Machine.Ping, request.Machine.Pong }.Zip(BufferNames, (side, name) => builder.Buffer(name, BufferRole.Scratch, side.Bank, pieceBytes))];
        builder.Begin(kernel, 0);
        foreach (int input in inputs)
        {
            builder.WriteBack(builder.Whole(input));
        }

        if (pieces is not null)
        {
            builder.Invalidate(builder.Whole(output));
            WriteByDma(builder, kernel, pieces, buffers, inputs, output);
            builder.Invalidate(builder.Whole(output));
        }
        else
        {
            WriteByCore(builder, kernel, call, inputs, output);
        }

        builder.End();
        CallPlan plan = pieces is null
            ? new CallPlan(OperatorPath.Direct, CallPlan.Whole)
            : new CallPlan(OperatorPath.Dma, FormattableString.Invariant($"{pieces.Count} pieces of at most {pieceBytes} bytes"));
        return builder.Build(call.LayerKey, plan);
    }

    /// <summary>The pieces; null where a row of a padded value fits no bank.</summary>
    private static List<CopyPiece>? PiecesOf(OperatorCall call, int capacityBytes) => call switch
    {
        ConcatCall concat => RunPieces.Of(concat, capacityBytes),
        SliceCall slice => RunPieces.Of(slice, capacityBytes),
        _ => PadPieces.Of((PadCall)call, capacityBytes),
    };

    private static void WriteByDma(TileProgramBuilder builder, string kernel, List<CopyPiece> pieces, int[] buffers, int[] inputs, int output)
    {
        Load(0);
        for (int index = 0; index < pieces.Count; index++)
        {
            CopyPiece piece = pieces[index];
            builder.Tile(new TileCoordinates(0, piece.Input, index));
            builder.Wait(LoadChannel);
            builder.Store(
                StoreChannel, piece.Stored with { Buffer = buffers[index % 2] }, piece.Target with { Buffer = output }, new TransferLabel(kernel + " output piece {0}", index));
            if (index + 1 < pieces.Count)
            {
                // At most the store of this piece is under way, and it reads the other buffer.
                builder.Wait(StoreChannel, 1);
                Load(index + 1);
            }
        }

        builder.Wait(StoreChannel);

        void Load(int index)
        {
            CopyPiece piece = pieces[index];
            int buffer = buffers[index % 2];
            if (piece.Fill is { } value)
            {
                builder.Fill(ProgramRegion.Linear(buffer, 0, piece.BufferBytes), value, InstructionPurpose.WholeBuffer);
            }

            if (piece.Source is { } source)
            {
                builder.Load(
                    LoadChannel,
                    InstructionPurpose.Input,
                    source with { Buffer = inputs[piece.Input] },
                    piece.Loaded with { Buffer = buffer },
                    new TransferLabel(kernel + " input {0} piece {1}", piece.Input, index));
            }
        }
    }

    /// <summary>Without banks, all of an input at once.</summary>
    private static void WriteByCore(TileProgramBuilder builder, string kernel, OperatorCall call, int[] inputs, int output)
    {
        List<CopyPiece> pieces = PiecesOf(call, int.MaxValue)!;
        if (pieces[0].Fill is { } value)
        {
            builder.Fill(builder.Whole(output), value, InstructionPurpose.WholeBuffer);
        }

        foreach ((int index, CopyPiece piece) in pieces.Index())
        {
            // The one buffer of a padded value would be all of the output.
            ProgramRegion target = piece.Fill is null ? piece.Target : piece.Loaded;
            builder.Compute(
                kernel,
                new KernelParameters(ProgramKernel.PaddedCopy, Rows: target.RowCount * target.PlaneCount),
                new TileCoordinates(0, piece.Input, index),
                [piece.Source!.Value with { Buffer = inputs[piece.Input] }],
                [target with { Buffer = output }]);
        }

        builder.WriteBack(builder.Whole(output));
    }
}
