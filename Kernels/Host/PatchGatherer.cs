using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Host;

/// <summary>Copies the taps of output positions of one image and group side by side, in the order channel, kernel row, kernel column.</summary>
/// <remarks>A tap outside the image is the input zero point; an odd number of taps is filled up with a 0.</remarks>
internal readonly struct PatchGatherer(Conv2dShape shape, int inputZeroPoint, HostView<sbyte> groupInput)
{
    /// <summary>Writes the patches of positions <paramref name="begin"/>..<paramref name="end"/> (exclusive), <paramref name="patchLength"/> apart.</summary>
    public void Gather(int begin, int end, HostView<short> patches, int patchLength)
    {
        int channelCount = shape.InChannels / shape.Groups;
        for (int position = begin; position < end; position++)
        {
            HostView<short> patch = patches.From((position - begin) * patchLength);
            patch.Write(patchLength - 1, 0);
            int firstY = (position / shape.OutWidth * shape.StrideHeight) - shape.PadTop;
            int firstX = (position % shape.OutWidth * shape.StrideWidth) - shape.PadLeft;
            if (shape.KernelHeight == 1 && shape.KernelWidth == 1 && !shape.IsPadded)
            {
                GatherPoint(patch, channelCount, firstY, firstX);
            }
            else
            {
                GatherWindow(patch, channelCount, firstY, firstX);
            }
        }
    }

    private void GatherPoint(HostView<short> patch, int channelCount, int y, int x)
    {
        int planeLength = shape.InHeight * shape.InWidth;
        HostView<sbyte> point = groupInput.From((y * shape.InWidth) + x);
        for (int channel = 0; channel < channelCount; channel++)
        {
            patch.Write(channel, point[channel * planeLength]);
        }
    }

    private void GatherWindow(HostView<short> patch, int channelCount, int firstY, int firstX)
    {
        // Columns of the kernel that lie inside the image; the others read the zero point.
        int insideBegin = Math.Min(firstX >= 0 ? 0 : (-firstX + shape.DilationWidth - 1) / shape.DilationWidth, shape.KernelWidth);
        int insideEnd = Math.Max(Math.Min(shape.KernelWidth, (shape.InWidth - firstX + shape.DilationWidth - 1) / shape.DilationWidth), insideBegin);
        int tap = 0;
        for (int channel = 0; channel < channelCount; channel++)
        {
            for (int kernelY = 0; kernelY < shape.KernelHeight; kernelY++)
            {
                int y = firstY + (kernelY * shape.DilationHeight);
                bool rowInside = y >= 0 && y < shape.InHeight;
                int begin = rowInside ? insideBegin : shape.KernelWidth;
                int end = rowInside ? insideEnd : shape.KernelWidth;
                int row = (((channel * shape.InHeight) + y) * shape.InWidth) + firstX;
                for (int kernelX = 0; kernelX < begin; kernelX++)
                {
                    patch.Write(tap++, (short)inputZeroPoint);
                }

                for (int kernelX = begin; kernelX < end; kernelX++)
                {
                    patch.Write(tap++, groupInput[row + (kernelX * shape.DilationWidth)]);
                }

                for (int kernelX = end; kernelX < shape.KernelWidth; kernelX++)
                {
                    patch.Write(tap++, (short)inputZeroPoint);
                }
            }
        }
    }
}
