namespace TileProof.HwModel.Device;

/// <summary>The C function that computes an operator.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Convention">How it is called.</param>
public sealed record DeviceEntry(string Function, DeviceConvention Convention = DeviceConvention.CallStruct);
