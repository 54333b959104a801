using System.Globalization;
using System.Text;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Proof;

/// <summary>What people read of the proofs for every input.</summary>
public static class ProofReport
{
    /// <summary>One line: where a program is wrong, and what it uses instead of what.</summary>
    public static string Describe(CallProof wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        string place = $"{wrong.Golden.Network} {wrong.Golden.Call.Name} ({wrong.Golden.Call.LayerKey}), banks {wrong.Bank}: not proven for every input";
        ProgramProof movement = wrong.Movement!;
        return movement.First is { } first
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{place}: {movement.WrongCount} of {movement.WordCount} words are wrong, first of {first.Index}{(first.Tile.Length == 0 ? "" : $" in tile {first.Tile}")}, which {first.Explanation}")
            : $"{place}: {movement.Fault}";
    }

    /// <summary>One line: the first value for which two engines differ on a call.</summary>
    public static string DescribeArithmetic(CallProof wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        return $"{wrong.Golden.Network} {wrong.Golden.Call.Name} ({wrong.Golden.Call.LayerKey}): {wrong.Arithmetic!.Difference}";
    }

    /// <summary>The section of <c>summary.md</c>; empty where nothing was to be proven.</summary>
    public static string Write(IReadOnlyList<CallProof> proofs)
    {
        ArgumentNullException.ThrowIfNull(proofs);
        if (proofs.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("## Proven for every input\n\n");
        CallProof[] covered = [.. proofs.Where(static proof => proof.Movement is not null)];
        ProofSubject[] programs = [.. covered.Select(static proof => proof.Subject!).Distinct()];
        AppendClaim(text, covered, programs);
        text.Append('\n');
        var table = new MarkdownTable(text, "network", "operator", "programs at a bank setting:", "proven for every input:", "wrong:", "tested on examples:");
        foreach (IGrouping<(string Network, OperatorKind Kind), CallProof> group in proofs.GroupBy(static proof => (proof.Golden.Network, proof.Golden.Call.Kind)))
        {
            table.Row($"{group.Key.Network} | {ChoiceList.NameOf(group.Key.Kind)} | {group.Count()} | {group.Count(static proof => proof.Movement is { IsProven: true })} | {group.Count(static proof => proof.IsWrong)} | {group.Count(static proof => proof.Movement is null)}");
        }

        text.Append('\n');
        foreach (CallProof wrong in proofs.Where(static proof => proof.IsWrong).Take(20))
        {
            text.Append(CultureInfo.InvariantCulture, $"* {Describe(wrong)}\n");
        }

        AppendArithmetic(text, proofs);
        AppendBounds(text, proofs);
        return text.ToString();
    }

    /// <summary>A phrase for the verdict: whether accumulators wrap for some input, and the worst of them.</summary>
    public static string? DescribeRanges(IReadOnlyList<CallProof> proofs)
    {
        ArgumentNullException.ThrowIfNull(proofs);
        CallProof[] bounded = [.. proofs.Where(static proof => proof.Bounds is not null).DistinctBy(static proof => proof.Golden)];
        CallProof[] wrapping = [.. bounded.Where(static proof => proof.Bounds!.MayWrap)];
        return bounded.Length == 0 ? null
            : wrapping.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"the accumulators of {Counted.Of(bounded.Length, "calls")} cannot wrap for any input")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the accumulators of {wrapping.Length} of {Counted.Of(bounded.Length, "calls")} may wrap for some input, most {DescribeRange(wrapping.MinBy(static proof => proof.Bounds!.Margin)!)}");
    }

    private static string DescribeRange(CallProof proof) =>
        $"{proof.Golden.Network} {proof.Golden.Call.Name}: {proof.Bounds!.DescribeAccumulator()}, and over the codes {proof.ReachableBounds!.Inputs} of its network {proof.ReachableBounds.DescribeAccumulator()}";

