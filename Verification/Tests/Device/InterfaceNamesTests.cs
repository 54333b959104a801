using TileProof.HwModel.Device;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

/// <summary>Every name that a tiled program may use is there, in C and in C++, with one channel and with several.</summary>
public sealed class InterfaceNamesTests
{
    private static readonly string[] WithChannel =
    [
        "idma_init", "idma_init_loop", "idma_init_task", "idma_copy_desc", "idma_copy_2d_desc", "idma_copy_desc64", "idma_copy_2d_desc64", "idma_copy_3d_desc64",
        "idma_copy_desc64_wide", "idma_copy_2d_desc64_wide", "idma_copy_3d_desc64_wide", "idma_schedule_desc", "idma_desc_done", "idma_hw_wait_all", "idma_buffer_status",
        "idma_hw_num_outstanding", "idma_sleep", "idma_process_tasks", "idma_pause", "idma_resume", "idma_abort_tasks", "idma_error_details", "idma_buffer_error_details",
    ];

    private static readonly string[] Plain =
    [
        "idma_add_desc", "idma_add_2d_desc", "idma_add_desc64", "idma_add_2d_desc64", "idma_add_3d_desc64", "idma_schedule_task", "idma_task_status", "idma_log_handler",
        "xthal_dcache_region_writeback", "xthal_dcache_region_invalidate", "xthal_dcache_region_writeback_inv", "xthal_dcache_all_writeback", "xthal_dcache_all_invalidate",
        "xthal_dcache_all_writeback_inv", "xthal_get_ccount", "tileproof_buffer", "tileproof_tile", "tileproof_bank", "tileproof_bank_bytes",
        "xaiConvolved3D", "xaiConvolvedVQ3D", "xaiExtendEdgesConst3D_I8", "xaiCopyTile3D", "maxpool2d_j2x2_f32", "simd_mean_pool_2x2_to_1x1_float32",
        .. Kernels("xaiConvolved3D_S_"), .. Kernels("xaiConvolvedVQ3D_S_"),
    ];

    private static readonly string[] Constants =
    [
        "IDMA_1D_DESC", "IDMA_2D_DESC", "IDMA_64B_DESC", "MAX_BLOCK_2", "MAX_BLOCK_4", "MAX_BLOCK_8", "MAX_BLOCK_16", "TICK_CYCLES_1", "TICK_CYCLES_2", "TICK_CYCLES_4", "TICK_CYCLES_8",
        "TICK_CYCLES_16", "TICK_CYCLES_32", "TICK_CYCLES_64", "TICK_CYCLES_128", "DESC_IDMA_PRIOR_L", "DESC_IDMA_PRIOR_H", "DESC_NOTIFY_W_INT", "IDMA_OK", "IDMA_ERR_BUF_OVFL",
        "IDMA_CANT_SLEEP", "IDMA_TASK_DONE", "IDMA_CHANNEL_0", "IDMA_CHANNEL_1", "XCHAL_IVPN_SIMD_WIDTH", "XCHAL_DATARAM0_SIZE", "XCHAL_DATARAM1_SIZE", "XCHAL_NUM_DATARAM",
        "XCHAL_DCACHE_LINESIZE", "XCHAL_IDMA_NUM_CHANNELS", "XAI_ERR_OK", "XAI_ERR_BADARG", "XAI_ERR_DATASIZE", "XAI_ERR_NO_VARIANT", "XAI_WHD", "XAI_DWH", "XAI_WHDN", "XAI_TILE3D_S8",
        "XAI_TILE4D_S8", "XAI_ARRAY_S32", "XAI_ARRAY_U16", "CNN_CONV_FLAG_RELU", "IDMA_BUFFER_SIZE(2, IDMA_2D_DESC)", "sizeof(idma_error_details_t)", "sizeof(idma_status_t)",
        "sizeof(idma_buffer_t)", "sizeof(tp_maxpool2d)", "sizeof(tp_mean)", "sizeof(tp_quantize)", "sizeof(tp_dequantize)", "sizeof(tp_relu)", "sizeof(tp_linear)", "sizeof(tp_add)",
        "sizeof(tp_softmax)",
    ];

