using System.Globalization;
using System.Text;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification.Export;

/// <summary>Writes <c>layer_configs.h</c>, the tile plans in the C form that the published kernels read (operator contract, section 13.2).</summary>
/// <remarks>
/// Structs, tables and accessors have the published names, and the fields their published order. The header is C99; compilers that
/// accept designated initializers in C++ take it too. Lines end in LF.
/// </remarks>
public static class LayerConfigHeader
{
    private static readonly LayerConfigTable Convolutions = Describe(
        "conv_layer_config_t", "CONV_LAYER_CONFIGS", "NUM_CONV_LAYERS", RowOf(CachePlan.Of(Conv2dShape.Create(1, 1, 1, 1, 1, 1, 1, 0))));

    private static readonly LayerConfigTable Poolings = Describe(
        "maxpool_layer_config_t",
        "MAXPOOL_LAYER_CONFIGS",
        "NUM_MAXPOOL_LAYERS",
        RowOf(MaxPoolTilePlanner.PlanAsPublished(MaxPool2dShape.Create(1, 1, 1, 1, 1, 1, 0), 0, 0)));

    /// <summary>The text of the header.</summary>
    /// <param name="banks">The sizes of the banks that the plans were made for; 0 in cache mode.</param>
    /// <param name="convolutions">One plan per distinct convolution; the position is the layer id.</param>
    /// <param name="poolings">One plan per distinct max pooling; the position is the layer id.</param>
    /// <exception cref="OverflowException">A buffer of a pooling plan exceeds 2^31 - 1 bytes.</exception>
    public static string Write(BankBytes banks, IReadOnlyList<Conv2dTilePlan> convolutions, IReadOnlyList<MaxPoolTilePlan> poolings)
    {
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(convolutions);
        ArgumentNullException.ThrowIfNull(poolings);
        var text = new StringBuilder();
        text.Append("/* Layer configurations made by TileProof. Do not edit. */\n#ifndef LAYER_CONFIGS_H\n#define LAYER_CONFIGS_H\n\n#include <stddef.h>\n#include <string.h>\n\n");
        for (int bank = 0; bank < banks.Count; bank++)
        {
            text.Append(CultureInfo.InvariantCulture, $"#define IDMA_BUFFER_SIZE_DRAM{bank} {banks[bank]}\n");
        }

        text.Append('\n');
        Convolutions.AppendStruct(text);
        Convolutions.AppendTable(text, [.. convolutions.Select(RowOf)]);
        Convolutions.AppendBasicAccessors(text, "get_num_conv_layers", "get_conv_config");
        Convolutions.AppendLookup(text, "get_layer_config_by_params",
        [
            ("ic", "src_dim3_size"), ("ih", "src_dim2_size"), ("iw", "src_dim1_size"), ("oc", "dst_dim3_size"), ("kh", "kernel_h"), ("kw", "kernel_w"),
            ("oh", "dst_dim2_size"), ("ow", "dst_dim1_size"), ("sy", "stride_y"), ("sx", "stride_x"), ("pad", "padding"), ("dil", "dilation"),
        ]);
        Convolutions.AppendKeyLookup(text, "get_layer_config_by_key");
        Poolings.AppendStruct(text);
        Poolings.AppendTable(text, [.. poolings.Select(RowOf)]);
        Poolings.AppendBasicAccessors(text, "get_num_maxpool_layers", "get_maxpool_config");
        Poolings.AppendLookup(text, "get_maxpool_config_by_params",
        [
            ("channels", "channels"), ("height", "src_height"), ("width", "src_width"), ("kh", "kernel_h"), ("kw", "kernel_w"),
            ("sh", "stride_h"), ("sw", "stride_w"), ("ph", "pad_h"), ("pw", "pad_w"),
        ]);
        text.Append("#endif /* LAYER_CONFIGS_H */\n");
        return text.ToString();
    }

    /// <summary>
    /// The text of the header for a program that is compiled once for machines of any banks and layers of any plan: bank sizes are expressions
    /// that are constants of 1 for the preprocessor, and rows come with the calls, so that no lookup finds one.
    /// </summary>
    public static string WriteForAnyMachine()
    {
        string text = Write(BankBytes.Of(1, 1), [], []);
        foreach (int bank in (int[])[0, 1])
        {
            text = text.Replace(
                string.Create(CultureInfo.InvariantCulture, $"#define IDMA_BUFFER_SIZE_DRAM{bank} 1\n"),
                string.Create(CultureInfo.InvariantCulture, $"extern int tileproof_bank_rest{bank};\n#define IDMA_BUFFER_SIZE_DRAM{bank} (1 + tileproof_bank_rest{bank})\n"),
                StringComparison.Ordinal);
        }

        return text;
    }

    private static LayerConfigRow RowOf(Conv2dTilePlan plan) => new(PublishedConvConfig.TextFields(plan), PublishedConvConfig.NumberFields(plan));

    private static LayerConfigRow RowOf(MaxPoolTilePlan plan) => new(PublishedMaxPoolConfig.TextFields(plan), PublishedMaxPoolConfig.NumberFields(plan));

    private static LayerConfigTable Describe(string structName, string tableName, string countName, LayerConfigRow any) => new(
        structName, tableName, countName, [.. any.TextFields.Select(static field => field.Key)], [.. any.NumberFields.Select(static field => field.Key)]);
}
