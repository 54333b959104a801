using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TileProof.HwModel.HostSimd;
using TileProof.HwModel.Machine;
using TileProof.HwModel.VectorCore;

namespace TileProof.Tests.HostSimd;

/// <summary>Every vector form of the simulated convolution against the scalar one: output bytes, bytes around the output, and event counts.</summary>
public sealed class VectorConvolutionTests
{
    private const byte Guard = 0xA5;

    private delegate void Form(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts);

    // Kernel extent and stride, with one stride that no published kernel has.
    public static TheoryData<int, int> Kernels => new() { { 7, 2 }, { 3, 1 }, { 3, 2 }, { 1, 1 }, { 1, 2 }, { 2, 3 } };

    [Theory, MemberData(nameof(Kernels))]
    public void Compute_EveryWidthAndTail_EqualsScalar(int kernel, int stride)
    {
        int seed = 0;
        foreach (int outWidth in new[] { 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65 })
        {
            foreach (int inChannels in new[] { 1, 2, 3, 4, 31, 32, 33 })
            {
                seed++;
                foreach (int gapBytes in new[] { 2, 0 })
                {
                    AssertEveryFormEqualsScalar(new TileCase(inChannels, kernel, stride, 1 + (seed % 6), 1 + (seed % 3), outWidth, seed, gapBytes));
                }
            }
        }
    }

    /// <summary>Windows that lane forms do not know: groups, dilations, and strides that differ by direction, also behind the choice of the form.</summary>
    [Theory]
    [InlineData(6, 1, 1, 1, 1, 1, 3)]
    [InlineData(6, 6, 1, 1, 1, 1, 6)]
    [InlineData(6, 12, 2, 2, 1, 1, 6)]
    [InlineData(4, 6, 1, 3, 1, 2, 2)]
    [InlineData(3, 2, 4, 1, 3, 1, 1)]
    [InlineData(5, 10, 3, 4, 2, 5, 5)]
    public void Compute_AnyWindow_EqualsScalar(int inChannels, int outChannels, int strideHeight, int stride, int dilationHeight, int dilationWidth, int groups)
    {
        int seed = 0;
        var workspace = new ConvolutionWorkspace();
        foreach (int outWidth in new[] { 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 65 })
        {
            foreach (int kernel in new[] { 1, 3, 4 })
            {
                var tile = new TileCase(inChannels, kernel, stride, groups * Math.Max(1, outChannels / groups), 1 + (seed % 4), outWidth, ++seed)
                {
                    StrideHeight = strideHeight, DilationHeight = dilationHeight, DilationWidth = dilationWidth, Groups = groups,
                };
                byte[] expected = tile.Run(Scalar, workspace, out ArithmeticEvents expectedEvents);
                Assert.Equal(expected, tile.Run(PlaneConvolution.Compute, workspace, out ArithmeticEvents events));
                Assert.Equal(expectedEvents, events);
                Assert.Equal(expected, tile.Run(Chosen, workspace, out _));
            }
        }
    }

    // The largest sums: 9000 taps of 2^14 leave 24 bits several times, and a wrapped sum leaves both shifts.
    [Theory]
    [InlineData(-128, -128)]
    [InlineData(-128, 127)]
    [InlineData(127, 127)]
    public void Compute_ExtremeOperands_EqualScalar(sbyte value, sbyte weight)
    {
        foreach (int outWidth in new[] { 2, 40 })
        {
            AssertEveryFormEqualsScalar(new TileCase(1000, 3, 1, 3, 1, outWidth, 1) { Value = value, Weight = weight });
        }
    }

    // 9000 taps of a vector of positions take 72 KiB or more when packed, so that wide tiles are packed in parts; the last part is one vector or two.
    [Theory]
    [InlineData(57)]
    [InlineData(60)]
    [InlineData(65)]
    [InlineData(130)]
    public void Compute_TileTooLargeToPackAtOnce_EqualsScalar(int outWidth)
    {
        foreach (int inChannels in new[] { 999, 1000 })
        {
            AssertEveryFormEqualsScalar(new TileCase(inChannels, 3, 1, 9, 1, outWidth, 1, gapBytes: 0));
        }
    }

