namespace TileProof.Tests.Device;

/// <summary>Tiled convolutions in the manner of several people, each a whole program with a kernel of its own: what is called, how it waits, where buffers lie.</summary>
/// <remarks>The layer is the one of <see cref="DeviceBench"/>: 12 channels of 10x18 to 20, 3x3, padding 1. Tiles have three rows; the last has one.</remarks>
internal static class ForeignPrograms
{
    /// <summary>A kernel in plain C, in a header of its own.</summary>
    public const string Kernel = """
        #ifndef OWN_KERNEL_H
        #define OWN_KERNEL_H
        #include <stdint.h>
        #include <stddef.h>
        enum { PITCH = 20, PLANE = 5 * PITCH, IN_BYTES = 12 * PLANE, OUT_BYTES = 20 * 3 * 18, TAPS = 108 };
        static inline int clip16(long long v) { return v < -32768 ? -32768 : v > 32767 ? 32767 : (int)v; }
        static inline int own_pixel(const int8_t *in, const int8_t *w, int bias, int accum, int scale, int shift)
        {
            int sum = bias;
            for (int c = 0; c < 12; c++)
                for (int k = 0; k < 9; k++)
                    sum += in[c * PLANE + (k / 3) * PITCH + k % 3] * w[c * 9 + k]; /*@read@*/
            sum = (int)((unsigned)sum << 8) >> 8;
            int v = clip16(accum ? (sum + (1 << (accum - 1))) >> accum : sum);
            v = clip16(((long long)v * scale + (1ll << (shift - 1))) >> shift);
            return v < -128 ? -128 : v > 127 ? 127 : v;
        }
        static inline void own_tile(const int8_t *in, const int8_t *w, const int32_t *bias, int8_t *out, int rows, int accum, int scale, int shift)
        {
            for (int o = 0; o < 20; o++)
                for (int y = 0; y < rows; y++)
                    for (int x = 0; x < 18; x++)
                        out[(o * 3 + y) * 18 + x] = (int8_t)own_pixel(in + y * PITCH + x, w + o * TAPS, bias[o], accum, scale, shift); /*@write@*/
        }
        #endif
        """;

    /// <summary>C++, the form with one channel, lambdas for waits, pointers cast to 32 bits, bank variables, a static constructor.</summary>
    private const string CPlusPlus = """
        #include <cstring>
        #include <utility>
        #include <xtensa/idma.h>
        #include <xtensa/hal.h>
        #include <tileproof.h>
        #include "own_kernel.h"
        IDMA_BUFFER_DEFINE(ring, 16, IDMA_2D_DESC);
        static int8_t in_tiles[2][IN_BYTES] __attribute__((section(".dram0.data"), aligned(64)));
        static int8_t weights[20 * TAPS] __attribute__((section(".dram1.data"), aligned(64)));
        static int8_t out_tiles[2][OUT_BYTES] __attribute__((section(".dram1.data"), aligned(64)));
        static int32_t biases[20] __attribute__((section(".dram0.data")));
        namespace {
        struct Counter { int made = 0; Counter() { made++; } } counter;
        template <typename T> T *at(uint32_t address) { return reinterpret_cast<T *>(static_cast<uintptr_t>(address)); }
        class Mover {
          public:
            explicit Mover(const tp_conv2d *call) : call_(call) {}
            void rows(int8_t *to, int tile) const
            {
                int first = tile * 3 - 1, begin = first < 0 ? 0 : first, end = first + 5 > 10 ? 10 : first + 5;
                std::memset(to, call_->input_zero_point, IN_BYTES); /*@fill@*/
                for (int c = 0; c < 12; c++) {
                    uint32_t source = (uint32_t)call_->input + (c * 10 + begin) * 18;
                    idma_copy_2d_desc(to + c * PLANE + (begin - first) * PITCH + 1, at<void>(source), 18, DESC_IDMA_PRIOR_H, end - begin, 18, PITCH); /*@load@*/
                }
            }
          private:
            const tp_conv2d *call_;
        };
        }
        extern "C" int run(const tp_conv2d *c)
        {
            auto wait = [] { while (idma_buffer_status() > 0) { } };
            Mover mover(c);
            int8_t *in = in_tiles[0], *next = in_tiles[1], *out = out_tiles[0], *other = out_tiles[1];
            idma_init(0, MAX_BLOCK_16, 16, TICK_CYCLES_2, 0, nullptr);
            idma_init_loop(ring, IDMA_2D_DESC, 16, nullptr, nullptr);
            idma_copy_desc(weights, const_cast<int8_t *>(c->weights), sizeof weights, 0);
            idma_copy_desc(biases, const_cast<int32_t *>(c->bias), sizeof biases, 0);
            wait();
            mover.rows(in, 0);
            for (int t = 0; t < 4; t++) {
                wait(); /*@wait@*/
                if (t < 3) mover.rows(next, t + 1);
                int rows = t == 3 ? 1 : 3;
                own_tile(in, weights, biases, out, rows, c->accum_shift, c->output_scale, c->output_shift); /*@kernel@*/
                wait();
                idma_copy_2d_desc(c->output + t * 54, out, 18 * rows, DESC_NOTIFY_W_INT, 20, 54, 180); /*@store@*/
                std::swap(in, next);
                std::swap(out, other);
            }
            wait();
            return counter.made - 1;
        }
        """;

