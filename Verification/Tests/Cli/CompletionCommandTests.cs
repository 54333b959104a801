using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -F _tileproof tileproof")]
    [InlineData("zsh", "compdef _tileproof tileproof")]
    [InlineData("fish", "complete -f -c tileproof")]
    public void Completion_KnownShell_PrintsItsScript(string shell, string expected)
    {
        (int exitCode, string output, _) = Invoke("completion", shell);

        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Completion_UnknownShell_IsOneLine()
    {
        (int exitCode, string output, string error) = Invoke("completion", "tcsh");

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Empty(output);
        Assert.Equal("tileproof: unknown shell 'tcsh'; valid: bash, zsh, fish\n", error);
    }

    [Theory]
    [InlineData("tileproof ver", "verify")]
    [InlineData("tileproof ", "export-header")]
    [InlineData("tileproof verify --ba", "--banks\n--batch")]
    public void Suggest_PartOfALine_TheWordsThatFit(string line, string expected)
    {
        (int exitCode, string output, _) = Invoke("suggest", line.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), line);

        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal(output.Split('\n').Distinct(), output.Split('\n'));
    }

    private static (int ExitCode, string Output, string Error) Invoke(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error) };
        int exitCode = CommandLineApplication.Invoke(args, context);
        return (exitCode, output.ToString(), error.ToString());
    }
}
