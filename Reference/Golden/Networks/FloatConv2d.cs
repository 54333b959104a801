using System.Runtime.CompilerServices;
using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>A convolution, with the batch normalization that follows it when there is one that has not been folded.</summary>
public sealed record FloatConv2d : FloatNode
{
    /// <summary>The geometry.</summary>
    public required Conv2dShape Shape { get; init; }

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public required float[] Weights { get; init; }

    /// <summary>One per output channel.</summary>
    public required float[] Bias { get; init; }

    /// <summary>Applied to the output of the convolution; null when there is none, or when it is folded into weights and bias.</summary>
    public BatchNorm? BatchNorm { get; init; }

    /// <summary>What of the output is let through, behind the batch normalization; null for all of it.</summary>
    public ClipRange? Clip { get; init; }

    /// <summary>The same function without a separate batch normalization.</summary>
    public FloatConv2d FoldBatchNorm() => BatchNorm is null ? this : Fold(BatchNorm, new float[Weights.Length]);

    /// <summary>The same function with a batch normalization folded.</summary>
    /// <param name="batchNorm">What follows the convolution.</param>
    /// <param name="weights">Receives the new weights; may be this one's own array.</param>
    internal FloatConv2d Fold(BatchNorm batchNorm, float[] weights)
    {
        var bias = new float[Bias.Length];
        int stride = Shape.WeightsPerOutChannel;
        Parallel.For(0, Shape.OutChannels, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (o) =>
        {
            float factor = batchNorm.FactorOf(o);
            bias[o] = batchNorm.Beta[o] + ((Bias[o] - batchNorm.Mean[o]) * factor);
            for (int i = o * stride; i < (o + 1) * stride; i++)
            {
                weights[i] = Weights[i] * factor;
            }
        });
        return this with { Weights = weights, Bias = bias, BatchNorm = null };
    }
}
