namespace TileProof.HwModel.Machine;

/// <summary>The bank of one side of a ping-pong, and how many of its bytes that side may take.</summary>
/// <param name="Bank">The bank, from 0.</param>
/// <param name="Bytes">All bytes of the bank, or half of the only one.</param>
public readonly record struct BankShare(int Bank, int Bytes);
