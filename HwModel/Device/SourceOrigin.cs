namespace TileProof.HwModel.Device;

/// <summary>Where an instruction of a recorded program comes from: the innermost line of the user's code and its callers, inlined ones too.</summary>
/// <param name="Frames">From the inside out; at least one.</param>
public sealed record SourceOrigin(IReadOnlyList<SourceFrame> Frames)
{
    private string? text;

    /// <summary>The innermost place.</summary>
    public SourceFrame Innermost => Frames[0];

    /// <summary><c>dma.h:12 &lt;- conv.c:120 &lt;- conv.c:300</c>.</summary>
    public override string ToString() => text ??= string.Join(" <- ", Frames.Select(static frame => frame.Place));

    /// <summary>Whether another origin is the same line through the same callers.</summary>
    public bool Equals(SourceOrigin? other) => other is not null && Frames.SequenceEqual(other.Frames);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Frames.Count, Frames.Count > 0 ? Frames[0] : null);
}
