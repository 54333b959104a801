namespace TileProof.Tests.Device;

/// <summary>More tiled convolutions in other people's manner, each right as it stands, and each with changes that make it wrong.</summary>
/// <remarks>The layer is the one of <see cref="DeviceBench"/>, with 20 output channels on 10x18; kernels are those of <see cref="ForeignPrograms"/> or of the headers.</remarks>
internal static class ForeignStyles
{
    /// <summary>An arena whose definitions are not inline, in a header that two sources include; the table comes twice.</summary>
    private const string Arena = """
        #ifndef ARENA_H
        #define ARENA_H
        #include <stddef.h>
        #include <stdint.h>
        #include <tileproof.h>
        #include "layer_configs.h"
        #include "layer_configs.h"
        #define MEM(b) __attribute__((section(".dram" #b ".bss"), aligned(64)))
        uint8_t arena0[IDMA_BUFFER_SIZE_DRAM0] MEM(0);
        uint8_t arena1[IDMA_BUFFER_SIZE_DRAM1] MEM(1);
        struct arena { uint8_t *base; size_t used, size; } arenas[2] = {
            [1] = { .base = arena1, .size = sizeof arena1 },
            [0] = { .size = sizeof arena0, .base = arena0 },
        };
        void arena_reset(void) { for (int i = 0; i < 2; ++i) arenas[i].used = 0; }
        void *arena_get(int bank, size_t bytes, const char *name)
        {
            struct arena *a = &arenas[bank];
            size_t at = (a->used + 63u) & ~(size_t)63u;
            if (at + bytes > a->size)
                return NULL;
            a->used = at + bytes;
            tileproof_buffer(name, a->base + at, bytes);
            return a->base + at;
        }
        #endif
        """;

    private const string ArenaUser = """
        #include "arena.h"
        size_t arena_left(int bank) { return arenas[bank].size - arenas[bank].used; }
        """;

    private const string Table = """
        #ifndef LAYER_CONFIGS_H
        #define LAYER_CONFIGS_H
        #error "the exported table comes first"
        #endif
        """;

