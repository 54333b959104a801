using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.Cli;
using TileProof.HwModel.Machine;
using TileProof.Tests.Support;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;
using TileProof.Verification;

namespace TileProof.Tests.Machines;

/// <summary>Machine files: one clear line for each mistake, and what a machine means for bank settings.</summary>
public sealed class MachineFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("[]", "is no object, expected { ... }")]
    [InlineData("{", "line 1, byte 2: is not JSON")]
    [InlineData("""{ "bank": [4096] }""", "bank: is no field; valid: name, vectorBytes,")]
    [InlineData("""{ "dma": { "depth": 2 } }""", "dma.depth: is no field; valid:")]
    [InlineData("""{ "dma": 2 }""", "dma: is no object, expected { ... }")]
    [InlineData("""{ "name": "a", "name": "b" }""", "name: is there twice")]
    [InlineData("""{ "name": "" }""", "name: is \"\", expected a text")]
    [InlineData("""{ "vectorBytes": 96 }""", "vectorBytes: is 96, expected 64 or 128")]
    [InlineData("""{ "banks": [] }""", "banks: is [], expected a list of 1 to 8 sizes in bytes")]
    [InlineData("""{ "banks": [1024, 1025] }""", "banks: is [1024, 1025], expected sizes that are multiples of 64")]
    [InlineData("""{ "banks": [512] }""", "banks: is 512, expected a whole number of 1024 to 16777216")]
    [InlineData("""{ "dma": { "ringDepth": 0 } }""", "dma.ringDepth: is 0, expected a whole number of 1 to 64")]
    [InlineData("""{ "dma": { "ringFull": "stop" } }""", "dma.ringFull: ")]
    [InlineData("""{ "dma": { "alignmentBytes": 12 } }""", "dma.alignmentBytes: is 12, expected a power of two of 1 to 1024")]
    [InlineData("""{ "dma": { "latencyCycles": -1 } }""", "dma.latencyCycles: is -1, expected null or a number of 0 to 1000000")]
    [InlineData("""{ "cache": { "lineBytes": 256 } }""", "cache.lineBytes: is 256, expected a whole number of 16 to 128")]
    [InlineData("""{ "cache": { "bytes": 65537 } }""", "cache.bytes: is 65537, expected a multiple of 2 ways x 128 bytes")]
    [InlineData("""{ "vectorBytes": 128 }""", "allocationAlignmentBytes: is 64, expected a vector, 128 bytes, or more")]
    public void Read_Mistake_SaysWhereAndWhat(string text, string expected)
    {
        File.WriteAllText(folder["machine.json"], text);
        string message = Assert.Throws<FixtureException>(() => MachineFile.Read(folder["machine.json"])).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("machine.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NeitherNameNorFile_NamesTheMachines()
    {
        Assert.Contains("valid: vision-130, wide-one-bank, or a .json file", Assert.Throws<UserInputException>(static () => MachineFile.Find("visoin")).Message, StringComparison.Ordinal);
        Assert.Contains("the file does not exist", Assert.Throws<FixtureException>(() => MachineFile.Find(folder["missing.json"])).Message, StringComparison.Ordinal);
        Assert.Same(DescribedMachine.WideOneBank, MachineFile.Find("WIDE-one-bank"));
    }

    [Fact]
    public void Parse_OnThreeBanks_OneSizeIsThatOfEach()
    {
        DescribedMachine machine = DescribedMachine.Published with { Name = "three", Configuration = DspConfiguration.FromBankBytes(BankBytes.Of(8192, 4096, 2048)) };
        Assert.Equal(["8192x4096x2048", "cache"], BankSetting.DefaultsOf(machine).Select(static bank => bank.Label));
        Assert.Equal(BankBytes.Of(4096, 4096, 4096), BankSetting.Parse("4k", machine).Banks);
        Assert.Equal(BankBytes.Of(4096, 1024, 2048), BankSetting.Parse("4kx1024x2k", machine).Banks);
        Assert.Contains("names 2 banks, and machine 'three' has 3", Assert.Throws<UserInputException>(() => BankSetting.Parse("4kx4k", machine)).Message, StringComparison.Ordinal);
        DescribedMachine bare = machine with { Configuration = machine.Configuration with { HasDataCache = false } };
        Assert.Contains("has no data cache", Assert.Throws<UserInputException>(() => BankSetting.Parse("cache", bare)).Message, StringComparison.Ordinal);
        Assert.Equal(["8192x4096x2048"], BankSetting.DefaultsOf(bare).Select(static bank => bank.Label));
    }

    [Fact]
    public void Init_ThenShow_IsTheMachineOfTheFile()
    {
        Assert.Equal(ExitCode.Proven, Invoke(out _, "machine", "init", "-o", folder["mine.json"]));
        Assert.Equal(ExitCode.Proven, Invoke(out string shown, "machine", "show", folder["mine.json"]));
        Assert.Equal(File.ReadAllText(folder["mine.json"]), shown);
        Assert.Equal(ExitCode.BadInput, Invoke(out _, "machine", "init", "-o", folder["mine.json"]));
    }

    public void Dispose() => folder.Dispose();

    private static int Invoke(out string output, params string[] args)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter();
        var context = new CommandContext { Output = writer, Error = error, Progress = new PlainProgress(error), Cancellation = CancellationToken.None, DefaultOutputFolder = "reports" };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([MachineCommand.Create(context)]), args, context);
        output = writer.ToString();
        return exitCode;
    }
}
