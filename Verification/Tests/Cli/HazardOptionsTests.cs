using System.CommandLine;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Programs;
using TileProof.Verification;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;

namespace TileProof.Tests.Cli;

public sealed class HazardOptionsTests
{
    [Fact]
    public void Verify_NoHazardOptions_CorrectedProgramsWithoutSchedules()
    {
        using var line = new CommandLine();
        line.Invoke("verify");
        Assert.Equal(ProgramLibrary.Corrected, line.Options!.Programs);
        Assert.Equal(0, line.Options.AdversarialSchedules);
    }

    [Fact]
    public void Verify_HazardOptions_ReachTheRun()
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke("verify", "--programs", "published-old", "--adversarial", "20"));
        Assert.Equal(ProgramLibrary.PublishedOld, line.Options!.Programs);
        Assert.Equal(20, line.Options.AdversarialSchedules);
    }

    [Theory]
    [InlineData("--programs", "best")]
    [InlineData("--adversarial", "-1")]
    [InlineData("--adversarial", "10001")]
    public void Verify_BadHazardOption_IsRefusedInOneLine(string option, string value)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.BadInput, line.Invoke("verify", option, value));
        Assert.Contains($"'{value}'", line.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Inject_Options_ReachTheRun()
    {
        InjectOptions? seen = null;
        Assert.Equal(ExitCode.NotProven, Invoke(options => seen = options, "inject", "--banks", "61k", "--out", "my reports"));
        Assert.Equal(BankSetting.OfEqualBanks(62976), seen!.Bank);
        Assert.Equal("my reports", seen.OutputFolder);
        Assert.False(seen.ListOnly);
        Assert.Equal(ExitCode.NotProven, Invoke(options => seen = options, "inject", "--list"));
        Assert.True(seen.ListOnly);
    }

    [Fact]
    public void InjectRun_ListOnly_NamesEveryDefect()
    {
        using var output = new StringWriter();
        Assert.Equal(
            ExitCode.Proven,
            InjectRun.Execute(new InjectOptions { ListOnly = true }, new PlainProgress(TextWriter.Null), output, CancellationToken.None));
        Assert.All(FaultCatalog.All, fault => Assert.Contains(fault.Name, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void InjectRun_WithoutLocalMemory_IsRefused() => Assert.Throws<UserInputException>(() => InjectRun.Execute(
        new InjectOptions { Bank = BankSetting.WithoutBanks }, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None));

    private static int Invoke(Action<InjectOptions> run, params string[] args)
    {
        using var errors = new StringWriter();
        var context = new CommandContext { Output = TextWriter.Null, Error = errors, Progress = new PlainProgress(errors) };
        Command root = CommandLineApplication.CreateRoot([InjectCommand.Create(context, (options, _, _, _) =>
        {
            run(options);
            return ExitCode.NotProven;
        })]);
        return CommandLineApplication.Invoke(root, args, context);
    }
}
