namespace TileProof.Tests.Device;

/// <summary>
/// A convolution as someone else may have written it: a pool allocator in a header that two files include, with definitions that are not
/// inline; ping and pong that swap pointers; waits behind macros; structs copied by memcpy; a table that is included twice.
/// </summary>
internal static class ElsewhereProgram
{
    private const string Pool = """
        #ifndef POOL_H
        #define POOL_H
        #include <stdint.h>
        #include <tileproof.h>
        #include "layer_configs.h"
        __attribute__((section(".dram0.data"))) __attribute__((aligned(128))) uint8_t dram0_pool[IDMA_BUFFER_SIZE_DRAM0];
        __attribute__((section(".dram1.data"))) __attribute__((aligned(128))) uint8_t dram1_pool[IDMA_BUFFER_SIZE_DRAM1];
        int pool_used[2];
        void pool_reset(void) { pool_used[0] = pool_used[1] = 0; }
        static inline int8_t *pool_take(const char *what, int size, int bank)
        {
            uint8_t *at = (bank ? dram1_pool : dram0_pool) + pool_used[bank];
            pool_used[bank] += (size + 63) & ~63;
            tileproof_buffer(what, at, (size_t)size); /*@take@*/
            return (int8_t *)at;
        }
        #endif
        """;

    private const string Table = """
        #ifndef LAYER_CONFIGS_H
        #define LAYER_CONFIGS_H
        #error "the exported table comes first"
        #endif
        """;

    private const string Helpers = """
        #include "pool.h"
        int helper_rows(int number, int all, int rows) { int left = all - number * rows; return left < rows ? left : rows; }
        """;

