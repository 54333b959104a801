using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Timing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.OwnCalibration;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Cli;

public sealed class CalibrateCommandTests
{
    [Fact]
    public void Calibrate_PublishedFigures_WritesTheCoefficientsOfTheBuild()
    {
        using var folder = new TemporaryFolder();
        string file = folder["coefficients.json"];
        (int exitCode, string output, string error) = Invoke("calibrate", "--published", RepositoryPaths.Fixture("published"), "--out", file);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Empty(error);
        Assert.EndsWith($"wrote {file} and {folder["uncertainty.json"]}\n", output, StringComparison.Ordinal);
        Assert.Contains("leave one run out", output, StringComparison.Ordinal);
        CostCoefficients written = CostCoefficients.FromJson(File.ReadAllText(file));
        Assert.Equal(CostCoefficients.Calibrated[CoreTerm.PrologueWeight], written[CoreTerm.PrologueWeight], 4);
        Assert.Equal(CalibrationRun.ReplicateCount, CycleUncertainty.FromJson(written, File.ReadAllText(folder["uncertainty.json"])).Replicates.Count);
    }

    [Fact]
    public void Calibrate_NoFigures_IsOneLineAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string error) = Invoke("calibrate", "--published", folder.FullPath, "--out", folder["coefficients.json"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Empty(output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("iss_cycles_resnet18.csv", error, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    /// <summary>Started anywhere: the figures come with the build, and the repository says where the files of the next one are.</summary>
    [Fact]
    public void Calibrate_InAnotherFolder_WritesTheFilesOfTheRepository()
    {
        using var repository = new TemporaryFolder();
        Directory.CreateDirectory(repository["Fixtures", "timing"]);
        Directory.CreateDirectory(repository["docs"]);
        File.Copy(Path.Combine(RepositoryPaths.RepositoryRoot, "docs", "cycles.md"), repository["docs", "cycles.md"]);
        (int exitCode, string output, string error) = Invoke(CalibrationRun.Execute, repository.FullPath, "calibrate");
        Assert.Equal((ExitCode.Proven, ""), (exitCode, error));
        Assert.Contains($"wrote {repository["Fixtures", "timing", "coefficients.json"]} and ", output, StringComparison.Ordinal);
        Assert.Equal(
            CostCoefficients.Calibrated[CoreTerm.PrologueWeight], CostCoefficients.FromJson(File.ReadAllText(repository["Fixtures", "timing", "coefficients.json"]))[CoreTerm.PrologueWeight], 4);
        Assert.True(File.Exists(repository["Fixtures", "timing", "uncertainty.json"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Calibrate_WithoutRepository_IsOneLineThatSaysWhatToGive(bool hasFixtures)
    {
        using var folder = new TemporaryFolder();
        if (hasFixtures)
        {
            Directory.CreateDirectory(folder["Fixtures", "timing"]);
        }

        (int exitCode, string output, string error) = Invoke(CalibrationRun.Execute, folder.FullPath, "calibrate");
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Equal(
            $"tileproof: the files of the next build are not here (there is no '{folder["docs", "cycles.md"]}'): run this in the repository, name a file with --out, or give --dry-run\n", error);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Calibrate_NoOptions_ReadsAndWritesTheFixtures()
    {
        CalibrateOptions? seen = null;
        (int exitCode, _, _) = Invoke(
            (options, _, _) =>
            {
                seen = options;
                return ExitCode.Proven;
            },
            "",
            "calibrate",
            "--dry-run");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Equal(new CalibrateOptions { DryRun = true }, seen);
    }

    private static (int ExitCode, string Output, string Error) Invoke(params string[] args) => Invoke(CalibrationRun.Execute, "", args);

    private static (int ExitCode, string Output, string Error) Invoke(Func<CalibrateOptions, TextWriter, CancellationToken, int> execute, string repository, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error), RepositoryFolder = repository };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([CalibrateCommand.Create(context, execute, OwnCalibrationRun.Execute)]), args, context);
        return (exitCode, output.ToString(), error.ToString());
    }
}
