using System.Text.Json;
using System.Xml.Linq;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.ContinuousIntegration;

/// <summary>What <c>verify</c> prints and writes for machines.</summary>
public sealed class VerifyOutputTests : IDisposable
{
    private static readonly string[] Run = ["verify", "--networks", "resnet18", "--input", "8", "--banks", "4k", "--landing", "at-wait", "--layers", "1,fc", "--images", "0"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_IsRunJsonAndNothingElse()
    {
        (int exitCode, string output, _) = Invoke([.. Run, "--json", "--junit", folder["results.xml"]]);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Equal(File.ReadAllText(folder["reports", "run.json"]), output);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("proven").GetBoolean());
        Assert.Equal(["4k"], json.RootElement.GetProperty("banks").EnumerateArray().Select(static bank => bank.GetString()));
        Assert.Empty(XDocument.Load(folder["results.xml"]).Descendants("failure"));
        Assert.Equal(2, XDocument.Load(folder["results.xml"]).Descendants("testsuite").Single(static suite => suite.Attribute("name")!.Value == "resnet18, banks 4k").Elements("testcase").Count());
    }

    /// <summary>The published programs have hazards: each is an error of the step, in GitHub Actions only.</summary>
    [Fact]
    public void Annotations_OfAFailingRun_AreErrorsWhereAskedFor()
    {
        (int exitCode, string output, _) = Invoke([.. Run, "--programs", "published"], annotates: true);
        Assert.Equal(ExitCode.NotProven, exitCode);
        Assert.Contains("\n::error title=TileProof::resnet18 conv1 (", output, StringComparison.Ordinal);
        Assert.DoesNotContain("::error", Invoke([.. Run, "--programs", "published"]).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json has no effect with --list, which runs nothing; leave it out", "--json", "--list")]
    [InlineData("--junit has no effect with --list, which runs nothing; leave it out", "--junit", "x", "--list")]
    [InlineData("--json tells of one thing: leave out --networks or --vectors", "--json", "--vectors", "layers", "--networks", "resnet18")]
    public void Options_WithoutEffect_AreRefused(string message, params string[] args)
    {
        (int exitCode, _, string error) = Invoke(["verify", .. args]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Equal($"tileproof: {message}\n", error);
    }

    private (int ExitCode, string Output, string Error) Invoke(string[] args, bool annotates = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var progress = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(progress), DefaultOutputFolder = folder["reports"], AnnotatesForGitHub = annotates };
        int exitCode = CommandLineApplication.Invoke(args, context);
        return (exitCode, output.ToString(), error.ToString());
    }
}
