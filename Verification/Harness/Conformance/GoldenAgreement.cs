using System.Globalization;
using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Conformance;

/// <summary>One golden engine against the reference golden of a call.</summary>
/// <param name="Engine">The engine that was compared.</param>
/// <param name="ComparedElements">How many elements it computed; fewer than the output where a large layer is sampled.</param>
/// <param name="DifferingElements">Elements that disagree.</param>
/// <param name="First">The first of them; null when all agree.</param>
/// <param name="ToleratedUlp">Units in the last place by which floats may differ; 0 where bytes must be equal.</param>
public sealed record GoldenAgreement(string Engine, int ComparedElements, int DifferingElements, Mismatch? First, int ToleratedUlp)
{
    /// <summary>Elements that are a zero of the other sign, which agree where values are compared and not bytes.</summary>
    public int OtherZeros { get; init; }

    /// <summary>Whether the engine agrees; one that computed nothing agrees with nothing.</summary>
    public bool IsAgreed => DifferingElements == 0 && ComparedElements > 0;

    /// <summary>Compares every byte.</summary>
    public static GoldenAgreement BitForBit(string engine, Tensor reference, Tensor output)
    {
        var difference = TensorDifference.Between(reference, output);
        return new GoldenAgreement(engine, reference.Shape.ElementCount, difference.DifferingElements, difference.First, 0);
    }

    /// <summary>Compares chosen int8 elements.</summary>
    /// <param name="engine">The engine that was compared.</param>
    /// <param name="reference">int8.</param>
    /// <param name="offsets">Offsets into the reference.</param>
    /// <param name="outputs">The engine's element for every offset.</param>
    public static GoldenAgreement Sampled(string engine, Tensor reference, ReadOnlySpan<int> offsets, ReadOnlySpan<sbyte> outputs)
    {
        ArgumentNullException.ThrowIfNull(reference);
        int differing = 0;
        Mismatch? first = null;
        for (int i = 0; i < offsets.Length; i++)
        {
            sbyte expected = reference.Int8[offsets[i]];
            if (expected != outputs[i])
            {
                differing++;
                first ??= new Mismatch(reference.Shape.IndexOf(offsets[i]), expected, outputs[i]);
            }
        }

        return new GoldenAgreement(engine, offsets.Length, differing, first, 0);
    }

    /// <summary>Compares the values of float32 elements with a tolerance: -0 and +0 are one value.</summary>
    public static GoldenAgreement WithinUlp(string engine, Tensor reference, Tensor output, int toleratedUlp)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(output);
        int differing = 0;
        int otherZeros = 0;
        Mismatch? first = null;
        for (int i = 0; i < reference.Shape.ElementCount; i++)
        {
            otherZeros += reference.Float32[i] == 0 && output.Float32[i] == 0 && float.IsNegative(reference.Float32[i]) != float.IsNegative(output.Float32[i]) ? 1 : 0;
            if (UlpDistance.Between(reference.Float32[i], output.Float32[i]) > toleratedUlp)
            {
                differing++;
                first ??= new Mismatch(reference.Shape.IndexOf(i), reference.Float32[i], output.Float32[i]);
            }
        }

        return new GoldenAgreement(engine, reference.Shape.ElementCount, differing, first, toleratedUlp) { OtherZeros = otherZeros };
    }

    /// <summary><c>engine: n of m elements differ</c>, and how many are a zero of the other sign.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Engine}: {DifferingElements} of {ComparedElements} elements differ{(OtherZeros == 0 ? "" : $", {Counted.Of(OtherZeros, "zeros")} of the other sign")}");
}
