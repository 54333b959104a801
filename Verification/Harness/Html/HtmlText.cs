using System.Runtime.CompilerServices;
using System.Text;

namespace TileProof.Verification.Html;

/// <summary>HTML under construction: what stands in holes of the interpolated text is escaped, and numbers do not depend on the culture.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder text = new();

    /// <summary>Adds markup; only a hole that is <see cref="HtmlText"/> itself may bring more of it.</summary>
    public HtmlText Add([InterpolatedStringHandlerArgument("")] in HtmlMarkup markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Adds text that is markup already, such as a script of this build.</summary>
    public void AddMarkup(string markup) => text.Append(markup);

    /// <summary>What was added, in order.</summary>
    public override string ToString() => text.ToString();

    /// <summary>The text that a handler adds to.</summary>
    internal StringBuilder Builder => text;
}
