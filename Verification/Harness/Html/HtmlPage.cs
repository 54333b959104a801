using System.Reflection;

namespace TileProof.Verification.Html;

/// <summary>A page that needs no other file: sections with a menu, a style for screen, phone and print, light and dark, and a small script.</summary>
internal sealed class HtmlPage(string title)
{
    private readonly List<(string Id, string Heading, HtmlText Content)> sections = [];

    /// <summary>What stands above the sections, on the first screen.</summary>
    public HtmlText Opening { get; } = new();

    /// <summary>Begins a section of the menu.</summary>
    /// <param name="id">The name of its place on the page.</param>
    /// <param name="heading">What it is called.</param>
    public HtmlText AddSection(string id, string heading)
    {
        var content = new HtmlText();
        sections.Add((id, heading, content));
        return content;
    }

    /// <summary>The whole file.</summary>
    public override string ToString()
    {
        var page = new HtmlText();
        page.Add($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
        page.AddMarkup(ResourceOf("page.css"));
        page.Add($"</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header><nav aria-label=\"Sections\"><a href=\"#content\">Verdict</a>");
        foreach ((string id, string heading, _) in sections)
        {
            page.Add($" <a href=\"#{id}\">{heading}</a>");
        }

        page.Add($"</nav></header>\n<main id=\"content\" tabindex=\"-1\">\n{Opening}\n");
        foreach ((string id, string heading, HtmlText content) in sections)
        {
            page.Add($"<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{heading}</h2>\n{content}</section>\n");
        }

        page.Add($"</main>\n<script>\n");
        page.AddMarkup(ResourceOf("page.js"));
        page.Add($"</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static string ResourceOf(string file)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"TileProof.Verification.Html.{file}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
