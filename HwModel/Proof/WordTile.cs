using TileProof.Operators;

namespace TileProof.HwModel.Proof;

/// <summary>The words and strides of one call of a convolution kernel.</summary>
internal readonly ref struct WordTile
{
    /// <summary>From the first padded element that output (0, 0) reads.</summary>
    public required ReadOnlySpan<ulong> Input { get; init; }

    public required int RowPitch { get; init; }

    public required int PlanePitch { get; init; }

    /// <summary>Weights <c>[OutChannels, InChannels / groups, KH, KW]</c>, contiguous.</summary>
    public required ReadOnlySpan<ulong> Weights { get; init; }

    public required Conv2dShape Shape { get; init; }

    public required int InChannels { get; init; }

    public required int OutChannels { get; init; }

    public required int OutRows { get; init; }

    /// <summary>Groups that the kernel call computes.</summary>
    public required int Groups { get; init; }

    /// <summary>Products in a sum.</summary>
    public int TapCount => InChannels / Groups * Shape.KernelHeight * Shape.KernelWidth;

    /// <summary>Output elements of one channel.</summary>
    public int PositionCount => OutRows * Shape.OutWidth;

    /// <summary>The part of the kernel call that computes one of its groups.</summary>
    public WordTile OfGroup(int group)
    {
        int inChannels = InChannels / Groups;
        int outChannels = OutChannels / Groups;
        return this with
        {
            Input = Input[(group * inChannels * PlanePitch)..],
            Weights = Weights.Slice(group * outChannels * TapCount, outChannels * TapCount),
            InChannels = inChannels,
            OutChannels = outChannels,
            Groups = 1,
        };
    }

    /// <summary>Where in <see cref="Input"/> the element is that a tap of an output position reads.</summary>
    public int InputOffset(int position, int channel, int kernelRow, int kernelColumn)
    {
        (int y, int x) = Math.DivRem(position, Shape.OutWidth);
        return (channel * PlanePitch) + (((y * Shape.StrideHeight) + (kernelRow * Shape.DilationHeight)) * RowPitch) + (x * Shape.StrideWidth) + (kernelColumn * Shape.DilationWidth);
    }
}
