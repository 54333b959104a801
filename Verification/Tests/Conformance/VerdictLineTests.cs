using System.Security.Cryptography;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Operators;
using TileProof.Tests.Import;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using static TileProof.Tests.Conformance.SoundOutcome;

namespace TileProof.Tests.Conformance;

/// <summary>Which of several defects a clause names, how their counts add up, and what the line says of what was not covered.</summary>
public sealed class VerdictLineTests
{
    // The first failing case has another defect each time, so that the clause must look for its own.
    [Fact]
    public void First_OfSeveralDefects_IsTheFirstOfTheClause()
    {
        ConformanceOutcome outcome = Value with
        {
            Cases = Change(Value.Cases, (4, Stopped), (9, Unequal(2)), (20, Stopped), (30, Unequal(5)), (40, static one => one with { Hazards = [Hazard(HazardRule.NeverWritten)] })),
        };
        Assert.Equal((7, $"{Name(9)}"), Found(outcome, "mismatches"));
        Assert.Equal((2, $"{Name(4)}"), Found(outcome, "faults"));
        Assert.Equal((5, $"{Name(4)}"), Found(outcome, "failures"));
        Assert.Equal((1, $"{Name(40)}: never-written"), Found(outcome, "hazards"));

        string Name(int index) => $"sample {Value.Cases[index].Case.Golden.Call.Name}, banks {Value.Cases[index].Case.Bank}";
    }

    [Fact]
    public void First_OfSeveralWholeNetworks_IsTheFirstOfTheClause()
    {
        BankSetting[] banks = [.. Value.EndToEnd.Select(static run => run.Bank)];
        FoundHazard hazard = new("sample", "fc", "key", banks[4].Label, "corrected", Hazard(HazardRule.ReadBeforeArrival)) { IsEndToEnd = true };
        ConformanceOutcome outcome = Value with
        {
            EndToEnd = Change(
                Value.EndToEnd, (0, static run => run with { Fault = "left the bank" }), (2, static run => run with { DifferingElements = 3 }), (3, static run => run with { Fault = "left the bank" }),
                (4, run => run with { Hazards = [hazard] }), (5, static run => run with { DifferingElements = 4 })),
        };
        Assert.Equal((7, $"sample end to end, banks {banks[2]}"), Found(outcome, "mismatches"));
        Assert.Equal((2, $"sample end to end, banks {banks[0]}"), Found(outcome, "faults"));
        Assert.Equal((5, $"sample end to end, banks {banks[0]}"), Found(outcome, "failures"));
        Assert.Equal((1, $"sample fc end to end, banks {banks[4].Label}: read-before-arrival"), Found(outcome, "hazards"));

        // Single layers come first, and the counts of both add up.
        ConformanceOutcome both = outcome with { Cases = Change(Value.Cases, (7, Unequal(11)), (8, Stopped)) };
        Assert.Equal(18, Found(both, "mismatches").Count);
        Assert.StartsWith($"sample {Value.Cases[7].Case.Golden.Call.Name}, banks ", Found(both, "mismatches").First, StringComparison.Ordinal);
        Assert.Equal(3, Found(both, "faults").Count);
        Assert.Equal(7, Found(both, "failures").Count);
    }

    [Fact]
    public void First_OfGoldensAndSchedules_IsTheFirstOfTheClause()
    {
        ConformanceOutcome outcome = Value with
        {
            Goldens = Change(
                Value.Goldens, (3, static golden => golden with { Agreements = [golden.Agreements[0] with { DifferingElements = 1 }], Overflows = [new ChannelOverflow(2, 5, 100)] }),
                (6, static golden => golden with { Agreements = [golden.Agreements[0] with { DifferingElements = 1 }], Overflows = [new ChannelOverflow(1, 4, 70), new ChannelOverflow(2, 3, 90)] })),
            Adversarial = Change(Value.Adversarial, (1, static row => row with { Harmed = 2 }), (5, static row => row with { Harmed = 3 })),
        };
        Assert.Equal((2, $"sample {Value.Goldens[3].Call.Name}"), Found(outcome, "disagreements between goldens"));
        Assert.Equal(12, Found(outcome, "accumulators that may wrap").Count);
        Assert.Equal(AccumulatorReport.Describe(outcome.Goldens[3]), Found(outcome, "accumulators that may wrap").First);
        Assert.Equal((5, $"sample {Value.Adversarial[1].Call}, banks {Value.Adversarial[1].Bank}"), Found(outcome, "harmed adversarial schedules"));
    }

