using TileProof.Tests.Snapshots;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

public sealed class HelpTests
{
    [Fact]
    public void Help_OfRoot_ListsCommands() => Snapshot.Verify(HelpOf("--help"));

    [Fact]
    public void Help_OfVerify_ListsOptionsAndExamples() => Snapshot.Verify(HelpOf("verify", "--help"));

    [Theory]
    [InlineData("verify", "-h")]
    [InlineData("verify", "--banks", "0", "--help")]
    [InlineData("verify", "--nonsense", "--help")]
    public void Help_AnyForm_IsTheSame(params string[] args) => Assert.Equal(HelpOf("verify", "--help"), HelpOf(args));

    [Fact]
    public void Version_IsThatOfTheReports()
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke("--version"));
        Assert.Equal(VersionInfo.ToolVersion + "\n", line.Output.ToString());
    }

    [Theory]
    [InlineData("extra", "--version", "extra")]
    [InlineData("verify", "--version", "verify")]
    [InlineData("--nosuch", "--version", "--version", "--nosuch")]
    public void Version_WithAnythingBeside_IsRefused(string beside, params string[] args)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.BadInput, line.Invoke(args));
        Assert.Equal(("", $"tileproof: '{beside}' has no meaning beside --version; leave it out\n"), (line.Output.ToString(), line.Error.ToString()));
    }

    [Fact]
    public void Examples_OfVerify_AreAllAccepted()
    {
        string[] examples = [.. HelpOf("verify", "--help")
            .Split("Examples:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().Split("  ")[0])];
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            using var line = new CommandLine();
            Assert.Equal(ExitCode.Proven, line.Invoke(example.Split(' ')[1..]));
            Assert.NotNull(line.Options);
        }
    }

    private static string HelpOf(params string[] args)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke(args));
        Assert.Empty(line.Error.ToString());
        Assert.Null(line.Options);
        return line.Output.ToString();
    }
}
