using System.Globalization;
using System.Runtime.InteropServices;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Export.Onnx;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Export;

namespace TileProof.Tests.Sharding;

/// <summary>Commands on small networks, whole and in shards, in folders below one.</summary>
internal sealed class ShardCommand : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>A network of a float file: a convolution of 64 to 5 channels, a rectifier, a mean and a linear layer, <c>[2, 64, 9, 7]</c>.</summary>
    public string FloatNetwork => folder["float.onnx"];

    /// <summary>The same in memory.</summary>
    public FloatNetwork Float { get; private set; } = null!;

    /// <summary>The sample network as a file of integers, <c>[1, 3, 16, 16]</c>.</summary>
    public string QuantizedNetwork => folder["sample.onnx"];

    /// <summary>Images for the float network.</summary>
    public string Images => folder["images.npy"];

    /// <summary>The same images, 30 times as large.</summary>
    public string CalibrationImages => folder["calibration.npy"];

    /// <summary>Their classes.</summary>
    public string Labels => folder["labels.csv"];

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
        Float = builder.Build();
        File.WriteAllBytes(FloatNetwork, FloatOnnxModel.Build(Float, [Float.OutputName]));

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <summary>Writes images of the float network's size, with the classes that it gives them.</summary>
    /// <param name="count">Images.</param>
    /// <param name="otherImage">One of which the last element is another; -1 for none.</param>
    /// <param name="otherLabel">One that has another class; -1 for none.</param>
    public void WriteLabelledImages(int count, int otherImage = -1, int otherLabel = -1)
    {
        var random = new Random(count);
        int elements = 64 * 9 * 7;
        float[] images = [.. Enumerable.Range(0, count * elements).Select(_ => (random.NextSingle() * 2) - 1)];
        using (var golden = new FloatGolden(Float))
        {
            File.WriteAllLines(Labels, Enumerable.Range(0, count).Select(image =>
            {
                Tensor twice = Tensor.FromFloat32(TensorShape.FromNchw(2, 64, 9, 7), [.. images.AsSpan(image * elements, elements), .. images.AsSpan(image * elements, elements)]);
                int label = TopClasses.Of(golden.Run(twice)[Float.OutputName], 0, 1)[0];
                return (image == otherLabel ? (label + 1) % 6 : label).ToString(CultureInfo.InvariantCulture);
            }));
        }

        File.WriteAllBytes(CalibrationImages, NpyFile.Create("<f4", [count, 64, 9, 7], MemoryMarshal.AsBytes<float>([.. images.Select(static element => 30 * element)])));
        if (otherImage >= 0)
        {
            images[(otherImage * elements) + elements - 1] += 0.5f;
        }

        File.WriteAllBytes(Images, NpyFile.Create("<f4", [count, 64, 9, 7], MemoryMarshal.AsBytes<float>(images)));
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
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            Assert.True(File.ReadAllBytes(folder["one", name]).AsSpan().SequenceEqual(File.ReadAllBytes(folder["merged", name])), name);
        }

        string[] NamesIn(string name) => [.. folder.Files.Where(file => file.StartsWith(name + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Select(Path.GetFileName).OfType<string>()];
    }

    public void Dispose() => folder.Dispose();
}