    // A clause of what was not asked for is no clause: nothing was shown.
    [Fact]
    public void Clauses_OfWhatWasNotAskedFor_AreLeftOut()
    {
        Assert.Contains(Value.Verdict.Clauses, static clause => clause.Name == "harmed adversarial schedules");
        ConformanceOutcome without = Value with { Adversarial = [], Proofs = [] };
        Assert.Equal(["mismatches", "hazards", "faults", "failures", "disagreements between goldens", "accumulators that may wrap"], without.Verdict.Clauses.Select(static clause => clause.Name));
        Assert.DoesNotContain("adversarial", without.Verdict.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_WhatWasLeftOut_EachInItsWords()
    {
        Assert.Empty(Value.Verdict.NotCovered);
        Assert.DoesNotContain("not covered", Value.Verdict.Line, StringComparison.Ordinal);
        int calls = Value.Goldens.Count;
        ConformanceOutcome outcome = Value with
        {
            CallCount = calls + 3,
            EndToEnd = [],
            Cases = [.. Value.Cases.Where(static one => one.Case.Golden.Call.Index != 1 || !one.Case.Bank.CacheOnly)],
            Goldens = Change(Value.Goldens, (2, static golden => golden with { Reference = NetworkGolden.GenericName })),
        };
        Assert.Equal(
            [$"3 of {calls + 3} calls left out by --layers", $"1 of {calls * 3} calls at a bank setting left out by --modes", "1 convolution in the generic kernel, which has no tiles", "whole networks end to end"],
            outcome.Verdict.NotCovered);
        Assert.EndsWith("; not covered: " + string.Join("; ", outcome.Verdict.NotCovered), outcome.Verdict.Line, StringComparison.Ordinal);
    }

    // One element is no constant; two equal ones are.
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(9, true)]
    public void Line_OutputsOfOneConstant_AreCounted(int elements, bool isConstant)
    {
        var constant = Tensor.FromFloat32(TensorShape.FromMatrix(1, elements), [.. Enumerable.Repeat(1.5f, elements)]);
        ConformanceOutcome outcome = Value with { Goldens = Change(Value.Goldens, (5, golden => golden with { Expected = constant })) };
        string[] phrases = isConstant ? ["1 call whose output is one constant on this image, which proves little"] : [];
        Assert.Equal(phrases, outcome.Verdict.NotCovered);

        // The last element alone is another.
        constant.Float32[^1] = 2;
        Assert.Empty(outcome.Verdict.NotCovered);
    }

    // Its calls without a program run in ONNX Runtime, between the others, and are said to.
    [Fact]
    public void Run_NetworkWithForeignOperator_RunsAndSaysSo()
    {
        Network network = OnnxModel.Read("m.onnx", OnnxFallbackTests.QuantizedModel(), folder: null, allowFallback: true).Network!;
        ConformanceOutcome outcome = Run(Options with { Banks = [Options.Banks[0]], Landings = [LandingKind.AtWait], AdversarialSchedules = 0 }, network);
        Assert.True(outcome.Verdict.IsProven, outcome.Verdict.Line);
        Assert.Equal(["1 call without a DSP program, which ONNX Runtime computes: block.add (Max)"], outcome.Verdict.NotCovered);
        EndToEndResult whole = Assert.Single(outcome.EndToEnd);
        Assert.Equal(network.Calls.Sum(static call => (long)call.Output.LengthBytes), whole.ComparedBytes);
    }

    [Fact]
    public void Line_BytesOfCasesAndWholeNetworks_AddUp()
    {
        long bytes = Value.Cases.Sum(static one => (long)one.Difference.ComparedBytes) + Value.EndToEnd.Sum(static run => run.ComparedBytes);
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"kept from earlier runs), {bytes:N0} bytes compared, 0 mismatches"), Value.Verdict.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void HashOf_IsTheBeginningOfSha256()
    {
        Tensor output = Value.Goldens[4].Expected;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(output.Bytes.ToArray()))[..16], CaseResult.HashOf(output));
        Assert.Equal(16, Value.Cases[0].OutputHash.Length);
    }

    private static (long Count, string First) Found(ConformanceOutcome outcome, string name)
    {
        VerdictClause clause = outcome.Verdict.Clauses.Single(clause => clause.Name == name);
        return (clause.Count, clause.First);
    }

    private static CaseResult Stopped(CaseResult one) => one with { Difference = new TensorDifference(0, 0, null), Fault = "left the bank" };

    private static Func<CaseResult, CaseResult> Unequal(int elements) => one => one with { Difference = one.Difference with { DifferingElements = elements } };

    private static IReadOnlyList<TItem> Change<TItem>(IReadOnlyList<TItem> items, params (int Index, Func<TItem, TItem> Of)[] changes) =>
        changes.Aggregate(items, static (list, change) => list.With(change.Index, change.Of));
}
