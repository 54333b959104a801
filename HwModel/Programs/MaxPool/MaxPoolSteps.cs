using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.MaxPool;

/// <summary>The tensors of a max pooling, or of an average pooling of levels, and the two steps that every path of it takes.</summary>
internal sealed class MaxPoolSteps
{
    private const string FillFloat32Kernel = "fill_float32";
    private const string FillInt8Kernel = "fill_int8";

    private readonly TileProgramBuilder builder;
    private readonly ProgramKernel kernel;
    private readonly byte? padding;

    /// <summary>Adds the tensors to a program.</summary>
    /// <exception cref="NotSupportedException">The call is no pooling.</exception>
    public MaxPoolSteps(TileProgramBuilder builder, OperatorCall call)
    {
        this.builder = builder;
        (Shape, kernel, padding, Kernel) = call switch
        {
            MaxPool2dCall maximum => (maximum.Shape, ProgramKernel.MaxPool, default(byte?), "maxpool"),
            AveragePool2dCall average => (average.Shape, ProgramKernel.AveragePool, unchecked((byte)average.Input.RequiredQuantization.ZeroPoint), "avgpool"),
            _ => throw new NotSupportedException($"{call.Kind} is no pooling."),
        };
        ElementBytes = call.Input.ElementType.SizeBytes();
        Input = builder.Tensor(call.Input.Name, BufferRole.Input, call.Input.LengthBytes);
        Output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
    }

    public MaxPool2dShape Shape { get; }

    /// <summary>The name of the kernel.</summary>
    public string Kernel { get; }

    /// <summary>Bytes of an element.</summary>
    public int ElementBytes { get; }

    /// <summary><c>[N, C, H, W]</c>.</summary>
    public int Input { get; }

    /// <summary><c>[N, C, OH, OW]</c>.</summary>
    public int Output { get; }

    /// <summary>The core writes what padding holds over the first elements of a buffer: the lowest number, one store each, or the level of 0, a vector each.</summary>
    public void FillWithPadding(int buffer, int elementCount, TileCoordinates tile)
    {
        var region = ProgramRegion.Linear(buffer, 0, elementCount * ElementBytes);
        if (padding is { } level)
        {
            builder.Fill(region, level, InstructionPurpose.WholeBuffer);
            return;
        }

        builder.Compute(
            ElementBytes == sizeof(float) ? FillFloat32Kernel : FillInt8Kernel, new KernelParameters(ProgramKernel.FillLowest, Elements: elementCount), tile, [], [region]);
    }

    /// <summary>Computes a tile of rows of some channels.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="source">Padded planes; element (0, 0) of the first is the first that output row 0 of the tile reads.</param>
    /// <param name="destination">Where the output goes.</param>
    /// <param name="firstRow">The first of those rows in the image; windows of an average count their elements by it.</param>
    public void Compute(TileCoordinates tile, in ProgramRegion source, in ProgramRegion destination, int firstRow) => builder.Compute(
        Kernel,
        new KernelParameters(
            kernel,
            Rows: destination.RowCount,
            OutChannels: destination.PlaneCount,
            Elements: destination.PlaneCount * destination.RowCount * Shape.OutWidth,
            FirstRow: kernel == ProgramKernel.AveragePool ? firstRow : 0),
        tile,
        [source],
        [destination]);

    /// <summary>The rows of the image that output rows need, and how many rows of padding come before them.</summary>
    public InputWindow InputRows(int firstOutRow, int outRows) => InputWindow.Clip(
        (firstOutRow * Shape.StrideHeight) - Shape.PadTop, ((outRows - 1) * Shape.StrideHeight) + Shape.KernelHeight, Shape.InHeight);

    /// <summary>Rows of consecutive channels of the input.</summary>
    public ProgramRegion InputRegion(int image, int firstChannel, int channels, int firstRow, int rows) =>
        Region(Input, Shape.InWidth, Shape.InHeight, image, firstChannel, channels, firstRow, rows);

    /// <summary>Rows of consecutive channels of the output.</summary>
    public ProgramRegion OutputRegion(int image, int firstChannel, int channels, int firstRow, int rows) =>
        Region(Output, Shape.OutWidth, Shape.OutHeight, image, firstChannel, channels, firstRow, rows);

    private ProgramRegion Region(int tensor, int width, int height, int image, int firstChannel, int channels, int firstRow, int rows)
    {
        int rowBytes = width * ElementBytes;
        int planeBytes = rowBytes * height;
        int offsetBytes = (((image * Shape.Channels) + firstChannel) * planeBytes) + (firstRow * rowBytes);
        return new ProgramRegion(tensor, offsetBytes, rowBytes, rows, rowBytes, channels, planeBytes);
    }
}
