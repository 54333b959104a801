using System.Globalization;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

/// <summary>One row of <c>end_to_end.csv</c>: a whole network at one bank setting under one landing policy.</summary>
/// <param name="Network">The network.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Landing">The landing policy.</param>
/// <param name="BytesCompared">Bytes of all values.</param>
/// <param name="Mismatches">Differing elements over all values.</param>
/// <param name="FirstDifferingCall">The first call whose value differs.</param>
/// <param name="FirstMismatch">Its first differing element, <c>[n, c, y, x]</c>.</param>
/// <param name="Expected">What the golden has there.</param>
/// <param name="Actual">What the simulated DSP has there.</param>
/// <param name="Hazards">Kinds of broken rules (see <c>hazards.csv</c>), without warnings.</param>
/// <param name="Fault">The broken hardware rule that stopped the network.</param>
/// <param name="OutputHash">The hash of the network's output.</param>
public sealed record EndToEndRow(
    string Network,
    string Bank,
    string Landing,
    long BytesCompared,
    long Mismatches,
    string FirstDifferingCall,
    string FirstMismatch,
    string Expected,
    string Actual,
    int Hazards,
    string Fault,
    string OutputHash)
{
    /// <summary>Makes the row of a result.</summary>
    public static EndToEndRow Of(EndToEndResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new EndToEndRow(
            result.Network,
            result.Bank.Label,
            ChoiceList.NameOf(result.Landing),
            result.ComparedBytes,
            result.DifferingElements,
            result.FirstDifferingCall,
            result.First?.Index.ToString() ?? "",
            result.First?.Expected.ToString(CultureInfo.InvariantCulture) ?? "",
            result.First?.Actual.ToString(CultureInfo.InvariantCulture) ?? "",
            result.ViolationCount,
            result.Fault ?? "",
            result.OutputHash);
    }
}
