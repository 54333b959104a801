using System.CommandLine;
using System.Text.RegularExpressions;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>Every command line in help texts, documentation and workflows is one that the program takes.</summary>
public sealed partial class ExampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Documents => new(
    [
        .. Directory.EnumerateFiles(RepositoryPaths.RepositoryRoot, "*.md").Select(Path.GetFileName).OfType<string>().Where(static name => name != "CHANGELOG.md"),
        .. Directory.EnumerateFiles(Path.Combine(RepositoryPaths.RepositoryRoot, "docs"), "*", SearchOption.AllDirectories).Where(static path => Path.GetExtension(path) is ".md" or ".yml").Select(static path => Path.GetRelativePath(RepositoryPaths.RepositoryRoot, path)),
        .. Directory.EnumerateFiles(Path.Combine(RepositoryPaths.RepositoryRoot, ".github"), "*.yml", SearchOption.AllDirectories).Select(static path => Path.GetRelativePath(RepositoryPaths.RepositoryRoot, path)),
        "reports/README.md",
    ]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Examples_OfEveryCommand_AreAccepted()
    {
        Command root = Root(TextWriter.Null);
        Command[] commands = [.. CommandsBelow(root)];
        Assert.True(commands.Length > 15);
        foreach (Command command in commands)
        {
            string[] examples = ExamplesOf(command, root);
            Assert.True(examples.Length > 0, $"{command.Name} has no example");
            Assert.All(examples, example => RequireAccepted(root, example));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Documents_CommandLines_AreAccepted(string document)
    {
        Command root = Root(TextWriter.Null);
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.RepositoryRoot, document));
        foreach (Match line in CommandLine().Matches(text))
        {
            RequireAccepted(root, line.Groups["line"].Value);
        }
    }

    /// <summary>Examples that need no file and little time are run as they stand.</summary>
    [SkippableTheory]
    [InlineData("networks", 4)]
    [InlineData("devices", 2)]
    [InlineData("plan", 2)]
    [InlineData("whatif", 5)]
    [InlineData("trace", 4)]
    [InlineData("completion", 1)]
    [InlineData("export-header", 1)]
    [InlineData("export-model", 2)]
    [InlineData("export-vectors", 1)]
    public void Examples_WithoutFiles_Run(string name, int expected)
    {
        SlowTests.SkipUnlessAsked();
        using var output = new StringWriter { NewLine = "\n" };
        Command root = Root(output);
        Command command = root.Subcommands.Single(command => command.Name == name);
        string[] examples = [.. ExamplesOf(command, root).Where(static example => !example.Contains("model.", StringComparison.Ordinal) && !example.Contains("kernels.", StringComparison.Ordinal))];
        string before = Directory.GetCurrentDirectory();
        int ran = 0;
        try
        {
            Directory.SetCurrentDirectory(folder.FullPath);
            foreach (string example in examples)
            {
                Assert.Equal(ExitCode.Proven, CommandLineApplication.Invoke(root, ArgumentsOf(example), Context(output)));
                ran++;
            }
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }

        Assert.InRange(ran, 1, expected);
    }

    private static void RequireAccepted(Command root, string line)
    {
        ParseResult parsed = root.Parse(ArgumentsOf(line));
        Assert.True(parsed.Errors.Count == 0, $"'{line}': {(parsed.Errors.Count == 0 ? "" : parsed.Errors[0].Message)}");
    }

    private static IEnumerable<Command> CommandsBelow(Command command) =>
        command.Subcommands.Where(static one => !one.Hidden).SelectMany(static one => one.Subcommands.Count > 0 ? CommandsBelow(one) : [one]);

    private static string[] ExamplesOf(Command command, Command root)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Command own = Root(output);
        string[] path = [.. PathOf(command, root)];
        Assert.Equal(ExitCode.Proven, CommandLineApplication.Invoke(own, [.. path, "--help"], Context(output)));
        string help = output.ToString();
        int at = help.IndexOf("Examples:\n", StringComparison.Ordinal);
        return at < 0 ? [] : [.. help[(at + 10)..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Trim().Split("  ")[0])];
    }

    private static IEnumerable<string> PathOf(Command command, Command root) =>
        root.Subcommands.Contains(command) ? [command.Name] : [root.Subcommands.Single(parent => parent.Subcommands.Any(child => child.Name == command.Name)).Name, command.Name];

    private static string[] ArgumentsOf(string line)
    {
        string[] words = [.. Redirection().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string[] arguments = words[1..];
        return words[0].EndsWith("run-verify.sh", StringComparison.Ordinal) && (arguments.Length == 0 || arguments[0].StartsWith('-')) ? ["verify", .. arguments] : arguments;
    }

    private static Command Root(TextWriter output) => CommandLineApplication.CreateRoot(Context(output));

    private static CommandContext Context(TextWriter output) => new() { Output = output, Error = TextWriter.Null, Progress = new PlainProgress(TextWriter.Null) };

    [GeneratedRegex(@"\s*(>>|>|\||&&|;|#).*$")]
    private static partial Regex Redirection();

    /// <summary>Lines of code blocks and of workflows, and code with options in a sentence; tests, mutation and placeholders in capitals are no commands of the program.</summary>
    [GeneratedRegex(@"(?:^\s*(?:run: |- run: |\$ )?|`(?=[^`\n]* --))(?<line>(?:\./run-verify\.sh|tileproof)(?: (?!--test|--mutate)[^\n`]*?)?)(?:   .*|`.*)?$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
