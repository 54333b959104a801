using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>The coefficients of a tile in the groups that a form multiplies: in memory where they lie so already, else packed once for consecutive tiles with the same ones.</summary>
internal readonly ref struct PackedCoefficients<TLanes, TValues, TSums>
    where TLanes : struct, IPositionLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    private readonly ReadOnlySpan<byte> groups;
    private readonly Span<int> firstSums;
    private readonly int channelBytes;

    /// <summary>Packs what does not lie in memory in groups, in whole blocks of channels.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="workspace">Scratch.</param>
    /// <param name="byChannel">Whether a group is one tap of consecutive input channels, instead of consecutive taps.</param>
    public PackedCoefficients(in ConvolutionTile tile, ConvolutionWorkspace workspace, bool byChannel)
    {
        int taps = tile.TapCount;
        int kernelTaps = tile.KernelHeight * tile.KernelWidth;

        // With one tap a kernel, both orders are the same.
        byChannel &= kernelTaps > 1;
        channelBytes = PositionInput<TLanes, TValues, TSums>.GroupsOf(tile) * TapGroups.GroupBytes;
        int channels = (tile.OutChannels + TapGroups.BlockChannels - 1) / TapGroups.BlockChannels * TapGroups.BlockChannels;
        if (channelBytes == taps && channels == tile.OutChannels && !byChannel)
        {
            groups = tile.Coefficients[..(channels * channelBytes)];
            firstSums = workspace.FirstSums(channels);
        }
        else
        {
            int sumBytes = channels * sizeof(int);
            int layout = PositionInput<TLanes, TValues, TSums>.Layout;
            var geometry = WindowGeometry.OfCoefficients(tile, byChannel ? layout : -layout);
            PackedBytes packed = workspace.PackedCoefficients(tile.Coefficients[..(tile.OutChannels * taps)], geometry, out bool isCurrent);
            Span<byte> values = packed.Values(sumBytes + (channels * channelBytes) + PackedBytes.SlackBytes);
            firstSums = MemoryMarshal.Cast<byte, int>(values[..sumBytes]);
            groups = values[sumBytes..];
            if (isCurrent)
            {
                return;
            }

            if (byChannel)
            {
                PackByChannel(packed.Source, values[sumBytes..], tile.OutChannels * tile.InChannels / TLanes.GroupTaps, kernelTaps);
            }
            else
            {
                for (int channel = 0; channel < tile.OutChannels; channel++)
                {
                    TLanes.PackCoefficients(packed.Source.Slice(channel * taps, taps), values.Slice(sumBytes + (channel * channelBytes), channelBytes));
                }
            }
        }

        for (int channel = 0; channel < channels; channel += TapGroups.BlockChannels)
        {
            TLanes.StartSums(Block(channel), firstSums.Slice(channel, TapGroups.BlockChannels));
        }
    }

    /// <summary>The coefficients of a block of channels; those of channels that the tile does not have are garbage.</summary>
    public ReadOnlySpan<byte> Block(int channel) => groups.Slice(channel * channelBytes, TapGroups.BlockChannels * channelBytes);

    /// <summary>The coefficients of a block of channels, or of the last one where the tile has none there.</summary>
    public ReadOnlySpan<byte> BlockOrLast(int channel) => Block(Math.Min(channel, firstSums.Length - TapGroups.BlockChannels));

    /// <summary>Where the sums of consecutive channels start, so that the offset of the values drops out; garbage for channels that the tile does not have.</summary>
    public void FirstSums(int channel, Span<int> target)
    {
        int count = Math.Min(target.Length, firstSums.Length - channel);
        firstSums.Slice(channel, count).CopyTo(target);
    }

    /// <summary>Interleaves the kernels of consecutive input channels; what is written behind the taps of a kernel is written again by the next.</summary>
    /// <param name="source">Kernels, one after another, and bytes that may be read behind them.</param>
    /// <param name="target">Receives a group for every tap of as many kernels as a group has taps, and bytes behind them.</param>
    /// <param name="count">How often.</param>
    /// <param name="kernelTaps">Taps of a kernel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackByChannel(ReadOnlySpan<byte> source, Span<byte> target, int count, int kernelTaps)
    {
        ref byte kernels = ref MemoryMarshal.GetReference(source[..((count * TLanes.GroupTaps * kernelTaps) + PackedBytes.SlackBytes)]);
        ref byte groups = ref MemoryMarshal.GetReference(target[..((count * kernelTaps * TapGroups.GroupBytes) + PackedBytes.SlackBytes)]);
        if (Avx512Vbmi.IsSupported && TLanes.GroupTaps == TapGroups.GroupBytes && kernelTaps * TapGroups.GroupBytes <= Vector512<byte>.Count)
        {
            // One permutation for four kernels.
            Vector512<byte> order = InterleavedOrder(kernelTaps);
            int step = kernelTaps * TapGroups.GroupBytes;
            for (; count > 0; count--)
            {
                Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref kernels), order).StoreUnsafe(ref groups);
                kernels = ref Unsafe.Add(ref kernels, step);
                groups = ref Unsafe.Add(ref groups, step);
            }
        }

        for (; count > 0; count--)
        {
            for (int tap = 0; tap < kernelTaps; tap += TLanes.Count)
            {
                // The last step rather goes over taps again than behind them, where there are enough.
                int start = Math.Max(0, Math.Min(tap, kernelTaps - TLanes.Count));
                TLanes.InterleaveCoefficients(ref Unsafe.Add(ref kernels, start), kernelTaps, ref Unsafe.Add(ref groups, start * TapGroups.GroupBytes));
            }

            kernels = ref Unsafe.Add(ref kernels, TLanes.GroupTaps * kernelTaps);
            groups = ref Unsafe.Add(ref groups, kernelTaps * TapGroups.GroupBytes);
        }
    }

    /// <summary>For each byte of the groups of four kernels, where it lies in the kernels.</summary>
    private static Vector512<byte> InterleavedOrder(int kernelTaps)
    {
        Span<byte> order = stackalloc byte[Vector512<byte>.Count];
        order.Clear();
        for (int i = 0; i < kernelTaps * TapGroups.GroupBytes; i++)
        {
            order[i] = (byte)((i % TapGroups.GroupBytes * kernelTaps) + (i / TapGroups.GroupBytes));
        }

        return Vector512.Create<byte>(order);
    }
}