    /// <summary>Tasks with call-backs on two channels, a loop that sleeps, and a status that is asked for.</summary>
    private const string Tasks = """
        #define IDMA_USE_MULTICHANNEL
        #include <xtensa/idma.h>
        #include <tileproof.h>
        #include <string.h>
        #include "own_kernel.h"
        #define LOCAL(bank) __attribute__((section(".dram" #bank ".data"), aligned(64)))
        IDMA_BUFFER_DEFINE(load_task, 12, IDMA_2D_DESC);
        IDMA_BUFFER_DEFINE(store_task, 1, IDMA_2D_DESC);
        IDMA_BUFFER_DEFINE(const_task, 2, IDMA_1D_DESC);
        static int8_t in_tile[IN_BYTES] LOCAL(0);
        static int8_t weights[20 * TAPS] LOCAL(0);
        static int32_t biases[20] LOCAL(1);
        static int8_t out_tile[2][OUT_BYTES] LOCAL(1);
        static volatile int loaded;
        static void on_loaded(void *flag) { *(volatile int *)flag += 1; }
        static void on_error(const idma_error_details_t *error) { (void)error; }
        static void load(const tp_conv2d *c, int t)
        {
            int first = t * 3 - 1, begin = first < 0 ? 0 : first, end = first + 5 > 10 ? 10 : first + 5;
            memset(in_tile, c->input_zero_point, sizeof in_tile);
            idma_init_task(1, load_task, IDMA_2D_DESC, 12, on_loaded, (void *)&loaded);
            for (int i = 0; i < 12; i++)
                idma_add_2d_desc(load_task, in_tile + i * PLANE + (begin - first) * PITCH + 1, (void *)(c->input + (i * 10 + begin) * 18), 18, 0, end - begin, 18, PITCH);
            idma_schedule_task(load_task); /*@load@*/
        }
        int run(const tp_conv2d *c)
        {
            int stored = 0;
            loaded = 0;
            idma_init(0, 0, MAX_BLOCK_8, 16, TICK_CYCLES_2, 100, on_error);
            idma_init(1, 0, MAX_BLOCK_8, 16, TICK_CYCLES_2, 100, on_error);
            idma_init_task(0, const_task, IDMA_1D_DESC, 2, NULL, NULL);
            idma_add_desc(const_task, weights, (void *)c->weights, sizeof weights, 0);
            idma_add_desc(const_task, biases, (void *)c->bias, sizeof biases, 0);
            idma_schedule_task(const_task);
            while (idma_task_status(const_task) > 0) idma_sleep(0);
            for (int t = 0; t < 4; t++) {
                int rows = t == 3 ? 1 : 3;
                load(c, t);
                while (loaded <= t) idma_process_tasks(1); /*@wait@*/
                own_tile(in_tile, weights, biases, out_tile[t % 2], rows, c->accum_shift, c->output_scale, c->output_shift); /*@kernel@*/
                if (stored) while (idma_task_status(store_task) > 0) { }
                idma_init_task(0, store_task, IDMA_2D_DESC, 1, NULL, NULL);
                idma_add_2d_desc(store_task, c->output + t * 54, out_tile[t % 2], 18 * rows, 0, 20, 54, 180);
                if (idma_schedule_task(store_task) != IDMA_OK) return 1; /*@store@*/
                stored = 1;
            }
            while (idma_task_status(store_task) > 0) { }
            return 0;
        }
        """;

    /// <summary>64-byte descriptors with addresses in variables, queries by the number that the copy returned, macros for everything, a header with duplicate definitions.</summary>
    private const string Descriptors = """
        #include "own_dma.h"
        #include "own_kernel.h"
        #include <string.h>
        #include <tileproof.h>
        static int8_t *pool_at[2];
        int run(const tp_conv2d *c)
        {
            int ids[2] = { 0, 0 };
            struct pair { int8_t *now, *then; } in, out, copy;
            pool_at[0] = tileproof_bank(0);
            pool_at[1] = tileproof_bank(1);
            TAKE(in.now, 0, IN_BYTES); TAKE(in.then, 0, IN_BYTES); TAKE(out.now, 0, OUT_BYTES); TAKE(out.then, 1, OUT_BYTES);
            int8_t *weights; int32_t *biases;
            TAKE(weights, 1, 20 * TAPS); TAKE(biases, 1, 80);
            dma_setup();
            FETCH(0, weights, c->weights, 20 * TAPS);
            int last = FETCH(0, biases, c->bias, 80);
            UNTIL(0, last);
            dma_tile(c, in.now, 0, &ids[0]);
            for (int t = 0; t < 4; t++) {
                int rows = t == 3 ? 1 : 3;
                UNTIL(1, ids[t & 1]); /*@wait@*/
                if (t < 3) dma_tile(c, in.then, t + 1, &ids[(t + 1) & 1]);
                own_tile(in.now, weights, biases, out.now, rows, c->accum_shift, c->output_scale, c->output_shift); /*@kernel@*/
                uint32_t to = (uint32_t)(uintptr_t)(c->output + t * 54), from = (uint32_t)(uintptr_t)out.now;
                if (t > 0) UNTIL(0, last);
                last = idma_copy_2d_desc64(0, &to, &from, 18 * rows, DESC_IDMA_PRIOR_L, 20, 54, 180); /*@store@*/
                memcpy(&copy, &in, sizeof copy); in.now = copy.then; in.then = copy.now;
                memcpy(&copy, &out, sizeof copy); out.now = copy.then; out.then = copy.now;
            }
            UNTIL(0, last);
            return 0;
        }
        """;

