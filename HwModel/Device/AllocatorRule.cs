namespace TileProof.HwModel.Device;

/// <summary>A function of the program that hands out bytes of a bank; what it returns counts as a buffer.</summary>
/// <param name="Function">Its name; it is called from other source files.</param>
/// <param name="SizeArgument">Which argument has the bytes, from 0.</param>
/// <param name="BankArgument">Which argument has the bank, from 0; informative, the address says the same.</param>
public sealed record AllocatorRule(string Function, int SizeArgument, int BankArgument);
