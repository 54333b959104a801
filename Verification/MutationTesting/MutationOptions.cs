using System.Globalization;

namespace TileProof.MutationTesting;

/// <summary>What the command line asks for.</summary>
/// <param name="Areas">The names of the areas; <c>all</c> stands for every one.</param>
/// <param name="ListsOnly">Whether the areas are only listed.</param>
/// <param name="Resumes">Whether mutants that an earlier run killed in unchanged files are not tried again.</param>
/// <param name="Sample">How many mutants of an area are tried; 0 for all.</param>
/// <param name="Seed">Picks the sample.</param>
/// <param name="Workers">How many processes run tests at a time.</param>
public sealed record MutationOptions(IReadOnlyList<string> Areas, bool ListsOnly, bool Resumes, int Sample, int Seed, int Workers)
{
    /// <summary>One line on the use of the command.</summary>
    public const string Usage = "usage: ./run-verify.sh --mutate AREA...|all [--list] [--resume] [--sample N [--seed N]] [--workers N]";

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="MutationTestingException">They ask for nothing, or for what there is not.</exception>
    public static MutationOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new MutationOptions([], false, false, 0, 1, 2);
        for (int i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--list" => options with { ListsOnly = true },
                "--resume" => options with { Resumes = true },
                "--sample" => options with { Sample = Number(arguments, ++i, 1) },
                "--seed" => options with { Seed = Number(arguments, ++i, 0) },
                "--workers" => options with { Workers = Number(arguments, ++i, 1) },
                ['-', ..] => throw new MutationTestingException($"unknown option '{arguments[i]}'; {Usage}"),
                string area => options with { Areas = [.. options.Areas, area] },
            };
        }

        return options.ListsOnly || options.Areas.Count > 0 ? options : throw new MutationTestingException(Usage);
    }

    private static int Number(IReadOnlyList<string> arguments, int index, int least) =>
        index < arguments.Count && int.TryParse(arguments[index], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new MutationTestingException(string.Create(CultureInfo.InvariantCulture, $"'{arguments[index - 1]}' takes a whole number from {least}; {Usage}"));
}
