using System.Globalization;
using System.Text;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Tests.Tuning;
using TileProof.Verification.Export;

namespace TileProof.Tests.Export;

/// <summary>The written header against the published tables: compiled, run through its accessors, and compared field by field.</summary>
public sealed class LayerConfigHeaderTests
{
    private static readonly PublishedTable Convolutions = PublishedTable.Read("tile_plans_conv.csv");
    private static readonly PublishedTable Poolings = PublishedTable.Read("tile_plans_maxpool.csv");

    public static TheoryData<int> PublishedBanks => [4096, 8192, 16384, 32768, 62976];

    [SkippableTheory, MemberData(nameof(PublishedBanks))]
    public void Write_PublishedLayers_CompiledC99ProgramPrintsThePublishedFields(int bankBytes) =>
        CompareWithTable(bankBytes, "gcc", "-std=c99", "print.c");

    [SkippableTheory, MemberData(nameof(PublishedBanks))]
    public void Write_PublishedLayers_CompiledCpp17ProgramPrintsThePublishedFields(int bankBytes) =>
        CompareWithTable(bankBytes, "g++", "-std=c++17", "print.cpp");

    [SkippableFact]
    public void Write_NoLayers_CompilesAndAccessorsReturnNull()
    {
        Skip.IfNot(CCompiler.IsThere("gcc"), "gcc is not installed");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["layer_configs.h"], LayerConfigHeader.Write(BankBytes.Of(0, 0), [], []));
        File.WriteAllText(folder["print.c"], """
            #include "layer_configs.h"
            #include <stdio.h>
            int main(void) {
                printf("%d %d %d %d %d\n", get_num_conv_layers(), get_num_maxpool_layers(), get_conv_config(0) == NULL,
                    get_layer_config_by_key("") == NULL, get_maxpool_config_by_params(0, 0, 0, 0, 0, 0, 0, 0, 0) == NULL);
                return 0;
            }
            """);
        Assert.Equal("0 0 1 1 1\n", CompileAndRun(folder, "gcc", "-std=c99", "print.c"));
    }

    [Fact]
    public void Write_SameLayersTwice_SameText()
    {
        Assert.Equal(HeaderFor(16384), HeaderFor(16384));
        Assert.DoesNotContain("\r", HeaderFor(16384), StringComparison.Ordinal);
    }

    // The published planner sends the layer to the cache path where a bank holds no tile, the tuner at 8k: one entry for both, beside banks of any size.
    [Fact]
    public void Write_TunedCachePath_IsThePublishedEntry()
    {
        const string Key = "128_9_7_250_3_3_5_4_2_2_1_1";
        Conv2dShape shape = LayerKey.Parse(Key);
        DspConfiguration banks = DspConfiguration.FromBankBytes(8192, 8192);
        TunedPlan found = CompatibleTileSearch.Find(shape, banks, new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, banks), hasOutputScales: false);
        Assert.Equal((ExecutionMode.Dma, ExecutionMode.Cache), (found.Published.Mode, found.Best.Mode));
        Conv2dTilePlan published = Conv2dTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(1024, 1024));
        Assert.Equal(ExecutionMode.Cache, published.Mode);
        string tuned = LayerConfigHeader.Write(BankBytes.Of(8192, 8192), [found.Best], []);
        Assert.Contains("#define IDMA_BUFFER_SIZE_DRAM0 8192", tuned, StringComparison.Ordinal);
        Assert.Equal(EntryOf(LayerConfigHeader.Write(BankBytes.Of(1024, 1024), [published], []), Key), EntryOf(tuned, Key));
        Assert.Contains(".kernel_name = \"3x3j2d1_no_dma\"", EntryOf(tuned, Key), StringComparison.Ordinal);
    }

    /// <summary>The fields of a layer without its id, which is its position.</summary>
    private static string EntryOf(string header, string key)
    {
        string entry = header.Split("    {\n").Single(part => part.Contains($".config_key = \"{key}\"", StringComparison.Ordinal));
        return entry[(entry.IndexOf('\n', StringComparison.Ordinal) + 1)..entry.IndexOf('}', StringComparison.Ordinal)];
    }

    private static void CompareWithTable(int bankBytes, string compiler, string standard, string sourceName)
    {
        Skip.IfNot(CCompiler.IsThere(compiler), $"{compiler} is not installed");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["layer_configs.h"], HeaderFor(bankBytes));
        File.WriteAllText(folder[sourceName], PrintingProgram());
        Assert.Equal(ExpectedPrint(bankBytes), CompileAndRun(folder, compiler, standard, sourceName));
    }

    private static string CompileAndRun(TemporaryFolder folder, string compiler, string standard, string sourceName)
    {
        (int exitCode, _, string error) = CCompiler.Run(compiler, folder.FullPath, standard, "-Wall", "-Werror", "-o", "print", sourceName);
        Assert.True(exitCode == 0, error);
        (exitCode, string printed, _) = CCompiler.Run(folder["print"], folder.FullPath);
        Assert.Equal(0, exitCode);
        return printed;
    }

    private static string HeaderFor(int bankBytes)
    {
        DspConfiguration configuration = DspConfiguration.FromBankBytes(bankBytes, bankBytes);
        Conv2dTilePlan[] plans = [.. RowsOf(Convolutions, bankBytes).Select(row => Conv2dTilePlanner.Plan(ShapeOf(row), configuration))];
        return LayerConfigHeader.Write(BankBytes.Of(bankBytes, bankBytes), plans, [.. RowsOf(Poolings, bankBytes).Select(row => MaxPoolTilePlanner.PlanAsPublished(PoolingShapeOf(row), bankBytes, bankBytes))]);
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> RowsOf(PublishedTable table, int bankBytes) => table.Rows
        .Where(row => Number(row, "dram0") == bankBytes)
        .OrderBy(static row => Number(row, "layer_id"));

    private static Conv2dShape ShapeOf(IReadOnlyDictionary<string, string> row) => Conv2dShape.Create(
        Number(row, "ic"), Number(row, "ih"), Number(row, "iw"), Number(row, "oc"), Number(row, "kh"), Number(row, "kw"), Number(row, "sy"), Number(row, "pad"));

    private static MaxPool2dShape PoolingShapeOf(IReadOnlyDictionary<string, string> row) => MaxPool2dShape.Create(
        Number(row, "channels"), Number(row, "src_height"), Number(row, "src_width"), Number(row, "kernel_h"), Number(row, "kernel_w"), Number(row, "stride_h"), Number(row, "pad_h"));

    private static int Number(IReadOnlyDictionary<string, string> row, string field) => int.Parse(row[field], CultureInfo.InvariantCulture);

    private static IEnumerable<string> FieldsOf(PublishedTable table, string firstField) => table.Header.SkipWhile(name => name != firstField);

    // Every entry is looked up by its geometry, by its key and by its id; all three must be one object.
    private static string PrintingProgram()
    {
        var program = new StringBuilder("#include \"layer_configs.h\"\n#include <stdio.h>\n\nint main(void) {\n");
        program.Append("    printf(\"%d %d %d %d\\n\", IDMA_BUFFER_SIZE_DRAM0, IDMA_BUFFER_SIZE_DRAM1, get_num_conv_layers(), get_num_maxpool_layers());\n");
        program.Append("    for (int id = 0; id < get_num_conv_layers(); id++) {\n        const conv_layer_config_t *c = get_conv_config(id);\n");
        program.Append("        if (get_layer_config_by_key(c->config_key) != c) return 1;\n");
        program.Append("        if (get_layer_config_by_params(c->src_dim3_size, c->src_dim2_size, c->src_dim1_size, c->dst_dim3_size, c->kernel_h, c->kernel_w,\n");
        program.Append("            c->dst_dim2_size, c->dst_dim1_size, c->stride_y, c->stride_x, c->padding, c->dilation) != c) return 2;\n");
        AppendPrints(program, ["layer_name", "kernel_name", "config_key"], FieldsOf(Convolutions, "src_dim1_size"));
        program.Append("    }\n    for (int id = 0; id < get_num_maxpool_layers(); id++) {\n        const maxpool_layer_config_t *c = get_maxpool_config(id);\n");
        program.Append("        if (get_maxpool_config_by_params(c->channels, c->src_height, c->src_width, c->kernel_h, c->kernel_w, c->stride_h, c->stride_w, c->pad_h, c->pad_w) != c) return 3;\n");
        AppendPrints(program, ["layer_name", "config_key"], FieldsOf(Poolings, "src_width"));
        return program.Append("    }\n    return get_conv_config(-1) != NULL || get_conv_config(get_num_conv_layers()) != NULL || get_layer_config_by_key(\"none\") != NULL;\n}\n").ToString();
    }

    private static void AppendPrints(StringBuilder program, IEnumerable<string> texts, IEnumerable<string> numbers)
    {
        program.Append("        printf(\"layer_id=%d\\n\", c->layer_id);\n");
        foreach (string field in texts)
        {
            program.Append(CultureInfo.InvariantCulture, $"        printf(\"{field}=%s\\n\", c->{field});\n");
        }

        foreach (string field in numbers)
        {
            program.Append(CultureInfo.InvariantCulture, $"        printf(\"{field}=%d\\n\", c->{field});\n");
        }
    }

    private static string ExpectedPrint(int bankBytes)
    {
        var expected = new StringBuilder();
        expected.Append(CultureInfo.InvariantCulture, $"{bankBytes} {bankBytes} {RowsOf(Convolutions, bankBytes).Count()} {RowsOf(Poolings, bankBytes).Count()}\n");
        AppendExpected(expected, RowsOf(Convolutions, bankBytes), ["layer_id", "layer_name", "kernel_name", "config_key", .. FieldsOf(Convolutions, "src_dim1_size")]);
        AppendExpected(expected, RowsOf(Poolings, bankBytes), ["layer_id", "layer_name", "config_key", .. FieldsOf(Poolings, "src_width")]);
        return expected.ToString();
    }

    private static void AppendExpected(StringBuilder expected, IEnumerable<IReadOnlyDictionary<string, string>> rows, IReadOnlyList<string> fields)
    {
        foreach (IReadOnlyDictionary<string, string> row in rows)
        {
            foreach (string field in fields)
            {
                expected.Append(CultureInfo.InvariantCulture, $"{field}={row[field]}\n");
            }
        }
    }
}
