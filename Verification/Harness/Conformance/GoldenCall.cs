using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Conformance;

/// <summary>An operator call of a network with the inputs that the integer golden feeds it and what the golden engines say of it.</summary>
public sealed record GoldenCall
{
    /// <summary>The name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>The call.</summary>
    public required OperatorCall Call { get; init; }

    /// <summary>The engine that <see cref="Expected"/> comes from.</summary>
    public required string Reference { get; init; }

    /// <summary>One tensor per input.</summary>
    public required IReadOnlyList<Tensor> Inputs { get; init; }

    /// <summary>
    /// The output of the ONNX Runtime golden; of the scalar oracle for softmax, which ONNX Runtime computes otherwise, and for float max poolings that read a -0, where it
    /// leaves the sign of a zero open; of the generic operators for convolutions without a tiled kernel.
    /// </summary>
    public required Tensor Expected { get; init; }

    /// <summary>The other golden engines against <see cref="Expected"/>.</summary>
    public required IReadOnlyList<GoldenAgreement> Agreements { get; init; }

    /// <summary>The vendor's generic operator against <see cref="Expected"/>, in levels; null for float outputs. It is not bit-equal by design.</summary>
    public LevelDifferences? GenericLevels { get; init; }

    /// <summary>The requantization integers of a convolution; null for other operators.</summary>
    public Requantization? Requantization { get; init; }

    /// <summary>Output channels whose accumulators leave the range of the hardware on <see cref="Inputs"/>, so that they wrap there and in every golden.</summary>
    public IReadOnlyList<ChannelOverflow> Overflows { get; init; } = [];

    /// <summary>Accumulators of all channels that leave the range.</summary>
    public long OverflowCount => Overflows.Sum(static overflow => overflow.Count);

    /// <summary>Output channels whose accumulator starts at a limit of 24 bits, because their bias lies beyond; the rest is added after the kernel.</summary>
    public IReadOnlyList<int> ClampedChannels => Requantization is null
        ? []
        : [.. Enumerable.Range(0, Requantization.KernelBias.Length).Where(o =>
            Requantization.KernelBias[o] is RequantizationDeriver.MinimumAccumulator or RequantizationDeriver.MaximumAccumulator)];

    /// <summary>Whether every golden engine agrees.</summary>
    public bool IsAgreed => Agreements.All(static agreement => agreement.IsAgreed);
}
