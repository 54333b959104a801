using System.CommandLine;
using TileProof.Cli;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Tests.Import;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>Every command refuses what it cannot use: exit code 2, one line, no result and no file.</summary>
public sealed class BadArgumentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public static TheoryData<string> Commands => [.. Tree(ContextOf(TextWriter.Null, TextWriter.Null, "out")).Select(static command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Invoke_EmptyValueOfAnyOption_IsOneLineThatNamesIt(string name)
    {
        Command command = Tree(ContextOf(output, error, folder.FullPath)).Single(command => command.Name == name);
        foreach (string blank in new[] { "", " \t" })
        {
            foreach (Option option in command.Options.Where(static option => option is Option<string>))
            {
                AssertRefused($"'{option.Name}' has an empty value", [name, .. RequiredBut(command, option), option.Name, blank]);
            }

            foreach (Argument argument in command.Arguments)
            {
                AssertRefused($"'{argument.Name}' has an empty value", [name, .. command.Options.Where(static option => option.Required).SelectMany(static option => new[] { option.Name, "x" }), .. command.Arguments.Select(other => other == argument ? blank : "x")]);
            }
        }
    }

    /// <summary>Words in braces are files of <see cref="WriteFiles"/>, below the folder of the test.</summary>
    [Theory]
    [InlineData("verify --networks {missing.onnx}")]
    [InlineData("verify --networks {missing.pte}")]
    [InlineData("verify --networks {folder.onnx}")]
    [InlineData("verify --networks {broken.onnx}")]
    [InlineData("verify --networks {empty.onnx}")]
    [InlineData("verify --networks {pads.onnx}")]
    [InlineData("verify --networks {large.onnx}")]
    [InlineData("verify --networks {training.onnx} --allow-fallback")]
    [InlineData("verify --networks {sample.onnx} --layers nosuch")]
    [InlineData("verify --networks {sample.onnx} --out {broken.onnx}")]
    [InlineData("verify --networks {sample.onnx} --out {broken.onnx}/below")]
    [InlineData("verify --networks {sample.onnx},")]
    [InlineData("verify --project {missing.json}")]
    [InlineData("verify --project {folder.onnx}")]
    [InlineData("verify --project {badutf8.json}")]
    [InlineData("verify --project {text.json}")]
    [InlineData("verify --project {list.json}")]
    [InlineData("verify --project {empty.onnx}")]
    [InlineData("verify --plans {missing.json}")]
    [InlineData("verify --plans {folder.onnx}")]
    [InlineData("verify --plans {badutf8.json}")]
    [InlineData("verify --plans {list.json}")]
    [InlineData("verify --vectors {missing}")]
    [InlineData("verify --vectors {folder.onnx}")]
    [InlineData("verify --vectors {broken.onnx}")]
    [InlineData("verify --banks 5")]
    [InlineData("verify --banks 8kx")]
    [InlineData("verify --banks 99999999999999999999")]
    [InlineData("verify --proof maybe")]
    [InlineData("verify --proof on --vectors {folder.onnx}")]
    [InlineData("verify --batch 0")]
    [InlineData("verify --batch 65")]
    [InlineData("verify --input 0")]
    [InlineData("verify --input 64x")]
    [InlineData("verify --input 1025")]
    [InlineData("verify --images -1")]
    [InlineData("verify --threads 0")]
    [InlineData("verify --threads 2.5")]
    [InlineData("verify --seed 99999999999999999999")]
    [InlineData("verify --adversarial -1")]
    [InlineData("verify --gpu nosuch")]
    [InlineData("verify --derivation nosuch")]
    [InlineData("verify --calibration nosuch")]
    [InlineData("verify --programs nosuch")]
    [InlineData("verify --modes nosuch")]
    [InlineData("verify --case {missing.json}")]
    [InlineData("verify --case {folder.onnx}")]
    [InlineData("verify --case {badutf8.json}")]
    [InlineData("verify --case {list.json}")]
    [InlineData("verify --case {missing.json} --banks 16k")]
    [InlineData("verify --case {missing.json} --list")]
    [InlineData("fuzz --cases 0")]
    [InlineData("fuzz --cases many")]
    [InlineData("fuzz --minutes 0")]
    [InlineData("fuzz --seed -1")]
    [InlineData("fuzz --from -1")]
    [InlineData("fuzz --threads 0")]
    [InlineData("fuzz --cases 1 --out {broken.onnx}")]
    [InlineData("verify --networks {sample.onnx} --input-data {missing}")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx}")]
    [InlineData("verify --networks {sample.onnx} --calibrate {missing}")]
    [InlineData("verify --input-data {broken.onnx} --vectors {folder.onnx}")]
    [InlineData("verify --mean 0.5")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx} --mean x")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx} --resize nosuch")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx} --layout nosuch")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx} --data-type nosuch")]
    [InlineData("verify --networks {sample.onnx} --input-data {broken.onnx} --data-shape 3x0x5")]
    [InlineData("accuracy --networks {sample.onnx}")]
    [InlineData("accuracy --networks {sample.onnx} --input-data {missing} --labels {missing}")]
    [InlineData("accuracy --networks {sample.onnx} --input-data {broken.onnx} --images 0")]
    [InlineData("accuracy --networks {sample.onnx} --input-data {broken.onnx} --max-loss x")]
    [InlineData("accuracy --networks {missing.onnx} --input-data {broken.onnx}")]
    [InlineData("export-vectors --networks {sample.onnx} --input-data {missing} --out {new}")]
    [InlineData("trace --networks {sample.onnx} --layers 1 --input-data {broken.onnx}")]
    [InlineData("inject --banks 5")]
    [InlineData("inject --banks cache")]
    [InlineData("inject --out {broken.onnx}")]
    [InlineData("inject --networks nosuch")]
    [InlineData("inject --networks {broken.onnx}")]
    [InlineData("inject --networks {sample.onnx} --layers nosuch")]
    [InlineData("inject --threads 0")]
    [InlineData("inject --machine nosuch")]
    [InlineData("inject --machine {list.json}")]
    [InlineData("inject --layers ,")]
    [InlineData("plan --networks {sample.onnx} --layers nosuch")]
    [InlineData("plan --networks {sample.onnx} --layers ,")]
    [InlineData("networks nosuch")]
    [InlineData("networks {missing.onnx}")]
    [InlineData("networks {large.onnx}")]
    [InlineData("networks {pads.onnx}")]
    [InlineData("networks {sample.onnx} {sample.onnx}")]
    [InlineData("plan")]
    [InlineData("plan --networks nosuch")]
    [InlineData("plan --networks {broken.onnx}")]
    [InlineData("plan --networks {sample.onnx} --banks 5")]
    [InlineData("tune --networks {broken.onnx}")]
    [InlineData("tune --mode nosuch")]
    [InlineData("tune --compatible --free")]
    [InlineData("tune --networks {sample.onnx} --out {broken.onnx}")]
    [InlineData("export-header --networks {sample.onnx} --banks 8k,16k -o {new.h}")]
    [InlineData("export-header --networks {sample.onnx} -o {missing}/new.h")]
    [InlineData("export-header --networks {sample.onnx} -o {folder.onnx}")]
    [InlineData("export-vectors --networks {sample.onnx} --format nosuch --out {new}")]
    [InlineData("export-vectors --networks {sample.onnx} --layers nosuch --out {new}")]
    [InlineData("export-vectors --networks {sample.onnx} --derivation nosuch --out {new}")]
    [InlineData("export-vectors --networks {sample.onnx} --out {broken.onnx}")]
    [InlineData("export-model --networks {sample.onnx}")]
    [InlineData("export-model --networks {sample.onnx} --form nosuch -o {new.onnx}")]
    [InlineData("export-model --networks {sample.onnx} --form float -o {new.onnx}")]
    [InlineData("export-model --networks {sample.onnx} -o {missing}/new.onnx")]
    [InlineData("export-model --networks {sample.onnx},{pads.onnx} -o {new.onnx}")]
    [InlineData("diagnose")]
    [InlineData("diagnose --networks {sample.onnx} --vectors {folder.onnx}")]
    [InlineData("diagnose --networks {sample.onnx} --actual {broken.onnx}")]
    [InlineData("diagnose --networks {sample.onnx} --layers conv1")]
    [InlineData("diagnose --networks {sample.onnx} --layers nosuch --actual {broken.onnx}")]
    [InlineData("diagnose --networks {sample.onnx} --layers conv1 --actual {missing.bin}")]
    [InlineData("diagnose --networks {sample.onnx} --layers conv1 --actual {broken.onnx}")]
    [InlineData("diagnose --networks {sample.onnx} --layers conv1 --actual {broken.onnx} --nearest 101")]
    [InlineData("diagnose --networks {sample.onnx},resnet18 --layers conv1 --actual {broken.onnx}")]
    [InlineData("diagnose --networks {sample.onnx} --layers conv1 --actual {broken.onnx} --banks 16k,8k")]
    [InlineData("diagnose --vectors {folder.onnx}")]
    [InlineData("diagnose --vectors {missing.onnx} --derivation l1-norm")]
    [InlineData("compare-log {missing.log} --networks {sample.onnx}")]
    [InlineData("compare-log {folder.onnx} --networks {sample.onnx}")]
    [InlineData("compare-log {broken.onnx}")]
    [InlineData("compare-log {broken.onnx} --networks {broken.onnx}")]
    [InlineData("compare-log {broken.onnx} --networks {sample.onnx} --mode nosuch")]
    [InlineData("compare-log {broken.onnx} --against {missing.log}")]
    [InlineData("devices extra")]
    [InlineData("calibrate --published {missing} --dry-run")]
    [InlineData("calibrate --published {folder.onnx} --dry-run")]
    [InlineData("trace --networks {sample.onnx} --banks cache")]
    [InlineData("trace --networks {sample.onnx} --layers nosuch")]
    [InlineData("trace --networks {sample.onnx} --layers 99999999999999999999")]
    [InlineData("trace --networks {sample.onnx} --layers -1")]
    [InlineData("trace --networks {sample.onnx} --layers 1 --banks cache")]
    [InlineData("trace --networks {sample.onnx},{pads.onnx} --layers 1")]
    [InlineData("trace --networks {sample.onnx} --layers 1 -o {missing}/new.json")]
    [InlineData("whatif --mode nosuch")]
    [InlineData("whatif --networks {broken.onnx}")]
    [InlineData("bench --banks nosuch")]
    [InlineData("completion nosuch")]
    [InlineData("nosuch")]
    [InlineData("")]
    public void Invoke_BadArgument_IsOneLine(string line)
    {
        WriteFiles();
        IReadOnlyList<string> before = folder.Files;
        AssertRefused("", ArgumentsOf(line));
        Assert.Equal(before, folder.Files);
    }

    /// <summary>The line starts with the option that has no effect or no meaning. Files of other programs are not read, nor written.</summary>
    [Theory]
    [InlineData("--proof 'maybe' is neither on nor off", "verify --proof maybe")]
    [InlineData("cannot write '", "verify --networks {missing.onnx} --junit {folder.onnx}")]
    [InlineData("cannot write '", "verify --networks {missing.onnx} --junit {broken.onnx}/below.xml")]
    [InlineData("cannot write '", "export-model --networks {missing.onnx} -o {folder.onnx}")]
    [InlineData("cannot write '", "export-header --networks {missing.onnx} -o {folder.onnx}")]
    [InlineData("cannot write '", "trace --networks {missing.onnx} --layers conv1 -o {folder.onnx}")]
    [InlineData("cannot write '", "calibrate --published {folder.onnx} --out {folder.onnx}")]
    [InlineData("nothing runs in mode dma without local memory; give banks, or mode cache", "verify --networks {sample.onnx} --banks cache --modes dma")]
    [InlineData("--banks has no effect with --list, which runs nothing; leave it out", "inject --list --banks 2k")]
    [InlineData("--out has no effect with --list, which runs nothing; leave it out", "inject --list --out {new}")]
    [InlineData("--input has no effect on the layers of the self-test; leave it out, or name --networks", "inject --input 33 --out {new}")]
    [InlineData("nothing that is named is a convolution with a tiled kernel (0); defects are put into those", "inject --layers 0 --out {new}")]
    [InlineData("--batch has no effect on sample, whose batch is 1; leave it out", "inject --networks {sample.onnx} --batch 3 --out {new}")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "plan --networks {sample.onnx} --input 33x17 --layers 0-9")]
    [InlineData("no layer of resnet18 has a tile plan: 0, fc has neither a convolution nor a max pooling", "plan --networks resnet18 --layers 0,fc")]
    [InlineData("unknown command 'nosuch'; valid: init, show; see 'tileproof machine --help'", "machine nosuch")]
    [InlineData("no command stands before '--nosuch'; valid: init, show; see 'tileproof machine --help'", "machine --nosuch")]
    [InlineData("no command stands before '--banks'; valid: verify, accuracy, ", "--banks 5")]
    [InlineData("unknown command 'nosuch'; valid: verify, accuracy, ", "nosuch --banks 5")]
    [InlineData("Unrecognized command or argument '--nosuch'; see 'tileproof machine init --help'", "machine init --nosuch")]
    [InlineData("the vector folder '", "verify --list --vectors {missing}")]
    [InlineData("no case of sample matches --banks, --modes and --layers", "verify --list --networks {sample.onnx} --layers conv1 --banks 8k --modes cache")]
    [InlineData("--landing has no effect in mode cache", "verify --list --networks {sample.onnx} --modes cache --landing random")]
    [InlineData("--proof has no effect with C programs of your own; leave it out", "verify --programs {missing.json} --proof on")]
    [InlineData("--images has no effect with C programs of your own; leave it out", "verify --programs {missing.json} --images 4")]
    [InlineData("--modes has no effect with C programs of your own; leave it out", "verify --programs {missing.json} --modes dma")]
    [InlineData("--adversarial has no effect with a recorded program, which is judged as it is; leave it out", "verify --programs {missing.jsonl} --adversarial 3")]
    [InlineData("--proof has no effect with a recorded program, which is judged as it is; leave it out", "verify --programs {missing.jsonl} --proof on")]
    [InlineData("--networks has no effect with a recorded program, which is judged as it is; leave it out", "verify --programs {missing.jsonl} --networks resnet50")]
    [InlineData("--landing has no effect with a recorded program, which is judged as it is; leave it out", "verify --programs {missing.jsonl} --landing random")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "tune --networks {sample.onnx} --banks 8k --no-bank-sizes --input 33x17")]
    [InlineData("--per-channel has no effect on sample, which is quantized already; leave it out", "tune --networks {sample.onnx} --banks 8k --no-bank-sizes --per-channel")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "plan --networks {sample.onnx} --input 33x17")]
    [InlineData("--batch has no effect on sample, whose batch is 1; leave it out", "plan --networks {sample.onnx} --batch 3")]
    [InlineData("--allow-fallback has no effect on resnet18, which is built in and needs none; leave it out", "plan --networks resnet18 --allow-fallback")]
    [InlineData("Unrecognized command or argument '--seed'", "plan --networks resnet18 --seed 3")]
    [InlineData("Unrecognized command or argument '--seed'", "export-header --networks resnet18 --seed 3 -o {new.h}")]
    [InlineData("--batch has no effect on sample, whose batch is 1; leave it out", "export-header --networks resnet18,{sample.onnx} --batch 3 -o {new.h}")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "export-vectors --networks {sample.onnx} --input 33x17 --out {new}")]
    [InlineData("--allow-fallback has no effect on resnet18, which is built in and needs none; leave it out", "export-vectors --networks resnet18 --input 33x17 --allow-fallback --out {new}")]
    [InlineData("--batch has no effect on sample, whose batch is 1; leave it out", "export-model --networks {sample.onnx} --batch 3 -o {new.onnx}")]
    [InlineData("--seed has no effect on sample, whose file has every number that is written; leave it out", "export-model --networks {sample.onnx} --seed 3 -o {new.onnx}")]
    [InlineData("--seed has no effect on ", "export-model --networks {float.onnx} --form float --seed 3 -o {new.onnx}")]
    public void Invoke_OptionWithoutEffect_IsOneLineThatNamesIt(string start, string line)
    {
        WriteFiles();
        File.WriteAllBytes(folder["float.onnx"], OnnxModelTests.Classifier());
        IReadOnlyList<string> before = folder.Files;
        AssertRefused(start, ArgumentsOf(line));
        Assert.Equal(before, folder.Files);
    }

    /// <summary>What cannot be read or compared is told before a network is loaded, which here is not even there.</summary>
    [Theory]
    [InlineData("missing.bin: cannot be read: the file does not exist", "diagnose --networks {missing.onnx} --layers 6 --actual {missing.bin}")]
    [InlineData("broken.onnx: has no PERF_LOG line, no LAYER_DUMP line and no output tensor", "compare-log {broken.onnx} --networks {missing.onnx}")]
    [InlineData("folder.onnx' has no iss_cycles_resnet18.csv; name the folder of published cycles with --published", "calibrate --published {folder.onnx} --dry-run")]
    public void Invoke_UnusableFile_IsToldBeforeAnyWork(string end, string line)
    {
        WriteFiles();
        CommandContext context = ContextOf(output, error, folder["reports"]);
        Assert.Equal(ExitCode.BadInput, CommandLineApplication.Invoke(ArgumentsOf(line), context));
        Assert.EndsWith(end, error.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private string[] ArgumentsOf(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace("{", folder.FullPath + "/", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal))];

    private void AssertRefused(string start, string[] args)
    {
        CommandContext context = ContextOf(output, error, folder["reports"]);
        int exitCode = CommandLineApplication.Invoke(args, context);
        string said = error.ToString();
        Assert.True(exitCode == ExitCode.BadInput, $"{string.Join(' ', args)}: exit code {exitCode}, {said}");
        Assert.Matches("^tileproof: [^\n]{10,}\n$", said);
        Assert.StartsWith($"tileproof: {start}", said, StringComparison.Ordinal);
        Assert.Empty(output.ToString());
        error.GetStringBuilder().Clear();
    }

    private void WriteFiles()
    {
        Directory.CreateDirectory(folder["folder.onnx"]);
        File.WriteAllText(folder["broken.onnx"], "version https://example.invalid/spec/v1\n");
        File.WriteAllText(folder["empty.onnx"], "");
        File.WriteAllBytes(folder["badutf8.json"], [.. "{\"models\":[\""u8, 0xFF, 0xFE, .. "\"]}"u8]);
        File.WriteAllText(folder["text.json"], "{\"banks\": \"");
        File.WriteAllText(folder["list.json"], "[1]");
        File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));
        File.WriteAllBytes(folder["pads.onnx"], Convolution(1L << 62, 7));
        File.WriteAllBytes(folder["large.onnx"], Convolution(1, 20000));
        File.WriteAllBytes(folder["training.onnx"], OnnxBytes.Change(
            OnnxModelTests.Classifier(),
            static model => model.Graph.Node.First(static node => node.OpType == "BatchNormalization").Attribute.Add(new AttributeProto { Name = "training_mode", Type = AttributeProto.Types.AttributeType.Int, I = 1 })));
    }

    private static byte[] Convolution(long padding, int extent)
    {
        var graph = new OnnxGraphBuilder("convolution");
        graph.AddInput("x", OnnxElementType.Float32, 1, 3, extent, extent);
        string weights = graph.AddInitializer<float>("w", [.. Enumerable.Range(0, 2 * 3 * 3 * 3).Select(static index => (index % 5) - 1.5f)], 2, 3, 3, 3);
        graph.AddNamedNode("y", "Conv", ["x", weights], OnnxAttributeValue.Ints("pads", padding, padding, padding, padding));
        graph.AddOutput("y", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    private static IEnumerable<string> RequiredBut(Command command, Option option) =>
        [.. command.Arguments.Select(static _ => "x"), .. command.Options.Where(other => other.Required && other != option).SelectMany(static other => new[] { other.Name, "x" })];

    private static IEnumerable<Command> Tree(CommandContext context) => CommandLineApplication.CreateRoot(context).Subcommands.Where(static command => !command.Hidden);

    private static CommandContext ContextOf(TextWriter output, TextWriter error, string reports) => new()
    {
        Output = output, Error = error, Progress = new RecordedProgress(), DefaultOutputFolder = reports,
    };
}
