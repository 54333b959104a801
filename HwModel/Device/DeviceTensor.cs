using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>A tensor of a call in system memory.</summary>
/// <param name="Name">Such as <c>input</c>.</param>
/// <param name="Role">What it holds.</param>
/// <param name="Content">Its bytes before the call.</param>
public sealed record DeviceTensor(string Name, BufferRole Role, byte[] Content);
