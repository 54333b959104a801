using System.Text;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Caching;

/// <summary>The goldens of a network on which all engines agreed, as bytes.</summary>
internal static class CachedGolden
{
    /// <summary>Writes goldens on which all engines agree; a disagreement is found anew every time.</summary>
    public static void Write(Stream content, IReadOnlyList<GoldenCall> goldens)
    {
        using var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true);
        foreach (GoldenCall golden in goldens)
        {
            writer.Write(golden.Reference);
            writer.Write(golden.Expected.Bytes);
            writer.Write(golden.Requantization is not null);
            writer.Write(golden.Agreements.Count);
            foreach (GoldenAgreement agreement in golden.Agreements)
            {
                writer.Write(agreement.Engine);
                writer.Write(agreement.ComparedElements);
                writer.Write(agreement.ToleratedUlp);
                writer.Write(agreement.OtherZeros);
            }

            writer.Write(golden.GenericLevels is not null);
            if (golden.GenericLevels is { } levels)
            {
                writer.Write(levels.Equal);
                writer.Write(levels.OneLevel);
                writer.Write(levels.TwoLevels);
                writer.Write(levels.More);
            }

            writer.Write(golden.Overflows.Count);
            foreach (ChannelOverflow overflow in golden.Overflows)
            {
                writer.Write(overflow.Channel);
                writer.Write(overflow.Count);
                writer.Write(overflow.LargestExcess);
            }
        }
    }

    /// <summary>The goldens that the bytes were made from.</summary>
    /// <param name="content">Made by <see cref="Write"/> for the same network, image and options.</param>
    /// <param name="network">The network.</param>
    /// <param name="image">Its input.</param>
    /// <param name="derivation">How convolutions derive their requantization.</param>
    public static IReadOnlyList<GoldenCall> Read(Stream content, Network network, Tensor image, ParameterDerivation derivation)
    {
        using var reader = new BinaryReader(content, Encoding.UTF8, leaveOpen: true);
        Dictionary<TensorInfo, Tensor> values = network.InputValues(image);
        var goldens = new GoldenCall[network.Calls.Count];
        var isRequantized = new bool[goldens.Length];
        foreach (OperatorCall call in network.Calls)
        {
            string reference = reader.ReadString();
            Tensor expected = Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, reader.ReadBytes(call.Output.LengthBytes));
            isRequantized[call.Index] = reader.ReadBoolean();
            goldens[call.Index] = new GoldenCall
            {
                Network = network.Name,
                Call = call,
                Reference = reference,
                Inputs = [.. call.Inputs.Select(input => values[input])],
                Expected = expected,
                Agreements = ReadAgreements(reader),
                GenericLevels = reader.ReadBoolean()
                    ? new LevelDifferences(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32())
                    : null,
                Overflows = ReadOverflows(reader),
            };
            values[call.Output] = expected;
        }

        // Sums over all weights, which take longer than the reading.
        Parallel.For(0, goldens.Length, index =>
        {
            if (isRequantized[index])
            {
                goldens[index] = goldens[index] with { Requantization = ((Conv2dCall)goldens[index].Call).Requantize(derivation) };
            }
        });
        return goldens;
    }

    private static ChannelOverflow[] ReadOverflows(BinaryReader reader)
    {
        var overflows = new ChannelOverflow[reader.ReadInt32()];
        for (int i = 0; i < overflows.Length; i++)
        {
            overflows[i] = new ChannelOverflow(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64());
        }

        return overflows;
    }

    private static GoldenAgreement[] ReadAgreements(BinaryReader reader)
    {
        var agreements = new GoldenAgreement[reader.ReadInt32()];
        for (int i = 0; i < agreements.Length; i++)
        {
            agreements[i] = new GoldenAgreement(reader.ReadString(), reader.ReadInt32(), 0, null, reader.ReadInt32()) { OtherZeros = reader.ReadInt32() };
        }

        return agreements;
    }
}
