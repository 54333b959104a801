namespace TileProof.Operators.Calls;

/// <summary>Mean over the int8 elements of windows that lie in the image, with one rounding to levels. Input <c>[N, C, H, W]</c>, output <c>[N, C, OH, OW]</c>.</summary>
/// <remarks>
/// Of this project; the modelled library has no such operator. <c>sum</c> is the exact sum of <c>q - zeroPoint</c> over the elements in the image, <c>n</c> their number;
/// <c>limit(zeroPoint + round(sum * factor(n)))</c>, where <c>factor(n) = scale / (outputScale * n)</c> is computed in double precision and rounded to single once,
/// the product is rounded to single, and ties go to even. A window holds at most <see cref="MostWindowElements"/> elements, so that a sum fits 24 bits.
/// Windows that count padding have one divisor: those are depthwise convolutions.
/// </remarks>
public sealed record AveragePool2dCall : OperatorCall
{
    /// <summary>The elements of the largest window.</summary>
    public const int MostWindowElements = 1 << 15;

    /// <summary>The geometry.</summary>
    public required MaxPool2dShape Shape { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.AveragePool2d;

    /// <inheritdoc/>
    public override string LayerKey => $"avgpool_{Shape.ConfigKey}";

    /// <summary>Checks a call that a file asks for.</summary>
    /// <exception cref="ArgumentException">The window is too large, or the scales are so far apart that a factor is no finite number above 0.</exception>
    public static AveragePool2dCall Checked(AveragePool2dCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        long elements = (long)call.Shape.KernelHeight * call.Shape.KernelWidth;
        if (elements > MostWindowElements)
        {
            throw new ArgumentException(FormattableString.Invariant($"its windows have {elements} elements, expected at most {MostWindowElements}"), nameof(call));
        }

        double ratio = (double)call.Input.RequiredQuantization.Scale / call.Output.RequiredQuantization.Scale;
        return float.IsFinite((float)(ratio * byte.MaxValue * elements)) && float.IsNormal((float)(ratio / elements))
            ? call
            : throw new ArgumentException(FormattableString.Invariant($"scales of {call.Input.RequiredQuantization.Scale} to {call.Output.RequiredQuantization.Scale} leave single precision"), nameof(call));
    }
}