    /// <summary>Designated initialisers, constant tables, calls and kernels through pointers, one way out by goto.</summary>
    private const string Pointers = """
        #define IDMA_USE_MULTICHANNEL 1
        #include <xtensa/idma.h>
        #include <string.h>
        #include "arena.h"
        #include "own_kernel.h"
        enum stage { CONSTS, INPUT, OUTPUT, STAGES };
        struct request { void *to; const void *from; size_t bytes; uint32_t rows, from_pitch, to_pitch; };
        typedef int32_t (*start_fn)(int channel, const struct request *r);
        typedef void (*wait_fn)(int channel);
        typedef void (*kernel_fn)(const int8_t *, const int8_t *, const int32_t *, int8_t *, const tp_conv2d *);
        IDMA_BUFFER_DEFINE(ring_out, 2, IDMA_2D_DESC);
        IDMA_BUFFER_DEFINE(ring_in, 16, IDMA_2D_DESC);
        static int32_t start_flat(int channel, const struct request *r) { return idma_copy_desc(channel, r->to, (void *)(uintptr_t)r->from, r->bytes, 0); }
        static int32_t start_rows(int channel, const struct request *r)
        {
            return idma_copy_2d_desc(channel, r->to, (void *)(uintptr_t)r->from, r->bytes, DESC_IDMA_PRIOR_H, r->rows, r->from_pitch, r->to_pitch); /*@start@*/
        }
        static void wait_all(int channel) { idma_hw_wait_all(channel); }
        static void wait_none(int channel) { (void)channel; }
        static const struct stage_ops { const char *name; int channel; start_fn start; wait_fn wait; } STAGE[STAGES] = {
            [INPUT] = { .name = "input", .channel = 1, .start = start_rows, .wait = wait_all },
            [CONSTS] = { .name = "constants", .channel = 0, .start = start_flat, .wait = wait_all },
            [OUTPUT] = { .name = "output", .channel = 0, .start = start_rows, .wait = wait_all },
        };
        static const struct tile_row { unsigned char first, count, skip, rows; } ROWS[] = {
            { .first = 0, .count = 4, .skip = 1, .rows = 3 },
            { .first = 2, .count = 5, .rows = 3 },
            { .first = 5, .count = 5, .rows = 3 },
            { .rows = 1, .count = 2, .first = 8 },
        };
        #define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))
        static void rows3(const int8_t *in, const int8_t *w, const int32_t *b, int8_t *out, const tp_conv2d *c) { own_tile(in, w, b, out, 3, c->accum_shift, c->output_scale, c->output_shift); }
        static void rows1(const int8_t *in, const int8_t *w, const int32_t *b, int8_t *out, const tp_conv2d *c) { own_tile(in, w, b, out, 1, c->accum_shift, c->output_scale, c->output_shift); }
        static const kernel_fn KERNEL[] = { [1] = rows1, [3] = rows3 };
        static void load_tile(const tp_conv2d *c, const struct tile_row *t, int8_t *to)
        {
            memset(to, c->input_zero_point, IN_BYTES); /*@fill@*/
            for (int plane = 0; plane < c->in_channels; ++plane)
                STAGE[INPUT].start(STAGE[INPUT].channel, &(const struct request){ /*@load@*/
                    .to = to + plane * PLANE + t->skip * PITCH + 1, .from = c->input + (plane * 10 + t->first) * 18,
                    .bytes = 18, .rows = t->count, .from_pitch = 18, .to_pitch = PITCH });
        }
        extern size_t arena_left(int bank);
        int run(const tp_conv2d *c)
        {
            int status = -1;
            arena_reset();
            struct { int8_t *in[2], *out[2], *weights; int32_t *bias; } b = {
                .in = { arena_get(0, IN_BYTES, "in even"), arena_get(0, IN_BYTES, "in odd") },
                .weights = arena_get(1, 20 * TAPS, "coefficients"),
                .out = { arena_get(0, OUT_BYTES, "out even"), arena_get(1, OUT_BYTES, "out odd") },
                .bias = arena_get(1, 80, "bias"),
            };
            if (!b.in[0] || !b.in[1] || !b.weights || !b.out[0] || !b.out[1] || !b.bias || arena_left(0) > IDMA_BUFFER_SIZE_DRAM0)
                goto out;
            idma_init(0, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
            idma_init_loop(0, ring_out, IDMA_2D_DESC, 2, NULL, NULL);
            idma_init(1, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
            idma_init_loop(1, ring_in, IDMA_2D_DESC, 16, NULL, NULL);
            if (STAGE[CONSTS].start(0, &(struct request){ .to = b.weights, .from = c->weights, .bytes = 20 * TAPS }) < 0)
                goto drain;
            STAGE[CONSTS].start(0, &(struct request){ .to = b.bias, .from = c->bias, .bytes = 80 });
            load_tile(c, ROWS, b.in[0]);
            STAGE[CONSTS].wait(STAGE[CONSTS].channel);
            for (int t = 0; t < COUNT(ROWS); ++t) {
                STAGE[INPUT].wait(STAGE[INPUT].channel);
                if (t + 1 < COUNT(ROWS))
                    load_tile(c, &ROWS[t + 1], b.in[~t & 1]);
                KERNEL[ROWS[t].rows](b.in[t & 1], b.weights, b.bias, b.out[t & 1], c); /*@kernel@*/
                STAGE[OUTPUT].wait(0);
                STAGE[OUTPUT].start(0, &(struct request){ .to = c->output + t * 54, .from = b.out[t & 1], .bytes = 18u * ROWS[t].rows, .rows = 20, .from_pitch = 54, .to_pitch = 180 }); /*@store@*/
            }
            status = 0;
        drain:
            STAGE[OUTPUT].wait(0);
        out:
            return status;
        }
        """;