    private const string Main = """
        #include "layer_configs.h"
        #include "pool.h"
        #include "layer_configs.h"
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #define IDMA_USE_MULTICHANNEL 1
        #include <xtensa/idma.h>
        #include <xtensa/hal.h>
        #include <xai_cnn_api.h>
        #define WAIT_IN() idma_hw_wait_all(1)
        #define WAIT_OUT() do { idma_hw_wait_all(0); } while (0)
        IDMA_BUFFER_DEFINE(ring_in, 2, IDMA_64B_DESC);
        IDMA_BUFFER_DEFINE(ring_out, 2, IDMA_2D_DESC);
        int helper_rows(int number, int all, int rows);
        typedef struct { int8_t *in0, *in1, *coef, *out0, *out1; int32_t *bias; } buffers_t;
        static inline void swap_buffers(int8_t **a, int8_t **b) { int8_t *t = *a; *a = *b; *b = t; }
        static inline void fetch(const tp_conv2d *c, int8_t *to, int h)
        {
            const conv_layer_config_t *g = c->layer;
            int first = g->stride_y * g->output_rows * h - g->padding;
            int begin = first < 0 ? 0 : first;
            int end = first + (helper_rows(h, g->dst_dim2_size, g->output_rows) - 1) * g->stride_y + g->kernel_h;
            if (end > g->src_dim2_size) end = g->src_dim2_size;
            memset(to, g->input_zero_point, (size_t)g->input_buffer_size); /*@fill@*/
            void *dst = to + (begin - first) * g->in_dim1_pitch + g->padding;
            void *src = (void *)(uintptr_t)(c->input + begin * g->src_dim1_pitch);
            idma_copy_3d_desc64(1, &dst, &src, DESC_IDMA_PRIOR_L, (size_t)g->src_dim1_size, (uint32_t)(end - begin), (uint32_t)g->src_dim3_size, /*@fetch@*/
                                (uint32_t)g->src_dim1_pitch, (uint32_t)g->in_dim1_pitch, (uint32_t)g->src_dim2_pitch, (uint32_t)g->in_dim2_pitch);
        }
        int run(const tp_conv2d *c)
        {
            const conv_layer_config_t *g = c->layer;
            buffers_t made, b;
            pool_reset();
            made.coef = pool_take("coef", g->coeff_buffer_size, g->coeff_dram);
            made.in0 = pool_take("in0", g->input_buffer_size, g->input_ping_dram);
            made.in1 = pool_take("in1", g->input_buffer_size, g->input_pong_dram);
            made.out0 = pool_take("out0", g->output_buffer_size, g->output_ping_dram);
            made.out1 = pool_take("out1", g->output_buffer_size, g->output_pong_dram);
            made.bias = (int32_t *)pool_take("bias", g->bias_buffer_size, g->bias_dram);
            memcpy(&b, &made, sizeof b);
            idma_init(1, 0, MAX_BLOCK_16, 16, TICK_CYCLES_8, 100000, NULL);
            idma_init_loop(1, ring_in, IDMA_64B_DESC, 2, NULL, NULL);
            idma_init(0, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
            idma_init_loop(0, ring_out, IDMA_2D_DESC, 2, NULL, NULL);
            idma_copy_2d_desc(0, b.bias, (void *)(uintptr_t)c->bias, (size_t)g->bias_buffer_size, DESC_IDMA_PRIOR_L, 1, 0, 0); /*@bias@*/
            fetch(c, b.in0, 0);
            for (int n = 0; n < g->n_tiles; n++) {
                int channels = helper_rows(n, g->dst_dim3_size, g->n_tile_size);
                int taps = g->kernel_w * g->kernel_h * g->src_dim3_size;
                WAIT_OUT();
                idma_copy_2d_desc(0, b.coef, (void *)(uintptr_t)(c->weights + n * g->coeff_buffer_size), (size_t)(taps * channels), DESC_IDMA_PRIOR_L, 1, 0, 0);
                for (int h = 0; h < g->height_tiles; h++) {
                    int rows = helper_rows(h, g->dst_dim2_size, g->output_rows);
                    int last = n == g->n_tiles - 1 && h == g->height_tiles - 1;
                    WAIT_IN(); /*@wait in@*/
                    if (!last) fetch(c, b.in1, (h + 1) % g->height_tiles);
                    xai_tile3D in, out; xai_tile4D co; xai_array bi; xai_cnn_conv_params p;
                    memset(&in, 0, sizeof in); memset(&co, 0, sizeof co); memset(&bi, 0, sizeof bi); memset(&p, 0, sizeof p);
                    XAI_TILE3D_SET_DATA_PTR(&in, b.in0 + g->in_data_offset);
                    XAI_TILE3D_SET_DATA_ORDER(&in, XAI_WHD);
                    XAI_TILE3D_SET_DIM1(&in, g->src_dim1_size); XAI_TILE3D_SET_DIM1_PITCH(&in, g->in_dim1_pitch);
                    XAI_TILE3D_SET_DIM1_EDGE1(&in, g->padding); XAI_TILE3D_SET_DIM1_EDGE2(&in, g->padding);
                    XAI_TILE3D_SET_DIM2(&in, g->input_rows - 2 * g->padding); XAI_TILE3D_SET_DIM2_PITCH(&in, g->in_dim2_pitch);
                    XAI_TILE3D_SET_DIM2_EDGE1(&in, g->padding); XAI_TILE3D_SET_DIM2_EDGE2(&in, g->padding);
                    XAI_TILE3D_SET_DIM3(&in, g->src_dim3_size);
                    memcpy(&out, &in, sizeof out);
                    XAI_TILE3D_SET_DATA_PTR(&out, b.out0);
                    XAI_TILE3D_SET_DIM1(&out, g->out_dim1_size); XAI_TILE3D_SET_DIM1_PITCH(&out, g->out_dim1_pitch);
                    XAI_TILE3D_SET_DIM2(&out, rows); XAI_TILE3D_SET_DIM2_PITCH(&out, g->out_dim2_pitch); XAI_TILE3D_SET_DIM2_COORD(&out, h * g->output_rows);
                    XAI_TILE3D_SET_DIM3(&out, channels); XAI_TILE3D_SET_DIM3_COORD(&out, n * g->n_tile_size);
                    XAI_TILE4D_SET_DATA_PTR(&co, b.coef); XAI_TILE4D_SET_DATA_ORDER(&co, XAI_WHDN);
                    XAI_TILE4D_SET_DIM1(&co, 3); XAI_TILE4D_SET_DIM2(&co, 3); XAI_TILE4D_SET_DIM3(&co, g->src_dim3_size); XAI_TILE4D_SET_DIM4(&co, channels);
                    XAI_ARRAY_SET_DATA_PTR(&bi, b.bias + n * g->n_tile_size);
                    XAI_CNN_CONV_SET_STRIDE(&p, 1); XAI_CNN_CONV_SET_ACCUM_SHIFT(&p, g->accum_shift);
                    XAI_CNN_CONV_SET_OUTPUT_SHIFT(&p, g->output_shift); XAI_CNN_CONV_SET_OUTPUT_SCALE(&p, g->output_scale);
                    WAIT_OUT(); /*@wait out@*/
                    XAI_ERR_TYPE status = xaiConvolved3D_S_3x3j1d1_S8S8IX_MOW_WHD(&in, &co, &bi, &out, &p); /*@kernel@*/
                    if (status != XAI_ERR_OK) return status;
                    idma_copy_2d_desc(0, c->output + n * g->n_tile_size * g->dst_dim2_pitch + h * g->out_dim2_pitch, b.out0, (size_t)(g->out_dim1_size * rows), /*@store@*/
                                      DESC_IDMA_PRIOR_L, (uint32_t)channels, (uint32_t)g->out_dim2_pitch, (uint32_t)g->dst_dim2_pitch);
                    swap_buffers(&b.in0, &b.in1); swap_buffers(&b.out0, &b.out1);
                }
            }
            WAIT_OUT(); /*@last@*/
            return 0;
        }
        """;

    /// <summary>The files; each change replaces a text that must be there.</summary>
    public static Dictionary<string, string> Files(params (string Old, string New)[] changes)
    {
        string main = Main;
        foreach ((string old, string changed) in changes)
        {
            Assert.Contains(old, main, StringComparison.Ordinal);
            main = main.Replace(old, changed, StringComparison.Ordinal);
        }

        return new Dictionary<string, string>(StringComparer.Ordinal) { ["main.c"] = main, ["helpers.c"] = Helpers, ["pool.h"] = Pool, ["layer_configs.h"] = Table };
    }

    /// <summary>The line of a tag in <c>main.c</c>.</summary>
    public static int LineOf(Dictionary<string, string> files, string tag)
    {
        string[] lines = files["main.c"].Split('\n');
        return 1 + Array.FindIndex(lines, line => line.Contains($"/*@{tag}@*/", StringComparison.Ordinal));
    }
}
