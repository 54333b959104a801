using System.Globalization;

namespace TileProof.Operators;

/// <summary>Which elements of a plane an output element of a convolution reads: kernel, strides, paddings and dilations, each in its direction.</summary>
public readonly record struct Conv2dWindow
{
    /// <summary>KH, kernel rows.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>KW, kernel columns.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Input rows from one output row to the next.</summary>
    public required int StrideHeight { get; init; }

    /// <summary>Input columns from one output column to the next.</summary>
    public required int StrideWidth { get; init; }

    /// <summary>Rows added above.</summary>
    public required int PadTop { get; init; }

    /// <summary>Columns added to the left.</summary>
    public required int PadLeft { get; init; }

    /// <summary>Rows added below.</summary>
    public required int PadBottom { get; init; }

    /// <summary>Columns added to the right.</summary>
    public required int PadRight { get; init; }

    /// <summary>Input rows from one kernel row to the next.</summary>
    public required int DilationHeight { get; init; }

    /// <summary>Input columns from one kernel column to the next.</summary>
    public required int DilationWidth { get; init; }

    /// <summary>Input rows from the first to the last kernel row.</summary>
    public int Height => checked((DilationHeight * (KernelHeight - 1)) + 1);

    /// <summary>Input columns from the first to the last kernel column.</summary>
    public int Width => checked((DilationWidth * (KernelWidth - 1)) + 1);

    /// <summary>Such as <c>a 3x5 kernel, strides 2x1, padding 0.1.1.1, dilation 1x2</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"a {KernelHeight}x{KernelWidth} kernel, strides {StrideHeight}x{StrideWidth}, padding {PadTop}.{PadLeft}.{PadBottom}.{PadRight}, dilation {DilationHeight}x{DilationWidth}");

    /// <summary>Rows that the window can move down in a padded plane; negative where it does not fit.</summary>
    internal long VerticalSlack(int rows) => (long)rows + PadTop + PadBottom - ((long)DilationHeight * (KernelHeight - 1)) - 1;

    /// <summary>Columns that the window can move to the right.</summary>
    internal long HorizontalSlack(int columns) => (long)columns + PadLeft + PadRight - ((long)DilationWidth * (KernelWidth - 1)) - 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent, a stride or a dilation is below 1, or a padding below 0.</exception>
    internal void RequireValid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(KernelHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KernelWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StrideHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StrideWidth, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PadTop);
        ArgumentOutOfRangeException.ThrowIfNegative(PadLeft);
        ArgumentOutOfRangeException.ThrowIfNegative(PadBottom);
        ArgumentOutOfRangeException.ThrowIfNegative(PadRight);
        ArgumentOutOfRangeException.ThrowIfLessThan(DilationHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DilationWidth, 1);
    }
}