    // Consecutive tiles of a program: the same coefficients, then other ones, and another number of rows.
    [Fact]
    public void Compute_TilesOneAfterAnother_PackCoefficientsAgainWhenTheyChange()
    {
        var workspace = new ConvolutionWorkspace();
        foreach (int outRows in new[] { 2, 1, 2 })
        {
            foreach (int seed in new[] { 2, 3, 2 })
            {
                foreach (int kernel in new[] { 3, 1 })
                {
                    var tile = new TileCase(8, kernel, 1, 5, outRows, 9, seed, gapBytes: 0);
                    byte[] expected = tile.Run(Scalar, workspace, out _);
                    Assert.All(SupportedForms(), form => Assert.Equal(expected, tile.Run(form, workspace, out _)));
                }
            }
        }
    }

    [Fact]
    public void Compute_SameGeometryAfterBytesInMemoryChanged_ReadsThemAgain()
    {
        var tile = new TileCase(64, 3, 1, 4, 2, 2, 5);
        var workspace = new ConvolutionWorkspace();
        byte[] before = tile.Run(TapLanes<PairLanes128, Vector128<short>, Vector128<int>>.Compute, workspace, out _);
        Assert.Equal(before, tile.Run(TapLanes<PairLanes128, Vector128<short>, Vector128<int>>.Compute, workspace, out _));
        tile.ChangeLastInputByte();
        byte[] after = tile.Run(TapLanes<PairLanes128, Vector128<short>, Vector128<int>>.Compute, workspace, out _);
        Assert.Equal(tile.Run(Scalar, workspace, out _), after);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Compute_InputShorterThanTheTileReads_Throws()
    {
        var tile = new TileCase(2, 3, 1, 1, 1, 4, 1) { MissingInputBytes = 1 };
        Assert.Throws<ArgumentOutOfRangeException>(() => tile.Run(
            static (in ConvolutionTile t, ConvolutionWorkspace _, ref PackCounts _) => VectorConvolution.Compute(t), new ConvolutionWorkspace(), out _));
    }

    [Fact]
    public void Pack_EverySumAroundTheLimitsAndEveryBehaviour_EqualsOneElementAtATime()
    {
        int[] sums = [.. Enumerable.Range(-40, 81).SelectMany(static i => new[] { i, (1 << 23) + i, -(1 << 23) + i, int.MaxValue - 40 + i, int.MinValue + 40 + i, i * 7919 })];
        foreach (AccumulatorOverflow overflow in Enum.GetValues<AccumulatorOverflow>())
        {
            PackBehavior hardware = PackBehavior.Hardware(overflow);
            PackBehavior[] behaviors =
            [
                hardware, .. Enum.GetValues<ShiftRounding>().Select(rounding => hardware with { Rounding = rounding }),
                hardware with { SaturatesFirstShift = false }, hardware with { SaturatesSecondShift = false }, hardware with { ClampsToInt8 = false },
            ];
            foreach (PackBehavior behavior in behaviors)
            {
                foreach ((int first, int second) in new[] { (0, 0), (0, 31), (1, 1), (5, 20), (8, 15), (23, 31), (23, 0) })
                {
                    foreach (ushort scale in new ushort[] { 0, 1, 32768, ushort.MaxValue })
                    {
                        AssertPackEqualsScalar(new RequantizationStage(first, second, -128, 127, behavior), sums, scale);
                    }
                }
            }
        }
    }

    private static void AssertPackEqualsScalar(in RequantizationStage stage, int[] sums, ushort scale)
    {
        // Below one vector, whole vectors, and every tail.
        foreach (int length in Enumerable.Range(0, 35).Append(sums.Length))
        {
            var counts = default(PackCounts);
            var expectedCounts = default(PackCounts);
            byte[] packed = new byte[length];
            byte[] expected = new byte[length];
            RequantizationRow.Pack(stage, sums.AsSpan(0, length), scale, packed, ref counts);
            RequantizationRow.PackScalar(stage, sums.AsSpan(0, length), scale, expected, ref expectedCounts);
            Assert.Equal(expected, packed);
            Assert.Equal(expectedCounts.ToEvents(), counts.ToEvents());
        }
    }

    private static void AssertEveryFormEqualsScalar(TileCase tile)
    {
        var workspace = new ConvolutionWorkspace();
        byte[] expected = tile.Run(Scalar, workspace, out ArithmeticEvents expectedEvents);
        foreach (Form form in SupportedForms())
        {
            Assert.Equal(expected, tile.Run(form, workspace, out ArithmeticEvents events));
            Assert.Equal(expectedEvents, events);
        }
    }

    /// <summary>128-bit vectors exist everywhere: the runtime computes them element by element where the processor has none.</summary>
    private static IEnumerable<Form> SupportedForms()
    {
        yield return PositionLanes<PairLanes128, Vector128<short>, Vector128<int>>.Compute;
        yield return TapLanes<PairLanes128, Vector128<short>, Vector128<int>>.Compute;
        if (PairLanes256.IsSupported)
        {
            yield return PositionLanes<PairLanes256, Vector256<short>, Vector256<int>>.Compute;
            yield return TapLanes<PairLanes256, Vector256<short>, Vector256<int>>.Compute;
        }

        if (QuadLanes256.IsSupported)
        {
            yield return PositionLanes<QuadLanes256, Vector256<byte>, Vector256<int>>.Compute;
            yield return TapLanes<QuadLanes256, Vector256<byte>, Vector256<int>>.Compute;
        }

        if (PairLanes512.IsSupported)
        {
            yield return PositionLanes<PairLanes512, Vector512<short>, Vector512<int>>.Compute;
            yield return TapLanes<PairLanes512, Vector512<short>, Vector512<int>>.Compute;
        }
    }

    private static void Chosen(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts) => VectorConvolution.Compute(tile);

    private static void Scalar(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts) => ScalarConvolution.Compute(tile, ref counts);

    /// <summary>A tile with gaps between the rows of the input and between the planes of the output.</summary>
    private sealed class TileCase(int inChannels, int kernel, int stride, int outChannels, int outRows, int outWidth, int seed, int gapBytes = 2)
    {
        private byte[] input = [];
        private byte[] weights = [];

        public int StrideHeight { get => field == 0 ? stride : field; init; }

        public int DilationHeight { get; init; } = 1;

        public int DilationWidth { get; init; } = 1;

        public int Groups { get; init; } = 1;

        private int RowPitch => ((outWidth - 1) * stride) + ((kernel - 1) * DilationWidth) + 1 + gapBytes;

        private int Rows => ((outRows - 1) * StrideHeight) + ((kernel - 1) * DilationHeight) + 1;

        public sbyte? Value { get; init; }

        public sbyte? Weight { get; init; }

        public int MissingInputBytes { get; init; }

        public void ChangeLastInputByte()
        {
            Fill();
            input[^1] ^= 0x40;
        }

        /// <summary>The output plane by plane with the bytes between planes.</summary>
        public byte[] Run(Form form, ConvolutionWorkspace workspace, out ArithmeticEvents events)
        {
            Fill();
            if (Value is { } value)
            {
                input.AsSpan().Fill(unchecked((byte)value));
            }

            if (Weight is { } weight)
            {
                weights.AsSpan().Fill(unchecked((byte)weight));
            }

            int planePitch = (outRows * outWidth) + gapBytes;
            byte[] output = new byte[planePitch * outChannels];
            output.AsSpan().Fill(Guard);
            bool perChannel = seed % 2 == 0;
            int[] biases = [.. Enumerable.Range(0, outChannels).Select(i => (i * 1000) - 1500)];
            ushort[] scales = [.. Enumerable.Range(0, perChannel ? outChannels : 1).Select(static i => (ushort)(30000 + (i * 7000)))];
            var counts = default(PackCounts);
            form(
                new ConvolutionTile
                {
                    Input = input.AsSpan(0, input.Length - MissingInputBytes),
                    InputRowPitchBytes = RowPitch,
                    InputPlanePitchBytes = RowPitch * Rows,
                    Coefficients = weights,
                    Biases = MemoryMarshal.AsBytes(biases.AsSpan()),
                    OutputScales = MemoryMarshal.AsBytes(scales.AsSpan()),
                    Output = output,
                    OutputPlanePitchBytes = planePitch,
                    InChannels = inChannels,
                    KernelHeight = kernel,
                    KernelWidth = kernel,
                    Stride = stride,
                    StrideHeight = StrideHeight,
                    DilationHeight = DilationHeight,
                    DilationWidth = DilationWidth,
                    Groups = Groups,
                    OutChannels = outChannels,
                    OutRows = outRows,
                    OutWidth = outWidth,
                    Requantization = new RequantizationStage(5, 20, -128, 127, PackBehavior.Hardware((AccumulatorOverflow)(seed % 2))),
                },
                workspace,
                ref counts);
            events = counts.ToEvents();
            return output;
        }

        /// <summary>Nothing lies behind the last byte that the last window reads.</summary>
        private void Fill()
        {
            if (input.Length == 0)
            {
                input = Random(seed, (RowPitch * Rows * inChannels) - gapBytes);
                weights = Random(seed + 1, outChannels * inChannels / Groups * kernel * kernel);
            }
        }

        private static byte[] Random(int seed, int length)
        {
            byte[] bytes = new byte[length];
            new Random(seed).NextBytes(bytes);
            return bytes;
        }
    }
}
