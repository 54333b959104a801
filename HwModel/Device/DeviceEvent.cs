using System.Runtime.InteropServices;

namespace TileProof.HwModel.Device;

/// <summary>A record of the runtime, as <c>tp_event</c> lies in the shared file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DeviceEvent
{
    public readonly DeviceEventKind Kind;
    public readonly int Stack;
    public readonly int Channel;
    public readonly int Value;
    public readonly uint Source;
    public readonly uint Destination;
    public readonly int RowBytes;
    public readonly int Rows;
    public readonly int Planes;
    public readonly int SourceRowPitch;
    public readonly int DestinationRowPitch;
    public readonly int SourcePlanePitch;
    public readonly int DestinationPlanePitch;
    public readonly int A;
    public readonly int B;
    public readonly int C;
}
