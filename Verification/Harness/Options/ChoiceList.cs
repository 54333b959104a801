namespace TileProof.Verification.Options;

/// <summary>Reads comma-separated lists of names from a fixed set.</summary>
public static class ChoiceList
{
    private const string Everything = "all";

    /// <summary>Reads names of <paramref name="valid"/>, or <c>all</c>; a name given twice counts once. Case does not matter.</summary>
    /// <param name="what">What is named, in the singular, for the message.</param>
    /// <param name="text">The list as typed.</param>
    /// <param name="valid">The names in their order.</param>
    /// <param name="others">What else the caller takes, for the message: behind a comma.</param>
    /// <exception cref="UserInputException">A name is unknown; the message lists the valid ones.</exception>
    public static IReadOnlyList<string> Parse(string what, string text, IReadOnlyList<string> valid, string others = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(valid);
        var chosen = new List<string>();
        foreach (string item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (string.Equals(item, Everything, StringComparison.OrdinalIgnoreCase))
            {
                chosen.AddRange(valid);
                continue;
            }

            chosen.Add(valid.FirstOrDefault(name => string.Equals(name, item, StringComparison.OrdinalIgnoreCase))
                ?? throw new UserInputException($"unknown {what} '{item}'; valid: {string.Join(", ", valid)}, {Everything}{others}"));
        }

        return [.. chosen.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Reads members of an enumeration by their names in lower case with hyphens: <c>AtIssue</c> is <c>at-issue</c>.</summary>
    /// <exception cref="UserInputException">A name is unknown; the message lists the valid ones.</exception>
    public static IReadOnlyList<TEnum> Parse<TEnum>(string what, string text)
        where TEnum : struct, Enum
    {
        TEnum[] members = Enum.GetValues<TEnum>();
        IReadOnlyList<string> names = [.. members.Select(NameOf)];
        return [.. Parse(what, text, names).Select(name => members.First(member => NameOf(member) == name))];
    }

    /// <summary>Reads one member of an enumeration by its name in lower case with hyphens.</summary>
    /// <exception cref="UserInputException">The name is unknown; the message lists the valid ones.</exception>
    public static TEnum ParseOne<TEnum>(string what, string text)
        where TEnum : struct, Enum
    {
        foreach (TEnum member in Enum.GetValues<TEnum>())
        {
            if (string.Equals(NameOf(member), text, StringComparison.OrdinalIgnoreCase))
            {
                return member;
            }
        }

        throw new UserInputException($"unknown {what} '{text}'; valid: {string.Join(", ", Enum.GetValues<TEnum>().Select(NameOf))}");
    }

    /// <summary>The name of a member as users type it and reports print it.</summary>
    public static string NameOf<TEnum>(TEnum member)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());
}
