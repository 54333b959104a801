namespace TileProof.Verification.Cycles;

/// <summary>The cycles of one call without and with changes.</summary>
/// <param name="CallIndex">The position of the call in the network, from 0.</param>
/// <param name="Call">Its name.</param>
/// <param name="ConfigKey">Its layer key.</param>
/// <param name="BaselineCycles">Without.</param>
/// <param name="ChangedCycles">With.</param>
public sealed record LayerSaving(int CallIndex, string Call, string ConfigKey, double BaselineCycles, double ChangedCycles)
{
    /// <summary>Cycles saved; negative where the changes cost.</summary>
    public double SavedCycles => BaselineCycles - ChangedCycles;
}