    private static void AppendClaim(StringBuilder text, CallProof[] covered, ProofSubject[] programs)
    {
        if (programs.Length == 0)
        {
            text.Append("No program of this run is of an operator that the prover covers.\n");
            return;
        }

        double wrongPasses = programs.Sum(static program => Math.Pow(2, -ProofRow.ErrorBoundBits(program)));
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(programs.Length, "different programs")} {(programs.Length == 1 ? "serves" : "serve")} {Counted.Of(covered.Length, "calls")} at a bank setting; {programs.Sum(static program => (long)program.WordCount):N0} output bytes were compared as words. For all values of inputs, weights, biases and scales, and whenever each transfer lands between its issue and its wait, a proven program makes every output from exactly the elements that the contract names, in its order where that matters, stores it in its place, and reads no byte that a transfer or the cache has not made visible. It was run on random 64-bit words modulo 2^64: that any wrong program of this run passes has a probability below 2^{Math.Ceiling(Math.Log2(wrongPasses)):0}. Not covered: what the arithmetic makes of these elements, beyond what is said below, and faults of the hardware.\n");
    }

    private static void AppendArithmetic(StringBuilder text, IReadOnlyList<CallProof> proofs)
    {
        CallProof[] calls = [.. proofs.Where(static proof => proof.Arithmetic is not null).DistinctBy(static proof => proof.Golden)];
        CallProof[] requantizing = [.. calls.Where(static proof => proof.Arithmetic is RequantizationProof)];
        CallProof[] elementwise = [.. calls.Where(static proof => proof.Arithmetic is ElementwiseProof)];
        string[] others = [.. proofs.Where(static proof => proof.Arithmetic is null).Select(static proof => ChoiceList.NameOf(proof.Golden.Call.Kind)).Distinct(StringComparer.Ordinal)];
        text.Append(
            CultureInfo.InvariantCulture,
            $"Requantization: the constants of {Counted.Of(requantizing.Length, "convolutions")} over all 2^24 accumulators, in every form of the vector core that this host has and in the scalar oracle, and with the data-parallel body and ONNX Runtime at the {requantizing.Sum(static proof => (long)proof.Arithmetic!.ChangePoints):N0} accumulators where the output changes and beside them: {requantizing.Count(static proof => proof.Arithmetic!.Difference is not null)} differ. Element by element: dequantize and the rectifier over all 256 levels, quantize at every float where the level changes, and beside, in {Counted.Of(elementwise.Length, "calls")}: {elementwise.Count(static proof => proof.Arithmetic!.Difference is not null)} differ. Tested on examples: {(others.Length == 0 ? "nothing" : string.Join(", ", others))}.\n");
        foreach (CallProof proof in calls.Where(static proof => proof.Arithmetic!.Difference is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"* {DescribeArithmetic(proof)}\n");
        }
    }

    private static void AppendBounds(StringBuilder text, IReadOnlyList<CallProof> proofs)
    {
        CallProof[] bounded = [.. proofs.Where(static proof => proof.Bounds is not null).DistinctBy(static proof => proof.Golden)];
        CallProof[] wrapping = [.. bounded.Where(static proof => proof.Bounds!.MayWrap)];
        CallProof[] narrowed = [.. bounded.Where(static proof => proof.ReachableBounds!.Inputs != CodeRange.All)];
        text.Append(
            CultureInfo.InvariantCulture,
            $"Accumulators over all int8 inputs, exactly, from the weights: {bounded.Length - wrapping.Length} of {Counted.Of(bounded.Length, "calls")} cannot wrap; {bounded.Count(static proof => proof.Bounds!.MaySaturate)} may saturate the 16 bits behind the first shift, as the contract says. Over the codes that the network gives its own inputs, whatever the image: {bounded.Count(static proof => !proof.ReachableBounds!.MayWrap)} cannot wrap, {bounded.Count(static proof => proof.ReachableBounds!.MaySaturate)} may saturate; {Counted.Of(narrowed.Length, "inputs")} {(narrowed.Length == 1 ? "has" : "have")} fewer than all 256 codes.\n");
        foreach (CallProof proof in wrapping)
        {
            text.Append(CultureInfo.InvariantCulture, $"* {DescribeRange(proof)}\n");
        }

        text.Append('\n');
    }
}
