namespace TileProof.HwModel.Device;

/// <summary>A variable of the program that lies in a bank.</summary>
/// <param name="Name">Its name in C.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="LengthBytes">Its bytes.</param>
public sealed record BankVariable(string Name, uint Address, uint LengthBytes);
