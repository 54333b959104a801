using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Proofs as a part of a run: shared, kept, left out, and negative where programs are wrong.</summary>
public sealed class ProofRunTests : IDisposable
{
    private const string Movement = "proofs for every input";
    private const string Arithmetic = "arithmetic over all values";

    private readonly TemporaryFolder folder = new();

    /// <summary>The second run proves nothing again; with programs of another version it does, and what is wrong is told and not kept.</summary>
    [Fact]
    public void Execute_Again_KeepsWhatWasProven()
    {
        Assert.Equal((ExitCode.Proven, true, true), Run(Options()));
        string first = File.ReadAllText(folder["out/proof.csv"]);
        Assert.Equal((ExitCode.Proven, false, false), Run(Options()));
        Assert.Equal(first, File.ReadAllText(folder["out/proof.csv"]));

        VerifyOptions published = Options() with { Programs = HwModel.Programs.ProgramLibrary.Published };
        Assert.Equal((ExitCode.NotProven, true, false), Run(published));
        Assert.Equal((ExitCode.NotProven, true, false), Run(published));
        Assert.Contains(CsvTable.Read(folder["out/proof.csv"]), static row => row["movement"] == "wrong" && row["explanation"].Length > 0 && row["programs"] == "published");
    }

    [Fact]
    public void Execute_ProofOff_SaysSoAndWritesNoTable()
    {
        Assert.Equal((ExitCode.Proven, false, false), Run(Options() with { ProvesEveryInput = false }));
        Assert.False(File.Exists(folder["out/proof.csv"]));
        string summary = File.ReadAllText(folder["out/summary.md"]);
        Assert.Contains("other inputs than the images of this run (--proof off)", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("for some input", summary, StringComparison.Ordinal);
    }

    /// <summary>A call a bank setting in every row, with an error bound, an accumulator range and the accumulators that were compared.</summary>
    [Fact]
    public void Execute_EveryCallAtEveryBankSetting_HasItsRow()
    {
        Run(Options());

        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = CsvTable.Read(folder["out/proof.csv"]);
        Assert.Equal(["conv1 16384x8192", "conv1 cache", "relu 16384x8192", "relu cache"], rows.Select(static row => $"{row["call"]} {row["bank"]}").Order(StringComparer.Ordinal));
        Assert.All(rows, static row => Assert.Equal("every input", row["movement"]));
        Assert.All(rows, static row => Assert.Matches("^2\\^-[0-9]+$", row["error_bound"]));
        Assert.All(rows, static row => Assert.Equal(row["operator"] == "conv2d" ? "cannot wrap" : "", row["accumulator"]));
        Assert.All(rows, static row => Assert.Equal(row["operator"] == "conv2d" ? "every accumulator" : "every level", row["arithmetic"]));
        Assert.All(rows, static row => Assert.Equal(row["operator"] == "conv2d" ? ("-128..127", "cannot wrap", row["accumulator_largest"]) : ("", "", ""), (row["network_inputs"], row["network_accumulator"], row["network_largest"])));
        Assert.All(rows.Where(static row => row["operator"] == "conv2d"), static row => Assert.Equal(("65536", "16777216"), (row["words"], row["compared_values"])));
    }

    /// <summary>Layers that differ in the zero point only are one program; others are not.</summary>
    [Fact]
    public void Subject_OfLayersOfOneGeometry_IsShared()
    {
        NetworkSource network = NetworkSource.Load("resnet18", Options());
        OperatorCall[] same = [.. network.Network.Convolutions.Where(static call => call.LayerKey == "64_16_16_64_3_3_16_16_1_1_1_1")];
        Assert.True(same.Length > 2);
        Assert.Single(same.Select(SubjectOf).Distinct());
        Assert.Equal(2, network.Network.Convolutions.Take(2).Select(SubjectOf).Distinct().Count());

        ProofSubject? SubjectOf(OperatorCall call) => ProofSubject.Of(
            new GoldenCall
            {
                Network = "n", Call = call, Reference = "", Inputs = [], Expected = Tensor.Create(call.Output.Shape, call.Output.ElementType), Agreements = [],
                Requantization = ((Conv2dCall)call).Requantize(ParameterDerivation.L1Norm),
            },
            BankSetting.Parse("16384x8192"),
            Options());
    }

    public void Dispose() => folder.Dispose();

    private VerifyOptions Options() => new()
    {
        Networks = ["resnet18"],
        Layers = ["conv1", "relu"],
        Banks = [BankSetting.Parse("16384x8192"), BankSetting.WithoutBanks],
        Landings = [HwModel.Dma.LandingKind.AtIssue],
        AccuracyImages = 0,
        CacheFolder = folder["cache"],
        OutputFolder = folder["out"],
    };

    private static (int ExitCode, bool Moves, bool Packs) Run(VerifyOptions options)
    {
        var progress = new RecordedProgress();
        int exitCode = ConformanceRun.Execute(options, progress, TextWriter.Null, CancellationToken.None);
        return (exitCode, progress.Begun.Contains(Movement), progress.Begun.Contains(Arithmetic));
    }
}
