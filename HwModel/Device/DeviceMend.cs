namespace TileProof.HwModel.Device;

/// <summary>A wait that is tried: before everything that a place in the program calls or touches.</summary>
/// <param name="Address">The return address of the call or access; 0 for the return of the entry.</param>
/// <param name="Channel">The channel that is waited for.</param>
public readonly record struct DeviceMend(uint Address, int Channel);
