using TileProof.HwModel.Device;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Device;

/// <summary>Compares the output of a run with the golden one, after what the driver does behind the entry.</summary>
/// <param name="golden">The call and its golden.</param>
/// <param name="driver">The integers of a convolution whose residuals TileProof corrects; null where nothing is corrected.</param>
internal sealed class DeviceComparison(GoldenCall golden, Requantization? driver)
{
    private readonly int plane = driver is { HasPostCorrection: true } && golden.Call is Conv2dCall convolution ? convolution.Shape.OutHeight * convolution.Shape.OutWidth : 0;
    private readonly int channels = golden.Call is Conv2dCall counted ? counted.Shape.OutChannels : 1;

    /// <summary>Bytes that differ when the entry returns.</summary>
    public int CountDiffering(DeviceRun run) => CountDiffering(run.OutputAtReturn);

    /// <summary>Bytes that differ.</summary>
    public int CountDiffering(byte[] output)
    {
        ReadOnlySpan<byte> expected = golden.Expected.Bytes;
        int differing = 0;
        for (int i = 0; i < output.Length; i++)
        {
            differing += Corrected(output, i) == expected[i] ? 0 : 1;
        }

        return differing;
    }

    /// <summary>The first byte that differs: where, what it should be and what it is; null for none.</summary>
    public (int Offset, byte Expected, byte Actual)? FirstDiffering(byte[] output)
    {
        ReadOnlySpan<byte> expected = golden.Expected.Bytes;
        for (int i = 0; i < output.Length; i++)
        {
            if (Corrected(output, i) is var actual && actual != expected[i])
            {
                return (i, expected[i], actual);
            }
        }

        return null;
    }

    private byte Corrected(byte[] output, int index) => plane == 0
        ? output[index]
        : unchecked((byte)(sbyte)Math.Clamp((long)(sbyte)output[index] + driver!.PostCorrectionOf(index / plane % channels), sbyte.MinValue, sbyte.MaxValue));
}