    /// <summary>Addresses as 32-bit numbers in structs with bit fields, a queue of transfers that are copied in and out, old-style definitions, the kernel of the headers.</summary>
    private const string Queue = """
        #include "layer_configs.h"
        #include <stdint.h>
        #include <string.h>
        #define IDMA_USE_MULTICHANNEL 1
        #include <xtensa/config/core-isa.h>
        #include <xtensa/idma.h>
        #include <xtensa/hal.h>
        #include <xai_cnn_api.h>
        #include <tileproof.h>
        struct xfer { uint32_t dst, src; unsigned row_bytes : 16, rows : 16; uint32_t planes; int32_t sp, dp, spp, dpp; unsigned ch : 1, urgent : 1; };
        struct queue { struct xfer items[8]; unsigned head, tail; } queue;
        #define A32(p) ((uint32_t)(uintptr_t)(p))
        #define P8(a) ((int8_t *)(uintptr_t)(a))
        #define PUSH(q, ...) do { const struct xfer x_ = { __VA_ARGS__ }; memcpy(&(q)->items[(q)->tail++ & 7], &x_, sizeof x_); } while (0)
        #define WAIT(ch) { while (idma_buffer_status(ch)) ; }
        #define BANKS(X) X(0) X(1)
        #define POOL(n) static uint8_t pool##n[XCHAL_DATARAM##n##_SIZE] __attribute__((aligned(128), section(".dram" #n ".data")));
        BANKS(POOL)
        static uint32_t top[2];
        static uint32_t carve(what, bytes, bank) const char *what; int bytes; int bank;
        {
            uint32_t at = top[bank];
            top[bank] += (uint32_t)(bytes + 63) & ~63u;
            tileproof_buffer(what, P8(at), (size_t)bytes); /*@carve@*/
            return at;
        }
        static int least(a, b) register int a, b; { return a < b ? a : b; }
        IDMA_BUFFER_DEFINE(first_ring, 2, IDMA_64B_DESC);
        IDMA_BUFFER_DEFINE(second_ring, 2, IDMA_64B_DESC);
        static void send(struct queue *q)
        {
            for (struct xfer x; q->head != q->tail;) {
                x = q->items[q->head++ & 7];
                idma_copy_3d_desc64(x.ch, &x.dst, &x.src, x.urgent ? DESC_IDMA_PRIOR_H : DESC_IDMA_PRIOR_L, x.row_bytes, x.rows, x.planes, x.sp, x.dp, x.spp, x.dpp); /*@send@*/
            }
        }
        static void want_input(const tp_conv2d *c, uint32_t to, int h)
        {
            const conv_layer_config_t g = *c->layer;
            int first = h * g.output_rows * g.stride_y - g.padding, begin = first < 0 ? 0 : first;
            int end = least(first + (least(g.output_rows, g.dst_dim2_size - h * g.output_rows) - 1) * g.stride_y + g.kernel_h, g.src_dim2_size);
            memset(P8(to), g.input_zero_point, g.input_buffer_size);
            PUSH(&queue, .dst = to + (begin - first) * g.in_dim1_pitch + g.padding, .src = A32(c->input) + begin * g.src_dim1_pitch, .row_bytes = g.src_dim1_size,
                 .rows = end - begin, .planes = g.src_dim3_size, .sp = g.src_dim1_pitch, .dp = g.in_dim1_pitch, .spp = g.src_dim2_pitch, .dpp = g.in_dim2_pitch, .ch = 1, .urgent = 1);
            send(&queue); /*@input@*/
        }
        static XAI_ERR_TYPE compute(const tp_conv2d *c, uint32_t in, uint32_t coef, uint32_t bias, uint32_t out, int n, int h, int channels, int rows)
        {
            const conv_layer_config_t *g = c->layer;
            xai_tile3D i = { 0 }, o = { 0 }; xai_tile4D k = { 0 }; xai_array b = { 0 }; xai_cnn_conv_params p = { 0 };
            XAI_TILE3D_SET_DATA_PTR(&i, P8(in) + g->in_data_offset); XAI_TILE3D_SET_DATA_ORDER(&i, XAI_WHD); XAI_TILE3D_SET_TYPE(&i, XAI_TILE3D_S8);
            XAI_TILE3D_SET_DIM1(&i, g->src_dim1_size); XAI_TILE3D_SET_DIM1_PITCH(&i, g->in_dim1_pitch); XAI_TILE3D_SET_DIM1_EDGE1(&i, 1); XAI_TILE3D_SET_DIM1_EDGE2(&i, 1);
            XAI_TILE3D_SET_DIM2(&i, rows); XAI_TILE3D_SET_DIM2_PITCH(&i, g->in_dim2_pitch); XAI_TILE3D_SET_DIM2_EDGE1(&i, 1); XAI_TILE3D_SET_DIM2_EDGE2(&i, 1);
            XAI_TILE3D_SET_DIM3(&i, g->src_dim3_size);
            o = i;
            XAI_TILE3D_SET_DATA_PTR(&o, P8(out)); XAI_TILE3D_SET_DIM1(&o, g->out_dim1_size); XAI_TILE3D_SET_DIM1_PITCH(&o, g->out_dim1_pitch);
            XAI_TILE3D_SET_DIM2(&o, rows); XAI_TILE3D_SET_DIM2_PITCH(&o, g->out_dim2_pitch); XAI_TILE3D_SET_DIM2_COORD(&o, h * g->output_rows);
            XAI_TILE3D_SET_DIM3(&o, channels); XAI_TILE3D_SET_DIM3_COORD(&o, n * g->n_tile_size);
            XAI_TILE4D_SET_DATA_PTR(&k, P8(coef)); XAI_TILE4D_SET_DATA_ORDER(&k, XAI_WHDN);
            XAI_TILE4D_SET_DIM1(&k, g->kernel_w); XAI_TILE4D_SET_DIM2(&k, g->kernel_h); XAI_TILE4D_SET_DIM3(&k, g->src_dim3_size); XAI_TILE4D_SET_DIM4(&k, channels);
            XAI_ARRAY_SET_DATA_PTR(&b, (int32_t *)(uintptr_t)bias + n * g->n_tile_size);
            XAI_CNN_CONV_SET_STRIDE(&p, g->stride_x); XAI_CNN_CONV_SET_DILATION(&p, 1); XAI_CNN_CONV_SET_ACCUM_SHIFT(&p, g->accum_shift);
            XAI_CNN_CONV_SET_OUTPUT_SHIFT(&p, g->output_shift); XAI_CNN_CONV_SET_OUTPUT_SCALE(&p, g->output_scale);
            return xaiConvolved3D(&i, &k, &b, &o, &p); /*@kernel@*/
        }
        int run(const tp_conv2d *c)
        {
            const conv_layer_config_t *g = c->layer;
            struct { uint32_t in, next, out, other; } b;
            uint32_t coef, bias, swap;
            top[0] = A32(pool0); top[1] = A32(pool1); queue.head = queue.tail = 0;
            coef = carve("coef", g->coeff_buffer_size, g->coeff_dram);
            b.in = carve("in a", g->input_buffer_size, g->input_ping_dram); b.next = carve("in b", g->input_buffer_size, g->input_pong_dram);
            b.out = carve("out a", g->output_buffer_size, g->output_ping_dram); b.other = carve("out b", g->output_buffer_size, g->output_pong_dram);
            bias = carve("bias", g->bias_buffer_size, g->bias_dram);
            idma_init(0, IDMA_OCD_HALT_ON, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, 0); idma_init_loop(0, first_ring, IDMA_64B_DESC, 2, 0, 0);
            idma_init(1, IDMA_OCD_HALT_ON, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, 0); idma_init_loop(1, second_ring, IDMA_64B_DESC, 2, 0, 0);
            PUSH(&queue, bias, A32(c->bias), .row_bytes = g->bias_buffer_size, .rows = 1, .planes = 1); /*@bias@*/
            send(&queue);
            want_input(c, b.in, 0);
            for (int n = 0, t = 0; n < g->n_tiles; n++) {
                int channels = least(g->n_tile_size, g->dst_dim3_size - n * g->n_tile_size);
                WAIT(0) /*@constants@*/
                PUSH(&queue, coef, A32(c->weights) + n * g->coeff_buffer_size, .row_bytes = 9 * g->src_dim3_size * channels, .rows = 1, .planes = 1);
                send(&queue); /*@coef@*/
                for (int h = 0; h < g->height_tiles; h++, t++) {
                    int rows = least(g->output_rows, g->dst_dim2_size - h * g->output_rows);
                    WAIT(1) /*@wait in@*/
                    if (t + 1 < g->n_tiles * g->height_tiles) want_input(c, b.next, (h + 1) % g->height_tiles);
                    WAIT(0) /*@wait out@*/
                    if (compute(c, b.in, coef, bias, b.out, n, h, channels, rows)) return 1; /*@tile@*/
                    PUSH(&queue, A32(c->output) + n * g->n_tile_size * g->dst_dim2_pitch + h * g->out_dim2_pitch, b.out, .row_bytes = g->out_dim1_size * rows, .rows = channels, .planes = 1,
                         .sp = g->out_dim2_pitch, .dp = g->dst_dim2_pitch);
                    send(&queue); /*@store@*/
                    swap = b.in, b.in = b.next, b.next = swap;
                    swap = b.out, b.out = b.other, b.other = swap;
                }
            }
            WAIT(0) /*@last@*/
            return 0;
        }
        """;

