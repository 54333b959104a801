using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Programs;

/// <summary>What a kernel is told beside the regions that it reads and writes.</summary>
/// <param name="Kernel">What it computes.</param>
/// <param name="Rows">Output rows.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="InChannels">Input channels that are summed.</param>
/// <param name="Pass">Which part of the sums that is, from 0.</param>
/// <param name="FirstOutChannel">The first of those output channels, where the kernel looks something up by it.</param>
/// <param name="Elements">Output elements of a kernel that counts no rows and channels.</param>
/// <param name="AlignmentBytes">Every region begins at a multiple of this; 0 where the kernel takes any address.</param>
/// <param name="FirstRow">The first of those output rows, where the kernel looks something up by it.</param>
public readonly record struct KernelParameters(
    ProgramKernel Kernel, int Rows = 0, int OutChannels = 0, int InChannels = 0, int Pass = 0, int FirstOutChannel = 0, int Elements = 0, int AlignmentBytes = 0, int FirstRow = 0)
{
    /// <summary>Groups of a convolution that the call computes: one where its channels lie inside a group, else whole ones.</summary>
    /// <param name="shape">The layer.</param>
    /// <exception cref="HardwareFaultException">The channels are no whole groups: no input channel belongs to every output channel.</exception>
    public int GroupsOf(Conv2dShape shape)
    {
        int groups = shape.Groups == 1 ? 1 : InChannels / shape.GroupInChannels;
        return groups > 0 && OutChannels % groups == 0
            ? groups
            : throw new HardwareFaultException($"{shape.ConfigKey}: a kernel call has {InChannels} input channels and {OutChannels} output channels, which are no whole groups.");
    }
}
