using System.Globalization;
using TileProof.HwModel.Proof;
using TileProof.Operators.Words;
using TileProof.Verification.Options;

namespace TileProof.Verification.Proof;

/// <summary>One row of <c>proof.csv</c>: what is proven of one call at one bank setting for every input, and what is tested on examples.</summary>
public sealed record ProofRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The position of the call in the network, from 0.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The version of the programs.</summary>
    public required string Programs { get; init; }

    /// <summary>Tiles and placement of a tiled convolution; empty for other operators.</summary>
    public required string Plan { get; init; }

    /// <summary><c>every input</c>, <c>wrong</c>, or <c>examples</c> where the prover does not cover the operator.</summary>
    public required string Movement { get; init; }

    /// <summary>Output words that were compared.</summary>
    public required int Words { get; init; }

    /// <summary>Those that are wrong.</summary>
    public required int WrongWords { get; init; }

    /// <summary>A wrong program passes with at most this probability, such as <c>2^-35</c>; empty where there is no proof.</summary>
    public required string ErrorBound { get; init; }

    /// <summary>The first wrong element, <c>[n, c, y, x]</c>.</summary>
    public required string FirstWrong { get; init; }

    /// <summary>The tile that it belongs to.</summary>
    public required string Tile { get; init; }

    /// <summary>What is used instead of what, or the broken rule that ended the program.</summary>
    public required string Explanation { get; init; }

    /// <summary>The smallest accumulator of any int8 input; null for operators without.</summary>
    public required long? AccumulatorSmallest { get; init; }

    /// <summary>The largest one.</summary>
    public required long? AccumulatorLargest { get; init; }

    /// <summary><c>cannot wrap</c>, or <c>may wrap, by 12, in channel 3</c>.</summary>
    public required string Accumulator { get; init; }

    /// <summary>How far the accumulator of the worst channel stays within its bits; negative where it may wrap.</summary>
    public required long? AccumulatorMargin { get; init; }

    /// <summary>The same for the 16 bits that the first shift leaves: <c>cannot saturate</c>, or by how much and where.</summary>
    public required string Intermediate { get; init; }

    /// <summary>The codes that the input has in its network, whatever image that gets, as <c>0..127</c> behind a rectifier; empty for operators without accumulators.</summary>
    public required string NetworkInputs { get; init; }

    /// <summary>The smallest accumulator of such inputs.</summary>
    public required long? NetworkSmallest { get; init; }

    /// <summary>The largest one.</summary>
    public required long? NetworkLargest { get; init; }

    /// <summary>Whether the accumulator wraps for such inputs.</summary>
    public required string NetworkAccumulator { get; init; }

    /// <summary>Whether the 16 bits behind the first shift saturate for such inputs.</summary>
    public required string NetworkIntermediate { get; init; }

    /// <summary>
    /// <c>every accumulator</c>, <c>every level</c>, <c>every boundary</c> of a rounding, <c>wrong</c>, or <c>examples</c> where the arithmetic is tested on
    /// the images of the run only.
    /// </summary>
    public required string Arithmetic { get; init; }

    /// <summary>Values that the vector core was compared with the scalar oracle on: accumulators, over all channels; levels; floats.</summary>
    public required long ComparedValues { get; init; }

    /// <summary>Accumulators of a channel that some input can give.</summary>
    public required long ReachableAccumulators { get; init; }

    /// <summary>Values from which on the output is another; there and on both sides all engines were compared.</summary>
    public required int ChangePoints { get; init; }

    /// <summary>The first value for which two engines differ.</summary>
    public required string ArithmeticDifference { get; init; }

    /// <summary>Makes the row of a proof.</summary>
    public static ProofRow Of(CallProof proof, string programs)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ProgramProof? movement = proof.Movement;
        return new ProofRow
        {
            Network = proof.Golden.Network,
            CallIndex = proof.Golden.Call.Index,
            Call = proof.Golden.Call.Name,
            Operator = ChoiceList.NameOf(proof.Golden.Call.Kind),
            ConfigKey = proof.Golden.Call.LayerKey,
            Bank = proof.Bank.Label,
            Programs = programs,
            Plan = proof.Subject?.Plan?.ToString() ?? "",
            Movement = movement is null ? "examples" : movement.IsProven ? "every input" : "wrong",
            Words = movement?.WordCount ?? 0,
            WrongWords = movement?.WrongCount ?? 0,
            ErrorBound = proof is { Subject: { } subject, Movement.IsProven: true } ? string.Create(CultureInfo.InvariantCulture, $"2^-{ErrorBoundBits(subject)}") : "",
            FirstWrong = movement?.First?.Index.ToString() ?? "",
            Tile = movement?.First?.Tile ?? "",
            Explanation = movement?.Fault ?? movement?.First?.Explanation ?? "",
            AccumulatorSmallest = proof.Bounds?.Smallest,
            AccumulatorLargest = proof.Bounds?.Largest,
            Accumulator = proof.Bounds?.DescribeAccumulator() ?? "",
            AccumulatorMargin = proof.Bounds?.Margin,
            Intermediate = proof.Bounds?.DescribeIntermediate() ?? "",
            NetworkInputs = proof.ReachableBounds?.Inputs.ToString() ?? "",
            NetworkSmallest = proof.ReachableBounds?.Smallest,
            NetworkLargest = proof.ReachableBounds?.Largest,
            NetworkAccumulator = proof.ReachableBounds?.DescribeAccumulator() ?? "",
            NetworkIntermediate = proof.ReachableBounds?.DescribeIntermediate() ?? "",
            Arithmetic = proof.Arithmetic is null ? "examples" : proof.Arithmetic.Difference is null ? proof.Arithmetic.Scope : "wrong",
            ComparedValues = proof.Arithmetic?.ComparedValues ?? 0,
            ReachableAccumulators = (proof.Arithmetic as RequantizationProof)?.ReachableAccumulators ?? 0,
            ChangePoints = proof.Arithmetic?.ChangePoints ?? 0,
            ArithmeticDifference = proof.Arithmetic?.Difference ?? "",
        };
    }

    /// <summary>Wrong programs pass with a probability of at most 2 to the minus this: for one element, and any of all.</summary>
    public static int ErrorBoundBits(ProofSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        int elementBits = 64 - (int)ulong.LeadingZeroCount((ulong)subject.WordCount);
        return Math.Max(0, RingWords.ErrorBoundBits(subject.ProductCount) - elementBits);
    }
}