    /// <summary>A state machine with computed goto, errors by longjmp, addresses in a union, polls with a budget, tiles in a list on the heap, variables of a function in a bank.</summary>
    private const string Machine = """
        #include <setjmp.h>
        #include <stdlib.h>
        #include <stdbool.h>
        #define IDMA_USE_MULTICHANNEL
        #include <xtensa/idma.h>
        #include <tileproof.h>
        #include "own_kernel.h"
        typedef union { void *pointer; uint32_t low; uint64_t wide; } address;
        typedef struct tile { struct tile *next; int number, rows, begin, end, skip; volatile int32_t loaded, stored; } tile;
        static jmp_buf failed;
        #define TRY(e) ({ __typeof__(e) got_ = (e); if (__builtin_expect(got_ < 0, 0)) longjmp(failed, (int)-got_); got_; })
        #define ADDR(p) (&(address){ .pointer = (void *)(uintptr_t)(p) })
        static ALIGNDCACHE IDMA_BUFFER_DEFINE(rings[2], 0, IDMA_64B_DESC);
        static inline __attribute__((always_inline)) void until(int channel, int32_t id)
        {
            for (int budget = 1000; budget > 0; budget--)
                if (TRY(idma_desc_done(channel, id)) == 1)
                    return;
            longjmp(failed, 99);
        }
        static tile *list_of(int height, int step)
        {
            tile *first = NULL;
            for (int n = (height + step - 1) / step - 1; n >= 0; n--) {
                tile *t = calloc(1, sizeof *t);
                int top = n * step - 1, bottom = top + step + 2;
                *t = (tile){ .next = first, .number = n, .rows = height - n * step < step ? height - n * step : step, .begin = top < 0 ? 0 : top, .end = bottom > height ? height : bottom, .skip = top < 0 };
                first = t;
            }
            return first;
        }
        static void drop(tile *t) { if (t) { drop(t->next); free(t); } }
        __attribute__((noinline)) static void fetch(const tp_conv2d *c, tile *t, int8_t (*to)[5][PITCH])
        {
            for (int p = 0; p < 12; p++)
                for (int y = 0; y < 5; y++)
                    for (int x = 0; x < PITCH; x++)
                        to[p][y][x] = (int8_t)c->input_zero_point; /*@fill@*/
            t->loaded = TRY(idma_copy_3d_desc64(1, ADDR(&to[0][t->skip][1]), ADDR(c->input + t->begin * 18), 0, 18, t->end - t->begin, 12, 18, PITCH, 180, PLANE)); /*@load@*/
        }
        int run(const tp_conv2d *c)
        {
            static int8_t in[2][12][5][PITCH] __attribute__((section(".dram0.data"), aligned(64)));
            static int8_t out[2][OUT_BYTES] __attribute__((section(".dram1.data"), aligned(64)));
            static struct { int8_t weights[20 * TAPS]; int32_t biases[20]; } constants __attribute__((section(".dram1.data"), aligned(64)));
            static void *const steps[] = { &&begin, &&load_next, &&compute, &&store, &&advance, &&finish };
            tile *volatile list = NULL;
            int code;
            if ((code = setjmp(failed)) != 0) {
                drop(list);
                return code;
            }
            for (int ch = 1; ch >= 0; ch--) {
                TRY(idma_init(ch, 0, MAX_BLOCK_4, 4, TICK_CYCLES_16, 0, NULL));
                TRY(idma_init_loop(ch, rings[ch], IDMA_64B_DESC, 4, NULL, NULL));
            }
            tile *t = list = list_of(c->out_height, 3);
            unsigned step = 0;
            int32_t last = 0;
            goto *steps[step];
        begin:
            TRY(idma_copy_desc64(0, ADDR(constants.weights), ADDR(c->weights), sizeof constants.weights, 0));
            last = TRY(idma_copy_desc64(0, ADDR(constants.biases), ADDR(c->bias), sizeof constants.biases, 0));
            fetch(c, t, in[0]);
            until(0, last); /*@constants@*/
            goto *steps[++step];
        load_next:
            until(1, t->loaded); /*@wait@*/
            if (t->next) fetch(c, t->next, in[t->next->number & 1]);
            goto *steps[++step];
        compute:
            own_tile(&in[t->number & 1][0][0][0], constants.weights, constants.biases, out[t->number & 1], t->rows, c->accum_shift, c->output_scale, c->output_shift); /*@kernel@*/
            goto *steps[++step];
        store:
            if (t->number > 0) until(0, last);
            t->stored = last = TRY(idma_copy_2d_desc64(0, ADDR(c->output + t->number * 54), ADDR(out[t->number & 1]), 18 * t->rows, DESC_NOTIFY_W_INT, 20, 54, 180)); /*@store@*/
            goto *steps[++step];
        advance:
            if ((t = t->next)) { step = 1; goto *steps[step]; }
            goto *steps[++step];
        finish:
            until(0, last); /*@last@*/
            drop(list);
            return 0;
        }
        """;

    /// <summary>Each program: its name and its files.</summary>
    public static IReadOnlyDictionary<string, Dictionary<string, string>> All { get; } = new Dictionary<string, Dictionary<string, string>>
    {
        ["pointers"] = new() { ["main.c"] = Pointers, ["user.c"] = ArenaUser, ["arena.h"] = Arena, ["layer_configs.h"] = Table, ["own_kernel.h"] = ForeignPrograms.Kernel },
        ["queue"] = new() { ["main.c"] = Queue, ["layer_configs.h"] = Table },
        ["machine"] = new() { ["main.c"] = Machine, ["own_kernel.h"] = ForeignPrograms.Kernel },
    };

    /// <summary>A program with one text of <c>main.c</c> replaced, which must be there.</summary>
    public static Dictionary<string, string> Changed(string program, string old, string changed)
    {
        Assert.Contains(old, All[program]["main.c"], StringComparison.Ordinal);
        return new Dictionary<string, string>(All[program], StringComparer.Ordinal) { ["main.c"] = All[program]["main.c"].Replace(old, changed, StringComparison.Ordinal) };
    }
}
