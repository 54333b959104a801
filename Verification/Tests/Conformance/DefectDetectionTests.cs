using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;

namespace TileProof.Tests.Conformance;

/// <summary>The comparison can fail: each defect is caught, at the right place, with a fitting guess at its cause.</summary>
/// <remarks>The layer is 64 channels of 16x16 with a 3x3 kernel at 16k: 4 channel tiles of 16 and 8 row tiles of 2.</remarks>
public sealed class DefectDetectionTests
{
    private static readonly Conv2dShape Shape = Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1);
    private static readonly DspConfiguration Configuration = DspConfiguration.FromBankBytes(16384, 16384);
    private static readonly Conv2dTilePlan Plan = Conv2dTilePlanner.Plan(Shape, Configuration);
    private static readonly sbyte[] Weights = Noise(Shape.WeightCount, 1);
    private static readonly Tensor Input = Tensor.FromInt8(Shape.InputShape(), Noise(Shape.InputShape().ElementCount, 2));
    private static readonly Requantization Requantization = RequantizationDeriver.Derive(
        Shape, Weights, new int[Shape.OutChannels], [0.001f], inputZeroPoint: -20, outputZeroPoint: 5, ParameterDerivation.L1Norm);

    private static readonly Tensor Expected = Tensor.FromInt8(
        Shape.OutputShape(), ScalarConv2d.Compute(Shape, 1, Input.Int8, Weights, Requantization).Output);

    [Theory]
    [InlineData(LandingKind.AtIssue)]
    [InlineData(LandingKind.AtWait)]
    [InlineData(LandingKind.Random)]
    public void NoDefect_EqualBytes(LandingKind landing) => Assert.True(Run(Weights, null, landing).Difference.IsEqual);

    [Fact]
    public void ChangedWeightByte_OnlyItsChannelDiffers()
    {
        sbyte[] changed = [.. Weights];
        changed[(20 * Shape.WeightsPerOutChannel) + 7] ^= 0x40;

        (TensorDifference difference, string cause) = Run(changed, null);

        Assert.Equal(20, difference.First!.Index.C);
        Assert.InRange(difference.DifferingElements, 1, 256);
        Assert.Contains("one output channel", cause, StringComparison.Ordinal);
    }

    [Fact]
    public void SourceRowOffByOne_ItsRowTileDiffersInEveryChannelTile()
    {
        var interceptor = new LoadInterceptor(static (descriptor, _) => descriptor.Purpose.StartsWith("input", StringComparison.Ordinal) && descriptor.Purpose.EndsWith("h3", StringComparison.Ordinal)
            ? DmaDescriptor.Create(
                descriptor.Source with { OffsetBytes = descriptor.Source.OffsetBytes + Shape.InWidth }, descriptor.Destination, descriptor.Label)
            : descriptor);

        (TensorDifference difference, string cause) = Run(Weights, interceptor);

        Assert.Equal((0, 3), Plan.TileOf(difference.First!.Index.C, difference.First.Index.Y));
        Assert.Contains("wrong row", cause, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongZeroPoint_PaddingDiffersAtTheImageBorder()
    {
        var interceptor = new ZeroPointInterceptor();

        (TensorDifference difference, string cause) = Run(Weights, interceptor);

        Assert.Equal(0, difference.First!.Index.Y);
        Assert.NotEqual("", cause);
        Assert.InRange(difference.DifferingElements, 1, 64 * ((16 * 16) - (14 * 14)));
    }

    [Fact]
    public void SwappedPingAndPong_FirstPrefetchedTileDiffers()
    {
        var interceptor = new LoadInterceptor(static (descriptor, buffers) => descriptor.Purpose == "input n0 c0 h1"
            ? DmaDescriptor.Create(
                descriptor.Source, descriptor.Destination with { Buffer = buffers.Single(static b => b.Label == "input ping") }, descriptor.Label)
            : descriptor);

        (TensorDifference difference, string cause) = Run(Weights, interceptor, LandingKind.AtWait);

        Assert.Equal((0, 1), Plan.TileOf(difference.First!.Index.C, difference.First.Index.Y));
        Assert.Contains("one tile", cause, StringComparison.Ordinal);
    }

    [Fact]
    public void DroppedLastTile_ItsBytesWereNeverWritten()
    {
        var interceptor = new LoadInterceptor(static (descriptor, _) => descriptor.Purpose == "output n0 c3 h7" ? null : descriptor);

        (TensorDifference difference, string cause) = Run(Weights, interceptor);

        Assert.Equal(new TensorIndex(0, 48, 14, 0), difference.First!.Index);
        Assert.InRange(difference.DifferingElements, 500, 16 * 2 * 16);
        Assert.Contains("never written", cause, StringComparison.Ordinal);
    }

    private static (TensorDifference Difference, string Cause) Run(
        sbyte[] weights, MachineInterceptor? interceptor, LandingKind landing = LandingKind.AtIssue)
    {
        Tensor actual = new SimulatedConvolution
        {
            Machine = Configuration,
            Landing = LandingPolicies.Create(landing, 1),
            Plan = Plan,
            Weights = weights,
            Requantization = Requantization,
            Interceptor = interceptor,
        }.Run(Input);
        return (TensorDifference.Between(Expected, actual), MismatchCause.Guess(Plan, Expected, actual, Configuration.PoisonByte));
    }

    private static sbyte[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        var levels = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            levels[i] = (sbyte)random.Next(-128, 128);
        }

        return levels;
    }

    /// <summary>Rewrites transfers; null drops one.</summary>
    private sealed class LoadInterceptor(Func<DmaDescriptor, IReadOnlyList<MemoryBuffer>, DmaDescriptor?> rewrite) : MachineInterceptor
    {
        private readonly List<MemoryBuffer> buffers = [];

        public override MemoryBuffer Allocated(MemoryBuffer buffer)
        {
            buffers.Add(buffer);
            return buffer;
        }

        public override bool Issuing(ref int channel, ref DmaDescriptor descriptor)
        {
            if (rewrite(descriptor, buffers) is not { } rewritten)
            {
                return false;
            }

            descriptor = rewritten;
            return true;
        }
    }

    private sealed class ZeroPointInterceptor : MachineInterceptor
    {
        public override Requantization Requantizing(Requantization requantization) =>
            requantization with { InputZeroPoint = requantization.InputZeroPoint + 1 };
    }
}
