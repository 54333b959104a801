namespace TileProof.Verification;

/// <summary>A layer for which a larger bank moves more bytes by DMA than a smaller one.</summary>
/// <param name="ConfigKey">The layer.</param>
/// <param name="SmallerBankBytes">The smaller bank.</param>
/// <param name="SmallerBankDmaBytes">What its plan moves.</param>
/// <param name="LargerBankBytes">The larger bank.</param>
/// <param name="LargerBankDmaBytes">What its plan moves.</param>
public sealed record TrafficIncrease(string ConfigKey, int SmallerBankBytes, long SmallerBankDmaBytes, int LargerBankBytes, long LargerBankDmaBytes);
