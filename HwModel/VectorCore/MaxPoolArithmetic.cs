using System.Runtime.Intrinsics;

namespace TileProof.HwModel.VectorCore;

/// <summary>Maximum over windows of a padded plane (operator contract, section 2a).</summary>
/// <remarks>
/// The maximum starts at the lowest finite number, which also is the padding, so a window of negative infinities gives that number.
/// The hardware's choice for NaN and signed zeros is not published: here NaN never wins and +0 is above -0, in any order.
/// </remarks>
internal static class MaxPoolArithmetic
{
    /// <summary>What padding holds and what a maximum starts from.</summary>
    public const float Lowest = float.MinValue;

    /// <summary>The same of int8 levels.</summary>
    public const sbyte LowestLevel = sbyte.MinValue;

    /// <summary>One output row: the maximum over the window rows for every column, then over the columns of each window.</summary>
    /// <param name="window">The first row that the windows read, and all rows below it, at the pitch.</param>
    /// <param name="rowPitchElements">Elements from one row to the next.</param>
    /// <param name="kernelHeight">Rows of a window.</param>
    /// <param name="kernelWidth">Columns of a window.</param>
    /// <param name="stride">Columns from one window to the next.</param>
    /// <param name="columnMaxima">Room for one maximum per column that the windows touch.</param>
    /// <param name="output">One element per window.</param>
    public static void Row(
        ReadOnlySpan<float> window, int rowPitchElements, int kernelHeight, int kernelWidth, int stride, Span<float> columnMaxima, Span<float> output)
    {
        int columns = ((output.Length - 1) * stride) + kernelWidth;
        columnMaxima = columnMaxima[..columns];
        columnMaxima.Fill(Lowest);
        for (int ky = 0; ky < kernelHeight; ky++)
        {
            MaximumInto(columnMaxima, window.Slice(ky * rowPitchElements, columns));
        }

        for (int x = 0; x < output.Length; x++)
        {
            float maximum = Lowest;
            foreach (float candidate in columnMaxima.Slice(x * stride, kernelWidth))
            {
                maximum = float.MaxNumber(maximum, candidate);
            }

            output[x] = maximum;
        }
    }

    /// <summary>One output row of int8 levels.</summary>
    /// <inheritdoc cref="Row"/>
    public static void RowOfLevels(ReadOnlySpan<sbyte> window, int rowPitchElements, int kernelHeight, int kernelWidth, int stride, Span<sbyte> output)
    {
        for (int x = 0; x < output.Length; x++)
        {
            sbyte maximum = LowestLevel;
            for (int ky = 0; ky < kernelHeight; ky++)
            {
                foreach (sbyte candidate in window.Slice((ky * rowPitchElements) + (x * stride), kernelWidth))
                {
                    maximum = Math.Max(maximum, candidate);
                }
            }

            output[x] = maximum;
        }
    }

    /// <summary>Whole vectors, then the rest one by one; the same bytes as <see cref="MaximumIntoScalar"/>.</summary>
    public static void MaximumInto(Span<float> maxima, ReadOnlySpan<float> candidates)
    {
        int i = 0;
        for (; i <= maxima.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.MaxNumber(Vector256.Create<float>(maxima[i..]), Vector256.Create(candidates[i..])).CopyTo(maxima[i..]);
        }

        MaximumIntoScalar(maxima[i..], candidates[i..]);
    }

    /// <summary>One element at a time.</summary>
    public static void MaximumIntoScalar(Span<float> maxima, ReadOnlySpan<float> candidates)
    {
        for (int i = 0; i < maxima.Length; i++)
        {
            maxima[i] = float.MaxNumber(maxima[i], candidates[i]);
        }
    }
}
