using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;

namespace TileProof.Verification;

/// <summary>One convolution of one network at one bank setting under one landing policy.</summary>
/// <param name="Golden">The call with its input and its proven output.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Plan">The tiles, or the cache path.</param>
/// <param name="Landing">When transfers land.</param>
public sealed record ConformanceCase(GoldenConvolution Golden, BankSetting Bank, Conv2dTilePlan Plan, LandingKind Landing);
