using System.Globalization;
using System.Text;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Device;

/// <summary>Writes the C function through which the runtime calls the entries of a program.</summary>
internal static class EntrySource
{
    /// <summary>The name of the file that it is written to.</summary>
    public const string FileName = "tileproof_entry.c";

    public static string Write(DeviceProgram program)
    {
        var text = new StringBuilder();
        text.Append("#include <tileproof.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
        text.Append("void tileproof_returned(int image);\nvoid tileproof_allocated(const void *pointer, size_t bytes, void *return_address, void *frame);\n");
        foreach ((OperatorKind kind, DeviceEntry entry) in program.Entries.OrderBy(static pair => pair.Key))
        {
            text.Append(kind == OperatorKind.Conv2d ? ConvolutionOf(entry) : OtherOf(kind, entry));
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            #ifdef TILEPROOF_ANY_MACHINE
            int tileproof_bank_rest0, tileproof_bank_rest1;
            #endif
            int tileproof_entry(int kind, const int32_t *p)
            {
            #ifdef TILEPROOF_ANY_MACHINE
                tileproof_bank_rest0 = p[{{DeviceLayout.TableBanks}}] - 1;
                tileproof_bank_rest1 = p[{{DeviceLayout.TableBanks + 1}}] - 1;
            #endif
                switch (kind) {

            """);
        foreach (OperatorKind kind in program.Entries.Keys.Order())
        {
            text.Append(CultureInfo.InvariantCulture, $"    case {(int)kind}: return call_{kind}(p);\n");
        }

        text.Append("    default: (void)p; return -1000;\n    }\n}\n");
        if (program.Allocator is { } allocator)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                void *__real_{{allocator.Function}}(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f);
                void *__wrap_{{allocator.Function}}(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f)
                {
                    const uintptr_t arguments[] = { a, b, c, d, e, f };
                    void *pointer = __real_{{allocator.Function}}(a, b, c, d, e, f);
                    tileproof_allocated(pointer, (size_t)(uint32_t)arguments[{{allocator.SizeArgument}}], __builtin_return_address(0), __builtin_frame_address(0));
                    return pointer;
                }

                """);
        }

        text.Append("#ifdef __cplusplus\n}\n#endif\n");
        return text.ToString();
    }

    private static string ConvolutionOf(DeviceEntry entry)
    {
        bool plain = entry.Convention == DeviceConvention.ExecuteKernel;
        string declaration = plain
            ? $"int {entry.Function}(int8_t *, int8_t *, int8_t *, int8_t *, const conv_layer_config_t *);"
            : $"int {entry.Function}(const tp_conv2d *call);";
        string invocation = plain
            ? $"{entry.Function}((int8_t *)(uintptr_t)c.input, c.output, (int8_t *)(uintptr_t)c.weights, (int8_t *)(uintptr_t)c.bias, &layer)"
            : $"{entry.Function}(&c)";
        return $$"""
            {{declaration}}
            static int call_Conv2d(const int32_t *p)
            {
                int status = 0;
            #ifdef LAYER_CONFIGS_H
                conv_layer_config_t layer;
            #ifdef TILEPROOF_ANY_MACHINE
                memset(&layer, 0, sizeof layer);
                memcpy(&layer.src_dim1_size, p + {{DeviceLayout.TableRow}}, offsetof(conv_layer_config_t, accum_shift) - offsetof(conv_layer_config_t, src_dim1_size));
                layer.kernel_name = p[{{DeviceLayout.TableRow - 1}}] ? "any_dma" : "any_no_dma";
                const conv_layer_config_t *found = &layer;
            #else
                const conv_layer_config_t *found = get_layer_config_by_params(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[9], p[10], p[11]);
                if (found != NULL) {
                    layer = *found;
                }
            #endif
                if (found != NULL) {
                    layer.input_zero_point = p[12];
                    layer.accum_shift = p[13];
                    layer.output_shift = p[14];
                    layer.output_scale = p[15];
                    layer.relu_min = p[16];
                    layer.relu_max = p[17];
                    layer.flags = p[16] > -128 || p[17] < 127;
                }
            #endif
                for (int image = 0; image < p[0] && status == 0; image++) {
                    tp_conv2d c = {
                        (const int8_t *)(uintptr_t)(uint32_t)p[18] + (size_t)image * (size_t)(p[1] * p[2] * p[3]),
                        (const int8_t *)(uintptr_t)(uint32_t)p[19], (const int32_t *)(uintptr_t)(uint32_t)p[20], (const uint16_t *)(uintptr_t)(uint32_t)p[21],
                        (int8_t *)(uintptr_t)(uint32_t)p[22] + (size_t)image * (size_t)(p[4] * p[7] * p[8]),
                        p[1], p[2], p[3], p[4], p[7], p[8], p[5], p[6], p[9], p[10], p[11], p[12], p[13], p[14], p[15], p[16], p[17], image, NULL,
                        (const float *)(uintptr_t)(uint32_t)p[23], p[24], *(const float *)(p + 25), *(const float *)(p + 26), p[27]
                    };
            #ifdef LAYER_CONFIGS_H
                    c.layer = found == NULL ? NULL : &layer;
            #endif
                    status = {{invocation}};
                    tileproof_returned(image);
                }
                return status;
            }

            """;
    }

    /// <summary>Parameters are the fields of the struct in its order: addresses and counts as they are, scales as the two halves of a double.</summary>
    private static string OtherOf(OperatorKind kind, DeviceEntry entry)
    {
        (string type, string body) = kind switch
        {
            OperatorKind.MaxPool2d => ("tp_maxpool2d", """
                int status = 0;
                for (int image = 0; image < p[0] && status == 0; image++) {
                    tp_maxpool2d c = {
                        (const float *)(uintptr_t)(uint32_t)p[1] + (size_t)image * (size_t)(p[3] * p[4] * p[5]),
                        (float *)(uintptr_t)(uint32_t)p[2] + (size_t)image * (size_t)(p[3] * p[6] * p[7]), p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], image, NULL
                    };
                #ifdef TILEPROOF_ANY_MACHINE
                    maxpool_layer_config_t layer;
                    memset(&layer, 0, sizeof layer);
                    memcpy(&layer.src_width, p + TABLE_ROW, sizeof layer - offsetof(maxpool_layer_config_t, src_width));
                    c.layer = &layer;
                #elif defined LAYER_CONFIGS_H
                    c.layer = get_maxpool_config_by_params(p[3], p[4], p[5], p[8], p[9], p[10], p[10], p[11], p[11]);
                #endif
                    status = FUNCTION(&c);
                    tileproof_returned(image);
                }
                return status;
                """),
            OperatorKind.Mean => ("tp_mean", """
                int status = 0;
                for (int image = 0; image < p[0] && status == 0; image++) {
                    tp_mean c = {
                        (const float *)(uintptr_t)(uint32_t)p[1] + (size_t)image * (size_t)(p[3] * p[4] * p[5]),
                        (float *)(uintptr_t)(uint32_t)p[2] + (size_t)image * (size_t)p[3], p[3], p[4], p[5], image, p[0]
                    };
                    status = FUNCTION(&c);
                    tileproof_returned(image);
                }
                return status;
                """),
            OperatorKind.QuantizePerTensor => ("tp_quantize", "tp_quantize c = { (const float *)(uintptr_t)(uint32_t)p[0], (int8_t *)(uintptr_t)(uint32_t)p[1], p[2], *(const double *)(p + 4), p[3] };\n    return once(FUNCTION(&c));"),
            OperatorKind.DequantizePerTensor => ("tp_dequantize", "tp_dequantize c = { (const int8_t *)(uintptr_t)(uint32_t)p[0], (float *)(uintptr_t)(uint32_t)p[1], p[2], *(const double *)(p + 4), p[3] };\n    return once(FUNCTION(&c));"),
            OperatorKind.QuantizedRelu => ("tp_relu", "tp_relu c = { (const int8_t *)(uintptr_t)(uint32_t)p[0], (int8_t *)(uintptr_t)(uint32_t)p[1], p[2], p[3], p[4], p[5], p[6] };\n    return once(FUNCTION(&c));"),
            OperatorKind.QuantizedLinear => ("tp_linear", "tp_linear c = { (const int8_t *)(uintptr_t)(uint32_t)p[0], (const int8_t *)(uintptr_t)(uint32_t)p[1], (const int32_t *)(uintptr_t)(uint32_t)p[2], (int8_t *)(uintptr_t)(uint32_t)p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11] };\n    return once(FUNCTION(&c));"),
            OperatorKind.Add => ("tp_add", "tp_add c = { (const float *)(uintptr_t)(uint32_t)p[0], (const float *)(uintptr_t)(uint32_t)p[1], (float *)(uintptr_t)(uint32_t)p[2], p[3] };\n    return once(FUNCTION(&c));"),
            OperatorKind.Softmax => ("tp_softmax", "tp_softmax c = { (const float *)(uintptr_t)(uint32_t)p[0], (float *)(uintptr_t)(uint32_t)p[1], p[2], p[3] };\n    return once(FUNCTION(&c));"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        string once = body.Contains("once(", StringComparison.Ordinal)
            ? $"static int call_{kind}(const int32_t *p)\n{{\n    {body.Replace("return once(FUNCTION(&c));", $"int status = {entry.Function}(&c);\n    tileproof_returned(0);\n    return status;", StringComparison.Ordinal)}\n}}\n"
            : $"static int call_{kind}(const int32_t *p)\n{{\n{body.Replace("FUNCTION", entry.Function, StringComparison.Ordinal).Replace("TABLE_ROW", DeviceLayout.TableRow.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)}\n}}\n";
        return $"int {entry.Function}(const {type} *call);\n{once}";
    }
}
