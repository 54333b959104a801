using System.Globalization;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>What a run does not cover of its networks, so that "proven" is not read as more than it says.</summary>
public static class OpenEnds
{
    /// <summary>One phrase for each kind; none when every call ran at every bank setting and the networks ran as a whole.</summary>
    public static IReadOnlyList<string> Of(ConformanceOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        int leftOut = outcome.CallCount - outcome.Goldens.Count;
        int onHost = outcome.Goldens.Count(static golden => golden.Call is OnnxFallbackCall);
        int pairs = (outcome.Goldens.Count - onHost) * outcome.Options.Banks.Count;
        int missing = pairs - outcome.Cases.Select(static one => (one.Case.Golden, one.Case.Bank)).Distinct().Count();
        int constant = outcome.Goldens.Count(static golden => golden.HasConstantOutput);
        IReadOnlyList<string> refused = [.. outcome.Originals.Where(static result => result.Refusal is not null).Select(static result => result.Network)];
        return
        [
            .. Phrase(onHost, $"{onHost} calls without a DSP program, which ran on the host"),
            .. Phrase(leftOut, $"{leftOut} of {outcome.CallCount} calls left out by --layers"),
            .. Phrase(missing, $"{missing} of {pairs} calls at a bank setting left out by --modes"),
            .. Phrase(outcome.EndToEnd.Count == 0 ? 1 : 0, $"whole networks end to end"),
            .. Phrase(refused.Count, $"{string.Join(" and ", refused)} against the original file, which ONNX Runtime does not run"),
            .. Phrase(constant, $"{constant} calls whose output is one value everywhere, which prove little"),
        ];
    }

    private static IEnumerable<string> Phrase(int count, FormattableString phrase) => count > 0 ? [phrase.ToString(CultureInfo.InvariantCulture)] : [];
}
