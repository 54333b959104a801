using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Export.Onnx;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Sharding;

/// <summary>Commands on small networks, whole and in shards, in folders below one.</summary>
internal sealed class ShardCommand : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>A network of a float file: a convolution of 64 to 5 channels, a rectifier, a mean and a linear layer, <c>[2, 64, 9, 7]</c>.</summary>
    public string FloatNetwork => folder["float.onnx"];

    /// <summary>The sample network as a file of integers, <c>[1, 3, 16, 16]</c>.</summary>
    public string QuantizedNetwork => folder["sample.onnx"];

    public ShardCommand()
    {
        File.WriteAllBytes(QuantizedNetwork, OnnxModelWriter.Write(SampleNetwork.Create()));
        WriteFloatNetwork(seed: 11);
    }

    public string this[params string[] parts] => folder[parts];

    /// <summary>Writes the float network with other weights.</summary>
    public void WriteFloatNetwork(int seed)
    {
        var random = new Random(seed);
        var shape = Conv2dShape.Create(64, 9, 7, 5, 3, 3, 2, 1);
        var builder = new FloatNetworkBuilder("small", TensorShape.FromNchw(2, 64, 9, 7));
        string convolved = builder.Relu("relu", builder.Conv2d("conv", FloatNetworkBuilder.InputName, shape, Values(shape.WeightCount), Values(5)));
        builder.Linear("fc", builder.Mean("mean", convolved), Values(30), Values(6));
        FloatNetwork network = builder.Build();
        File.WriteAllBytes(FloatNetwork, FloatOnnxModel.Build(network, [network.OutputName]));

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <summary>Runs a command line in this process.</summary>
    public static (int ExitCode, string Output, string Error) Invoke(params IEnumerable<string> args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(TextWriter.Null) };
        int exitCode = CommandLineApplication.Invoke([.. args], context);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a shard into the folder of its number.</summary>
    public (int ExitCode, string Output, string Error) RunShard(IEnumerable<string> command, int number, int count) =>
        Invoke([.. command, "--shard", $"{number}/{count}", "--out", folder[$"{number}"]]);

    /// <summary>Runs a command whole into <c>one</c>, and in shards, and merges them into <c>merged</c>: exit code, printed lines and every file are the same.</summary>
    public void AssertMergedIsOneRun(string[] command, int exitCode, int count)
    {
        (int oneExitCode, string oneOutput, string oneError) = Invoke([.. command, "--out", folder["one"]]);
        Assert.Equal((exitCode, ""), (oneExitCode, oneError));
        for (int number = 1; number <= count; number++)
        {
            (int shardExitCode, string _, string error) = RunShard(command, number, count);
            Assert.Equal((0, ""), (shardExitCode, error));
        }

        AssertMerges(exitCode, count, oneOutput);
    }

    /// <summary>Merges shards into <c>merged</c> and compares with <c>one</c>.</summary>
    public void AssertMerges(int exitCode, int count, string oneOutput)
    {
        (int mergedExitCode, string output, string error) = Invoke(["merge", .. Enumerable.Range(1, count).Reverse().Select(number => folder[$"{number}"]), "--out", folder["merged"]]);
        Assert.Equal((exitCode, ""), (mergedExitCode, error));
        Assert.Equal(LinesOf(oneOutput, "one"), LinesOf(output, "merged"));
        AssertSameFiles();

        // How long a search took is printed and in no file.
        IEnumerable<string> LinesOf(string text, string name) =>
            text.Replace(folder[name], "FOLDER", StringComparison.Ordinal).Split('\n').Where(static line => !line.StartsWith("searched ", StringComparison.Ordinal));
    }

    /// <summary>Every file of <c>one</c> is in <c>merged</c>, byte for byte, and no other is.</summary>
    public void AssertSameFiles()
    {
        string[] names = NamesIn("one");
        Assert.Equal(names, NamesIn("merged"));
        Assert.True(names.Length > 1);
        foreach (string name in names)
        {
            Assert.True(File.ReadAllBytes(folder["one", name]).AsSpan().SequenceEqual(File.ReadAllBytes(folder["merged", name])), name);
        }

        string[] NamesIn(string name) => [.. folder.Files.Where(file => file.StartsWith(name + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Select(Path.GetFileName).OfType<string>()];
    }

    public void Dispose() => folder.Dispose();
}