    private const string OwnDma = """
        #ifndef OWN_DMA_H
        #define OWN_DMA_H
        #define IDMA_USE_MULTICHANNEL 1
        #include <xtensa/config/core-isa.h>
        #include <xtensa/idma.h>
        #include <xtensa/tie/xt_timer.h>
        #include <tileproof.h>
        #include <string.h>
        #define TAKE(p, bank, bytes) do { (p) = (void *)pool_at[bank]; pool_at[bank] += ((bytes) + 63) & ~63; tileproof_buffer(#p, (p), (bytes)); } while (0)
        #define FETCH(ch, to, from, bytes) ({ void *to_ = (void *)(to); uint64_t from_ = (uintptr_t)(from); idma_copy_desc64(ch, &to_, &from_, (bytes), DESC_IDMA_PRIOR_H); })
        #define UNTIL(ch, id) do { int s_; while ((s_ = idma_desc_done((ch), (id))) == 0) { } if (s_ < 0) return s_; } while (0)
        IDMA_BUFFER_DEFINE(ring_a, 4, IDMA_64B_DESC);
        IDMA_BUFFER_DEFINE(ring_b, 4, IDMA_64B_DESC);
        unsigned started;
        void dma_setup(void)
        {
            started = XT_RSR_CCOUNT();
            idma_init(0, 0, MAX_BLOCK_16, 16, TICK_CYCLES_8, 100000, NULL);
            idma_init_loop(0, ring_a, IDMA_64B_DESC, 4, NULL, NULL);
            idma_init(1, 0, MAX_BLOCK_16, 16, TICK_CYCLES_8, 100000, NULL);
            idma_init_loop(1, ring_b, IDMA_64B_DESC, 4, NULL, NULL);
        }
        static inline void dma_tile(const tp_conv2d *c, int8_t *to, int t, int *id)
        {
            int first = t * 3 - 1, begin = first < 0 ? 0 : first, end = first + 5 > 10 ? 10 : first + 5;
            memset(to, c->input_zero_point, 12 * 5 * 20);
            uint64_t dst = (uintptr_t)(to + (begin - first) * 20 + 1), src = (uintptr_t)(c->input + begin * 18);
            *id = idma_copy_3d_desc64_wide(1, &dst, &src, 0, 18, end - begin, 12, 18, 20, 180, 100); /*@load@*/
        }
        #endif
        """;

    private const string Other = """
        #include "own_dma.h"
        unsigned cycles_since(void) { return XT_RSR_CCOUNT() - started; }
        int main(void) { return 0; }
        """;

    /// <summary>Each program: its name and its files. The line of a wait is tagged <c>wait</c>; without it the kernel reads too early.</summary>
    public static IReadOnlyDictionary<string, Dictionary<string, string>> All { get; } = new Dictionary<string, Dictionary<string, string>>
    {
        ["C++ and one channel"] = new() { ["main.cpp"] = CPlusPlus, ["own_kernel.h"] = Kernel },
        ["tasks"] = new() { ["main.c"] = Tasks, ["own_kernel.h"] = Kernel },
        ["descriptors"] = new() { ["main.c"] = Descriptors, ["other.c"] = Other, ["own_kernel.h"] = Kernel, ["own_dma.h"] = OwnDma },
    };

    /// <summary>A program without the line of a tag, which stays an empty one.</summary>
    public static Dictionary<string, string> Without(string program, string tag) =>
        All[program].ToDictionary(
            static file => file.Key,
            file => string.Join('\n', file.Value.Split('\n').Select(line => file.Key.StartsWith("main", StringComparison.Ordinal) && line.Contains($"/*@{tag}@*/", StringComparison.Ordinal) ? "" : line)));

    /// <summary><c>main.c:31</c>, the place of a tag.</summary>
    public static string PlaceOf(Dictionary<string, string> files, string tag)
    {
        (string name, string text) = files.First(file => file.Value.Contains($"/*@{tag}@*/", StringComparison.Ordinal));
        return $"{name}:{1 + Array.FindIndex(text.Split('\n'), line => line.Contains($"/*@{tag}@*/", StringComparison.Ordinal))}";
    }
}
