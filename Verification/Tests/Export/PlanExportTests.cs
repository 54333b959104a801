using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TileProof.Cli.Progress;
using TileProof.Cli;
using TileProof.Golden.Export.Onnx;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Export;
using TileProof.Verification;

namespace TileProof.Tests.Export;

/// <summary>What <c>plan</c> and <c>export-header</c> write of layers whose extents, banks and last tiles all differ, and which layers they leave out.</summary>
public sealed partial class PlanExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public PlanExportTests()
    {
        File.WriteAllBytes(folder["mixed.onnx"], OnnxModelWriter.Write(MixedNetwork.Create()));
        File.WriteAllBytes(folder["depthwise.onnx"], OnnxModelWriter.Write(MixedNetwork.CreateDepthwise()));
    }

    // A kernel of 3 rows and 5 columns has no executor, but shows whether heights and widths are where they belong.
    [Fact]
    public void Write_UnevenConvolution_EveryFieldInItsPlace()
    {
        var plan = new TiledPlan
        {
            Shape = Conv2dShape.Create(6, 33, 47, 10, 3, 5, 2, 1, dilation: 2),
            ChannelsPerTile = 3,
            RowsPerTile = 5,
            Placement = BankPlacement.FromDigits("0110100"),
        };
        string header = LayerConfigHeader.Write(BankBytes.Of(4096, 2048), [plan], []);
        Assert.Contains("#define IDMA_BUFFER_SIZE_DRAM0 4096\n#define IDMA_BUFFER_SIZE_DRAM1 2048\n", header, StringComparison.Ordinal);
        Assert.Contains("#define NUM_CONV_LAYERS 1\n", header, StringComparison.Ordinal);
        Assert.Contains("#define NUM_MAXPOOL_LAYERS 0\n", header, StringComparison.Ordinal);
        Assert.Equal(
            """
            layer_id 0, layer_name conv_3x5_s2_ic6_oc10, kernel_name 5x3j2d1_dma, config_key 6_33_47_10_3_5_16_21_2_2_1_2,
            src_dim1_size 47, src_dim2_size 33, src_dim3_size 6, src_dim1_pitch 47, src_dim2_pitch 1551,
            dst_dim1_size 21, dst_dim2_size 16, dst_dim3_size 10, dst_dim1_pitch 21, dst_dim2_pitch 336,
            in_dim1_size 47, in_dim1_pitch 49, in_dim2_size 13, in_dim2_pitch 637, in_dim1_edge1 1, in_dim1_edge2 1, in_dim2_edge1 1, in_dim2_edge2 1,
            in_dim3_edge1 0, in_dim3_edge2 0, in_data_offset 50, in_rows_firstdma 12,
            out_dim1_size 21, out_dim1_pitch 21, out_dim2_size 5, out_dim2_pitch 105, out_dim3_size 3,
            coeff_dim1_size 5, coeff_dim2_size 3, coeff_dim3_size 6, coeff_dim4_size 10, coeff_dim1_pitch 5, coeff_dim2_pitch 15, coeff_dim3_pitch 90,
            bias_dim1_size 10, bias_dim2_size 1, outscale_dim1_size 10, outscale_dim2_size 1,
            input_buffer_size 3822, coeff_buffer_size 270, output_buffer_size 315, bias_buffer_size 40, outscale_buffer_size 20,
            input_ping_dram 0, input_pong_dram 1, coeff_dram 1, output_ping_dram 0, output_pong_dram 1, bias_dram 0, outscale_dram 0,
            n_tile_size 3, n_tiles 4, n_tile_size_last 1, height_tiles 4, output_rows 5, input_rows 13,
            kernel_w 5, kernel_h 3, stride_x 2, stride_y 2, padding 1, dilation 2,
            accum_shift 8, relu_max 4000, relu_min 0, output_shift 11, output_scale 0, flags 0, input_zero_point 0
            """.ReplaceLineEndings(" "),
            string.Join(", ", FieldsOf(header).TakeWhile(static field => field != "layer_id -1")));
    }

    [Fact]
    public void Write_UnevenPooling_EveryFieldInItsPlace()
    {
        var plan = new MaxPoolTilePlan { Shape = MaxPool2dShape.Create(7, 33, 47, 3, 2, 2, 1), ChannelsPerTile = 3, RowsPerTile = 5 };
        Assert.Equal(
            """
            layer_id 0, layer_name maxpool_3x2s2_c7_33x47, config_key 7_33_47_3_2_2_2_1_1,
            src_width 47, src_height 33, channels 7, dst_width 24, dst_height 17, src_row_pitch 47, src_plane_pitch 1551, dst_row_pitch 24, dst_plane_pitch 408,
            kernel_h 3, kernel_w 2, stride_h 2, stride_w 2, pad_h 1, pad_w 1,
            in_tile_w 49, in_tile_rows 13, in_tile_plane 637, in_data_offset 50, out_tile_w 24, out_tile_rows 5, out_tile_plane 120,
            c_tile_size 3, c_tiles 3, c_tile_size_last 1, height_tiles 4, output_rows 5, input_rows 11,
            input_buffer_size 7644, output_buffer_size 1440, input_ping_dram 0, input_pong_dram 1, output_ping_dram 1, output_pong_dram 0
            """.ReplaceLineEndings(" "),
            string.Join(", ", FieldsOf(LayerConfigHeader.Write(BankBytes.Of(4096, 2048), [], [plan])).SkipWhile(static field => field != "layer_id 0")));
    }

    [Fact]
    public void Header_MixedModel_LeavesOutWhatTheTablesCannotExpressAndSaysWhy()
    {
        Assert.Equal(ExitCode.Proven, Invoke("export-header", "--networks", folder["mixed.onnx"], "--banks", "16384x8192", "-o", folder["layer_configs.h"]));
        string[] keys = [.. FieldsOf(File.ReadAllText(folder["layer_configs.h"])).Where(static field => field.StartsWith("config_key ", StringComparison.Ordinal)).Select(static field => field["config_key ".Length..])];
        Assert.Equal([.. MixedNetwork.WithPublishedKernel.Select(static shape => shape.ConfigKey), MixedNetwork.Pooling.ConfigKey], keys);
        Assert.Equal($"{folder["layer_configs.h"]}: 2 convolutions, 1 max pooling, banks 16384x8192; 3 convolutions left out, which have no tile plan\n", output.ToString());
        Assert.Equal(
            """
            left out: 10_33_47_10_3_3_33_47_1_1_1_1_g10: 10 groups: the published tables cannot express it; the corrected programs run it with the kernel depthwise3x3j1
            left out: 10_33_47_9_3_3_33_47_1_1_2_2: dilation 2x2: the published tables cannot express it; the corrected programs run it with the kernel window3x3j1x1d2x2
            left out: 9_33_47_8_5_5_33_47_1_1_2_1: a 5x5 kernel with stride 1: the published tables cannot express it; the corrected programs run it with the kernel window5x5j1x1d1x1

            """,
            error.ToString());
    }

    [Fact]
    public void Plan_MixedModel_HasPlansForTheOthersOnly()
    {
        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", folder["mixed.onnx"], "--banks", "16384x8192,4k"));
        string[] keys = [.. output.ToString().Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal)).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];
        string[] expected = [.. MixedNetwork.WithPublishedKernel.Select(static shape => shape.ConfigKey), MixedNetwork.Pooling.ConfigKey];
        Assert.Equal([.. expected, .. expected], keys);
        Assert.Equal(3, error.ToString().TrimEnd('\n').Split('\n').Length);

        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", folder["mixed.onnx"], "--banks", "16384x8192", "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        JsonElement bank = document.RootElement[0];
        Assert.Equal(MixedNetwork.WithPublishedKernel.Select(static shape => shape.ConfigKey), bank.GetProperty("convolutions").EnumerateArray().Select(static layer => layer.GetProperty("config_key").GetString()));
        Assert.Equal(MixedNetwork.WithOwnKernel.Select(static shape => shape.ConfigKey), bank.GetProperty("left_out").EnumerateArray().Select(static layer => layer.GetProperty("config_key").GetString()));
        Assert.Equal([10, 1, 1], bank.GetProperty("left_out").EnumerateArray().Select(static layer => layer.GetProperty("groups").GetInt32()));
        Assert.StartsWith("dilation 2x2: the published tables cannot express it; ", bank.GetProperty("left_out")[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The rows of the layers that are named, the first, some in the middle and the last, in the order of the network; as they are without names.</summary>
    [Theory]
    [InlineData("conv1", 0)]
    [InlineData("layer2.0", 2, 3, 4)]
    [InlineData("layer4.1.conv2,6,layer3.0.conv1", 1, 6, 10)]
    [InlineData("maxpool", 11)]
    public void Plan_ChosenLayers_AreTheRowsOfThePlan(string layers, params int[] rows)
    {
        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", "resnet18", "--banks", "16384x8192", "--input", "33x47"));
        string[] all = output.ToString().Split('\n')[1..^1];
        Assert.Equal(12, all.Length);
        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", "resnet18", "--banks", "16384x8192", "--input", "33x47", "--layers", layers));
        Assert.Equal(rows.Select(row => all[row]), output.ToString().Split('\n')[1..^1]);
    }

    /// <summary>Two poolings that the tables cannot express, before and behind one that they can.</summary>
    [Fact]
    public void PlanAndHeader_UnevenPoolings_AreNamedAndLeftOut()
    {
        MaxPool2dShape strided = MaxPool2dShape.Create(3, 33, 47, new Conv2dWindow { KernelHeight = 3, KernelWidth = 3, StrideHeight = 2, StrideWidth = 1, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, DilationHeight = 1, DilationWidth = 1 });
        MaxPool2dShape even = MaxPool2dShape.Create(3, 17, 47, 3, 3, 2, 1);
        MaxPool2dShape padded = MaxPool2dShape.Create(3, 9, 24, new Conv2dWindow { KernelHeight = 2, KernelWidth = 2, StrideHeight = 2, StrideWidth = 2, PadTop = 0, PadLeft = 0, PadBottom = 1, PadRight = 0, DilationHeight = 1, DilationWidth = 1 });
        File.WriteAllBytes(folder["pools.onnx"], OnnxModelWriter.Write(Poolings(strided, even, padded)));
        const string Lines =
            "left out: 3_33_47_3_3_2_1_1_1: a max pooling with strides 2x1, padding 1.1.1.1 (top, left, bottom, right): the published tables cannot express it; the corrected programs plan its tiles themselves\n"
            + "left out: 3_9_24_2_2_2_2_0_0_1_0: a max pooling with strides 2x2, padding 0.0.1.0 (top, left, bottom, right): the published tables cannot express it; the corrected programs plan its tiles themselves\n";

        Assert.Equal(ExitCode.Proven, Invoke("export-header", "--networks", folder["pools.onnx"], "-o", folder["layer_configs.h"]));
        Assert.Equal(Lines, error.ToString());
        Assert.Equal($"{folder["layer_configs.h"]}: 0 convolutions, 1 max pooling, banks 61k; 2 max poolings left out, which have no tile plan\n", output.ToString());

        // The table of convolutions is one empty entry.
        Assert.Equal(["config_key ", $"config_key {even.ConfigKey}"], FieldsOf(File.ReadAllText(folder["layer_configs.h"])).Where(static field => field.StartsWith("config_key ", StringComparison.Ordinal)));
        error.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", folder["pools.onnx"]));
        Assert.Equal(Lines, error.ToString());
        Assert.Equal([even.ConfigKey], output.ToString().Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal)).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));

        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", folder["pools.onnx"], "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(
            [("max pooling", strided.ConfigKey), ("max pooling", padded.ConfigKey)],
            document.RootElement[0].GetProperty("left_out").EnumerateArray().Select(static layer => (layer.GetProperty("operator").GetString(), layer.GetProperty("config_key").GetString())));
    }

    /// <summary>Poolings of levels, and none of the others: refused with its reason.</summary>
    [Fact]
    public void ReasonOf_Pooling_IsItsElementsThenItsGeometry()
    {
        MaxPool2dShape even = MaxPool2dShape.Create(3, 17, 47, 3, 2, 2, 1);
        Assert.Null(ModelGeometry.ReasonOf(even, ElementType.Float32));
        Assert.Equal("a max pooling of int8 levels: the published tables cannot express it; the corrected programs plan its tiles themselves", ModelGeometry.ReasonOf(even, ElementType.Int8));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("export-header", "-o", "HEADER")]
    public void Command_NoLayerWithAPlan_ExitTwoInOneLine(params string[] command)
    {
        Assert.Equal(ExitCode.BadInput, Invoke([.. command.Select(word => word == "HEADER" ? folder["layer_configs.h"] : word), "--networks", folder["depthwise.onnx"]]));
        Assert.Equal($"tileproof: no layer of {folder["depthwise.onnx"]} has a tile plan: 10_33_47_10_3_3_33_47_1_1_1_1_g10: 10 groups: the published tables cannot express it; the corrected programs run it with the kernel depthwise3x3j1\n", error.ToString());
        Assert.False(File.Exists(folder["layer_configs.h"]));
    }

    [Fact]
    public void ReasonOf_KernelBeyondAllTiledOnes_NamesTheGenericOne() => Assert.Equal(
        "a 13x13 kernel with stride 1: the published tables cannot express it; the generic kernel computes it without a plan", ModelGeometry.ReasonOf(Conv2dShape.Create(3, 20, 21, 4, 13, 13, 1, 1)));

    [Fact]
    public void ReasonOf_OneRow_IsItsPadding() => Assert.StartsWith(
        "strides 1x1, padding 0.1.0.1 (top, left, bottom, right): the published tables cannot express it; ", ModelGeometry.ReasonOf(Conv2dShape.Create(3, 1, 20, 4, 1, 1, 1, 1)), StringComparison.Ordinal);

    [Theory]
    [InlineData("export-vectors", "--networks", "MODEL", "--out", "")]
    [InlineData("export-vectors", "--networks", "MODEL", "--out", " ")]
    public void ExportVectors_NoFolderName_IsRefusedAndWritesNothing(params string[] arguments)
    {
        string[] before = [.. Directory.EnumerateFileSystemEntries(Environment.CurrentDirectory)];
        Assert.Equal(ExitCode.BadInput, Invoke([.. arguments.Select(word => word == "MODEL" ? folder["mixed.onnx"] : word)]));
        Assert.StartsWith("tileproof: '--out' has an empty value", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Environment.CurrentDirectory).Except(before), static entry => Path.GetFileName(entry) is "npy" or "bin" or "c");
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private static Network Poolings(params MaxPool2dShape[] shapes)
    {
        var input = new TensorInfo("input", TensorShape.FromNchw(1, shapes[0].Channels, shapes[0].InHeight, shapes[0].InWidth), ElementType.Float32, null);
        var calls = new List<OperatorCall>();
        foreach (MaxPool2dShape shape in shapes)
        {
            var pooled = new TensorInfo($"pool{calls.Count}", shape.OutputShape(), ElementType.Float32, null);
            calls.Add(new MaxPool2dCall { Index = calls.Count, Name = pooled.Name, Inputs = [calls.Count == 0 ? input : calls[^1].Output], Output = pooled, Shape = shape });
        }

        return new Network("pools", input, calls);
    }

    /// <summary><c>name value</c> of every initialized field, in order.</summary>
    private static IEnumerable<string> FieldsOf(string header) =>
        FieldPattern().Matches(header).Select(static match => string.Create(CultureInfo.InvariantCulture, $"{match.Groups[1].Value} {match.Groups[2].Value.Trim('"')}"));

    [GeneratedRegex(@"^\s+\.(\w+) = (.+),$", RegexOptions.Multiline)]
    private static partial Regex FieldPattern();

    private int Invoke(params string[] args)
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        return CommandLineApplication.Invoke(args, new CommandContext { Output = output, Error = error, Progress = new PlainProgress(TextWriter.Null) });
    }
}
