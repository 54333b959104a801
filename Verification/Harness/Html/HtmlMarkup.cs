using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace TileProof.Verification.Html;

/// <summary>Writes an interpolated text to <see cref="HtmlText"/>, with the values of its holes escaped.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlMarkup
{
    private readonly HtmlText target;

    /// <summary>Called by the compiler.</summary>
    public HtmlMarkup(int literalLength, int formattedCount, HtmlText target)
    {
        this.target = target;
        target.Builder.EnsureCapacity(target.Builder.Length + literalLength + (formattedCount * 8));
    }

    /// <summary>Markup as it stands in the source.</summary>
    public void AppendLiteral(string markup) => target.Builder.Append(markup);

    /// <summary>Text from anywhere.</summary>
    public void AppendFormatted(string? value) => target.Builder.Append(WebUtility.HtmlEncode(value));

    /// <summary>Markup that was made the same way.</summary>
    public void AppendFormatted(HtmlText markup) => target.Builder.Append(markup.Builder);

    /// <summary>A value in the invariant culture.</summary>
    public void AppendFormatted<T>(T value, string? format = null) =>
        AppendFormatted(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());
}
