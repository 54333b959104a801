namespace TileProof.HwModel.Machine;

/// <summary>A modelled program broke a hardware rule; the message names bank, offset and length.</summary>
public sealed class HardwareFaultException(string message) : Exception(message);