    private static readonly (string Type, string[] Fields)[] Setters =
    [
        ("XAI_TILE3D", ["BUFF_PTR", "BUFF_SIZE", "DATA_PTR", "DATA_ORDER", "TYPE", "FRAME_PTR", "STATUS_FLAGS", "DIM1", "DIM1_PITCH", "DIM1_COORD", "DIM1_EDGE1", "DIM1_EDGE2", "DIM2", "DIM2_PITCH", "DIM2_COORD", "DIM2_EDGE1", "DIM2_EDGE2", "DIM3", "DIM3_COORD", "DIM3_EDGE1", "DIM3_EDGE2"]),
        ("XAI_TILE4D", ["BUFF_PTR", "BUFF_SIZE", "DATA_PTR", "DATA_ORDER", "TYPE", "DIM1", "DIM1_PITCH", "DIM2", "DIM2_PITCH", "DIM3", "DIM3_PITCH", "DIM4"]),
        ("XAI_ARRAY", ["BUFF_PTR", "BUFF_SIZE", "DATA_PTR", "TYPE", "WIDTH", "HEIGHT", "PITCH", "CAPACITY"]),
        ("XAI_CNN_CONV", ["ACCUM_SHIFT", "OUTPUT_SHIFT", "OUTPUT_SCALE", "STRIDE", "STRIDEX", "STRIDEY", "DILATION", "DILATIONX", "DILATIONY", "GROUPS", "FLAGS", "RELU_MIN", "RELU_MAX"]),
    ];

    [SkippableTheory]
    [InlineData("main.c", true)]
    [InlineData("main.c", false)]
    [InlineData("main.cpp", true)]
    [InlineData("main.cpp", false)]
    public void Names_AreThere(string file, bool hasChannels)
    {
        DeviceBench.RequireCompiler();
        string functions = string.Join(", ", WithChannel.Concat(Plain).Select(static name => $"(void *){name}"));
        string setters = string.Join("\n", Setters.SelectMany(static type => type.Fields.Select(field => (type.Type, Field: field))).Select(static one => Line(one.Type, one.Field)));
        string text = $$"""
            {{(hasChannels ? "#define IDMA_USE_MULTICHANNEL 1" : "")}}
            #include <xtensa/config/core-isa.h>
            #include <xtensa/config/core.h>
            #include <xtensa/xtensa-types.h>
            #include <xtensa/tie/xt_ivpn.h>
            #include <xtensa/tie/xt_timer.h>
            #include <xtensa/tie/xt_core.h>
            #include <xtensa/sim.h>
            #include <xtensa/idma.h>
            #include <xtensa/hal.h>
            #include <xai_cnn_api.h>
            #include <xai_cnn.h>
            #include <xai_core_api.h>
            #include <xai_config_api.h>
            #include <xai_tile_manager.h>
            #include <vision_kernels.h>
            #include <tileproof.h>
            #include <string.h>
            IDMA_BUFFER_DEFINE(ring, 2, IDMA_2D_DESC);
            ALIGNDCACHE static char line[XCHAL_DCACHE_LINESIZE];
            void *const used[] = { {{functions}} };
            long long numbers[] = { {{string.Join(", ", Constants.Select(static name => $"(long long)({name})"))}} };
            static idma_type_t type = IDMA_2D_DESC;
            static idma_callback_fn call_back;
            static idma_err_callback_fn on_error;
            {{(file.EndsWith("cpp", StringComparison.Ordinal) ? "extern \"C\" " : "")}}int run(const tp_conv2d *c)
            {
                xai_tile3D XAI_TILE3D_x; xai_tile4D XAI_TILE4D_x; xai_array XAI_ARRAY_x; xai_cnn_conv_params XAI_CNN_CONV_x; xai_size3D frame = { 1, 2, 3 };
                xai_pTile3D p3 = &XAI_TILE3D_x; xai_pTile4D p4 = &XAI_TILE4D_x; xai_pArray pa = &XAI_ARRAY_x;
                (void)frame; (void)p3; (void)p4; (void)pa; (void)type; (void)call_back; (void)on_error; (void)c; (void)line;
                int wrong = 0;
            {{setters}}
                XAI_CNN_CONV_SET_FLAG_RELU(&XAI_CNN_CONV_x);
                wrong += XAI_CNN_CONV_GET_FLAG_RELU(&XAI_CNN_CONV_x) == 0;
                for (unsigned i = 0; i < sizeof used / sizeof used[0]; i++) wrong += used[i] == NULL;
                XT_MEMW();
                return wrong + (XT_RSR_CCOUNT() == 0) + (numbers[0] != IDMA_1D_DESC);
            }
            """;
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, new Dictionary<string, string> { [file] = text }));
        DeviceRun run = session.Run(new DeviceRunSettings());
        Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));

        static string Line(string type, string name)
        {
            string value = name is "BUFF_PTR" or "DATA_PTR" or "FRAME_PTR" ? "(void *)(line + 5)" : "5";
            return $"    {type}_SET_{name}(&{type}_x, {value}); wrong += {type}_GET_{name}(&{type}_x) != {value};";
        }
    }

    private static IEnumerable<string> Kernels(string prefix) => new[] { "7x7j2d1", "3x3j1d1", "3x3j2d1", "1x1j1d1", "1x1j2d1" }.Select(kernel => $"{prefix}{kernel}_S8S8IX_MOW_WHD");
}
