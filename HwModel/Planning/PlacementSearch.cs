namespace TileProof.HwModel.Planning;

/// <summary>The published rules that assign the buffers of a tile to the two banks (operator contract, section 11b).</summary>
internal static class PlacementSearch
{
    private static readonly BankPlacement InputsAndCoefficients = BankPlacement.FromDigits("0001111");
    private static readonly BankPlacement InputsOnly = BankPlacement.FromDigits("0011111");
    private static readonly BankPlacement InputsCoefficientsAndBias = BankPlacement.FromDigits("0001100");
    private static readonly BankPlacement InputPongInBank1 = BankPlacement.FromDigits("0101111");

    /// <summary>The placement, or null when the buffers fit in no order that the rules try.</summary>
    public static BankPlacement? Find(in TileBuffers buffers, long dram0Bytes, long dram1Bytes)
    {
        long largestBank = Math.Max(dram0Bytes, dram1Bytes);
        if (buffers.CoefficientBytes > largestBank || buffers.InputBytes > largestBank || buffers.OutputBytes > largestBank)
        {
            return null;
        }

        long biasAndScales = buffers.BiasBytes + buffers.OutputScaleBytes;
        long bank0 = (2 * buffers.InputBytes) + buffers.CoefficientBytes;
        long bank1 = (2 * buffers.OutputBytes) + biasAndScales;
        if (bank0 <= dram0Bytes && bank1 <= dram1Bytes)
        {
            return InputsAndCoefficients;
        }

        if (bank0 <= dram0Bytes && bank1 > dram1Bytes && bank0 + biasAndScales <= dram0Bytes && 2 * buffers.OutputBytes <= dram1Bytes)
        {
            return InputsCoefficientsAndBias;
        }

        if (2 * buffers.InputBytes <= dram0Bytes && buffers.CoefficientBytes + bank1 <= dram1Bytes)
        {
            return InputsOnly;
        }

        if (buffers.InputBytes + buffers.CoefficientBytes <= dram0Bytes && buffers.InputBytes + bank1 <= dram1Bytes)
        {
            return InputPongInBank1;
        }

        return null;
    }
}
