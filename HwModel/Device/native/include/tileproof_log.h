/*
 * Logs what a tiled program does where it really runs, such as the vendor's simulator, as a recorded program:
 * `verify --programs FILE.tileprogram.jsonl` then judges that run by the hazard rules. Written for TileProof.
 *
 * Include it in every source behind <xtensa/idma.h>, <xtensa/hal.h>, <xai_cnn_api.h> and <tileproof.h>, or put all of them in
 * front with -include. In one source define TILEPROOF_LOG_IMPLEMENTATION before. Then, around a call of the executor:
 *
 *     tileproof_log_open("conv1.tileprogram.jsonl", layer->config_key, ring_depth);
 *     tileproof_log_bank(0, dram0_pool, sizeof dram0_pool);
 *     tileproof_log_bank(1, dram1_pool, sizeof dram1_pool);
 *     tileproof_log_tensor("input", input, input_bytes);          (then weights, biases; "output" must be among them)
 *     tileproof_log_begin("conv1");
 *     status = executor(...);
 *     tileproof_log_end();
 *     tileproof_log_close();
 *
 * Cache calls and memset of tensors before and after are logged too. Logged are transfers of rings, waits and queries, cache calls,
 * memset and memcpy of banks, tensors and named buffers, the convolutions, edge extension and tile copy of <xai_cnn_api.h>, and
 * tileproof_buffer and tileproof_tile. Not logged are tasks, and what the program reads and writes of its own: no macro sees it.
 * Arguments are evaluated twice. Within TileProof (TILEPROOF is defined) nothing here does anything: the run is recorded anyway.
 */
#ifndef TILEPROOF_LOG_H
#define TILEPROOF_LOG_H

#include <stddef.h>
#include <stdint.h>

#ifdef TILEPROOF

static inline void tileproof_log_open(const char *path, const char *layer, int ring_depth) { (void)path; (void)layer; (void)ring_depth; }
static inline void tileproof_log_bank(int bank, const void *start, size_t bytes) { (void)bank; (void)start; (void)bytes; }
static inline void tileproof_log_tensor(const char *name, const void *start, size_t bytes) { (void)name; (void)start; (void)bytes; }
static inline void tileproof_log_begin(const char *name) { (void)name; }
static inline void tileproof_log_end(void) {}
static inline void tileproof_log_close(void) {}

#else

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes in planes of rows. */
typedef struct {
    const void *start;
    long row_bytes, rows, row_pitch, planes, plane_pitch;
} tileproof_log_region;

typedef struct {
    const char *file;
    int line;
    const char *function;
} tileproof_log_place;

void tileproof_log_open(const char *path, const char *layer, int ring_depth);
void tileproof_log_bank(int bank, const void *start, size_t bytes);
void tileproof_log_tensor(const char *name, const void *start, size_t bytes);
void tileproof_log_begin(const char *name);
void tileproof_log_end(void);
void tileproof_log_close(void);

void tileproof_log_name(const char *name, const void *start, size_t bytes, tileproof_log_place at);
void tileproof_log_mark(int channel_tile, int row_tile, tileproof_log_place at);
void tileproof_log_transfer(int channel, tileproof_log_region to, tileproof_log_region from, tileproof_log_place at);
void tileproof_log_wait(int channel, int outstanding, tileproof_log_place at);
int tileproof_log_query(int channel, int number, int answer, tileproof_log_place at);
int tileproof_log_count(int channel, int answer, tileproof_log_place at);
void tileproof_log_fill(int value, int is_edge, tileproof_log_region to, tileproof_log_place at);
void tileproof_log_copy(tileproof_log_region to, tileproof_log_region from, tileproof_log_place at);
void tileproof_log_cache(int writes_back, int drops, const void *start, size_t bytes, tileproof_log_place at);
void tileproof_log_compute(const char *kernel, long rows, long out_channels, long in_channels, int read_count, const tileproof_log_region *reads,
                           tileproof_log_region write, tileproof_log_place at);

#ifdef __cplusplus
}
#endif

static inline tileproof_log_place tileproof_log_at(const char *file, int line, const char *function)
{
    tileproof_log_place at;
    at.file = file;
    at.line = line;
    at.function = function;
    return at;
}

static inline tileproof_log_region tileproof_log_planes(const void *start, long row_bytes, long rows, long row_pitch, long planes, long plane_pitch)
{
    tileproof_log_region region;
    region.start = start;
    region.row_bytes = row_bytes;
    region.rows = rows;
    region.row_pitch = rows > 1 ? row_pitch : row_bytes;
    region.planes = planes;
    region.plane_pitch = planes > 1 ? plane_pitch : region.row_pitch * rows;
    return region;
}

static inline tileproof_log_region tileproof_log_linear(const void *start, size_t bytes) { return tileproof_log_planes(start, (long)bytes, 1, 0, 1, 0); }

/* The 64-byte forms are given the address of an address. */
static inline const void *tileproof_log_narrow(const void *address) { return (const void *)(uintptr_t)*(const uintptr_t *)address; }

#define TILEPROOF_LOG_AT tileproof_log_at(__FILE__, __LINE__, __func__)

#ifdef IDMA_USE_MULTICHANNEL
#define TILEPROOF_LOG_CH(ch) ch,
#define TILEPROOF_LOG_CH0(ch) ch
#define TILEPROOF_LOG_NUMBER(ch) (ch)
#define idma_copy_desc(ch, dst, src, bytes, flags) TILEPROOF_LOG_COPY1(ch, dst, src, bytes, flags)
#define idma_copy_2d_desc(ch, dst, src, bytes, flags, rows, sp, dp) TILEPROOF_LOG_COPY2(ch, dst, src, bytes, flags, rows, sp, dp)
#define idma_copy_desc64(ch, dst, src, bytes, flags) TILEPROOF_LOG_COPY1_64(ch, dst, src, bytes, flags)
#define idma_copy_2d_desc64(ch, dst, src, bytes, flags, rows, sp, dp) TILEPROOF_LOG_COPY2_64(ch, dst, src, bytes, flags, rows, sp, dp)
#define idma_copy_3d_desc64(ch, dst, src, flags, bytes, rows, tiles, srp, drp, stp, dtp) TILEPROOF_LOG_COPY3(ch, dst, src, flags, bytes, rows, tiles, srp, drp, stp, dtp)
#define idma_hw_wait_all(ch) TILEPROOF_LOG_WAIT(ch)
#define idma_desc_done(ch, number) TILEPROOF_LOG_DONE(ch, number)
#define idma_buffer_status(ch) tileproof_log_count(ch, (idma_buffer_status)(ch), TILEPROOF_LOG_AT)
#define idma_hw_num_outstanding(ch) tileproof_log_count(ch, (idma_hw_num_outstanding)(ch), TILEPROOF_LOG_AT)
#else
#define TILEPROOF_LOG_CH(ch)
#define TILEPROOF_LOG_CH0(ch)
#define TILEPROOF_LOG_NUMBER(ch) 0
#define idma_copy_desc(dst, src, bytes, flags) TILEPROOF_LOG_COPY1(0, dst, src, bytes, flags)
#define idma_copy_2d_desc(dst, src, bytes, flags, rows, sp, dp) TILEPROOF_LOG_COPY2(0, dst, src, bytes, flags, rows, sp, dp)
#define idma_copy_desc64(dst, src, bytes, flags) TILEPROOF_LOG_COPY1_64(0, dst, src, bytes, flags)
#define idma_copy_2d_desc64(dst, src, bytes, flags, rows, sp, dp) TILEPROOF_LOG_COPY2_64(0, dst, src, bytes, flags, rows, sp, dp)
#define idma_copy_3d_desc64(dst, src, flags, bytes, rows, tiles, srp, drp, stp, dtp) TILEPROOF_LOG_COPY3(0, dst, src, flags, bytes, rows, tiles, srp, drp, stp, dtp)
#define idma_hw_wait_all() TILEPROOF_LOG_WAIT(0)
#define idma_desc_done(number) TILEPROOF_LOG_DONE(0, number)
#define idma_buffer_status() tileproof_log_count(0, (idma_buffer_status)(), TILEPROOF_LOG_AT)
#define idma_hw_num_outstanding() tileproof_log_count(0, (idma_hw_num_outstanding)(), TILEPROOF_LOG_AT)
#endif

#define TILEPROOF_LOG_COPY1(ch, dst, src, bytes, flags) \
    (tileproof_log_transfer(TILEPROOF_LOG_NUMBER(ch), tileproof_log_linear(dst, bytes), tileproof_log_linear(src, bytes), TILEPROOF_LOG_AT), \
     (idma_copy_desc)(TILEPROOF_LOG_CH(ch) dst, src, bytes, flags))
#define TILEPROOF_LOG_COPY2(ch, dst, src, bytes, flags, row_count, sp, dp) \
    (tileproof_log_transfer(TILEPROOF_LOG_NUMBER(ch), tileproof_log_planes(dst, (long)(bytes), (long)(row_count), (long)(dp), 1, 0), \
                            tileproof_log_planes(src, (long)(bytes), (long)(row_count), (long)(sp), 1, 0), TILEPROOF_LOG_AT), \
     (idma_copy_2d_desc)(TILEPROOF_LOG_CH(ch) dst, src, bytes, flags, row_count, sp, dp))
#define TILEPROOF_LOG_COPY1_64(ch, dst, src, bytes, flags) \
    (tileproof_log_transfer(TILEPROOF_LOG_NUMBER(ch), tileproof_log_linear(tileproof_log_narrow(dst), bytes), \
                            tileproof_log_linear(tileproof_log_narrow(src), bytes), TILEPROOF_LOG_AT), \
     (idma_copy_desc64)(TILEPROOF_LOG_CH(ch) dst, src, bytes, flags))
#define TILEPROOF_LOG_COPY2_64(ch, dst, src, bytes, flags, row_count, sp, dp) \
    (tileproof_log_transfer(TILEPROOF_LOG_NUMBER(ch), tileproof_log_planes(tileproof_log_narrow(dst), (long)(bytes), (long)(row_count), (long)(dp), 1, 0), \
                            tileproof_log_planes(tileproof_log_narrow(src), (long)(bytes), (long)(row_count), (long)(sp), 1, 0), TILEPROOF_LOG_AT), \
     (idma_copy_2d_desc64)(TILEPROOF_LOG_CH(ch) dst, src, bytes, flags, row_count, sp, dp))
#define TILEPROOF_LOG_COPY3(ch, dst, src, flags, bytes, row_count, tiles, srp, drp, stp, dtp) \
    (tileproof_log_transfer(TILEPROOF_LOG_NUMBER(ch), \
                            tileproof_log_planes(tileproof_log_narrow(dst), (long)(bytes), (long)(row_count), (long)(drp), (long)(tiles), (long)(dtp)), \
                            tileproof_log_planes(tileproof_log_narrow(src), (long)(bytes), (long)(row_count), (long)(srp), (long)(tiles), (long)(stp)), \
                            TILEPROOF_LOG_AT), \
     (idma_copy_3d_desc64)(TILEPROOF_LOG_CH(ch) dst, src, flags, bytes, row_count, tiles, srp, drp, stp, dtp))
#define TILEPROOF_LOG_WAIT(ch) (tileproof_log_wait(TILEPROOF_LOG_NUMBER(ch), 0, TILEPROOF_LOG_AT), (idma_hw_wait_all)(TILEPROOF_LOG_CH0(ch)))
#define TILEPROOF_LOG_DONE(ch, number) \
    tileproof_log_query(TILEPROOF_LOG_NUMBER(ch), (int)(number), (idma_desc_done)(TILEPROOF_LOG_CH(ch) number), TILEPROOF_LOG_AT)

#define xthal_dcache_region_writeback(start, bytes) \
    (tileproof_log_cache(1, 0, start, bytes, TILEPROOF_LOG_AT), (xthal_dcache_region_writeback)(start, bytes))
#define xthal_dcache_region_invalidate(start, bytes) \
    (tileproof_log_cache(0, 1, start, bytes, TILEPROOF_LOG_AT), (xthal_dcache_region_invalidate)(start, bytes))
#define xthal_dcache_region_writeback_inv(start, bytes) \
    (tileproof_log_cache(1, 1, start, bytes, TILEPROOF_LOG_AT), (xthal_dcache_region_writeback_inv)(start, bytes))

#ifndef TILEPROOF_LOG_IMPLEMENTATION
#undef memset
#undef memcpy
#undef memmove
#define memset(to, value, bytes) (tileproof_log_fill(value, 0, tileproof_log_linear(to, bytes), TILEPROOF_LOG_AT), (memset)(to, value, bytes))
#define memcpy(to, from, bytes) (tileproof_log_copy(tileproof_log_linear(to, bytes), tileproof_log_linear(from, bytes), TILEPROOF_LOG_AT), (memcpy)(to, from, bytes))
#define memmove(to, from, bytes) (tileproof_log_copy(tileproof_log_linear(to, bytes), tileproof_log_linear(from, bytes), TILEPROOF_LOG_AT), (memmove)(to, from, bytes))
#endif
#define tileproof_buffer(name, pointer, bytes) tileproof_log_name(name, pointer, bytes, TILEPROOF_LOG_AT)
#define tileproof_tile(channel_tile, row_tile) tileproof_log_mark(channel_tile, row_tile, TILEPROOF_LOG_AT)

#ifdef XAI_TILE3D_GET_DATA_PTR
static inline void tileproof_log_convolution(const char *kernel, const xai_tile3D *in, const xai_tile4D *co, const xai_array *bias, const xai_array *scales,
                                             const xai_tile3D *out, const xai_cnn_conv_params *p, tileproof_log_place at)
{
    long size = XAI_TILE4D_GET_DIM2(co), outs = XAI_TILE3D_GET_DIM3(out), ins = XAI_TILE3D_GET_DIM3(in), row_bytes = XAI_TILE3D_GET_DIM1(out);
    long pitch = XAI_TILE3D_GET_DIM1_PITCH(in), left = XAI_TILE3D_GET_DIM1_EDGE1(in), rows = XAI_TILE3D_GET_DIM2(out);
    int tight = XAI_TILE3D_GET_DIM1_PITCH(out) == row_bytes;
    tileproof_log_region reads[4];
    int count = 3;
    reads[0] = tileproof_log_planes((const int8_t *)XAI_TILE3D_GET_DATA_PTR(in) - (size / 2 * pitch + left),
                                    XAI_TILE3D_GET_DIM1(in) + left + XAI_TILE3D_GET_DIM1_EDGE2(in), (rows - 1) * XAI_CNN_CONV_GET_STRIDEY(p) + size, pitch, ins,
                                    XAI_TILE3D_GET_DIM2_PITCH(in));
    reads[1] = tileproof_log_linear(XAI_TILE4D_GET_DATA_PTR(co), (size_t)(outs * ins * XAI_TILE4D_GET_DIM1(co) * size));
    reads[2] = tileproof_log_linear(XAI_ARRAY_GET_DATA_PTR(bias), (size_t)outs * sizeof(int32_t));
    if (scales != NULL) {
        reads[count++] = tileproof_log_linear(XAI_ARRAY_GET_DATA_PTR(scales), (size_t)outs * sizeof(uint16_t));
    }
    tileproof_log_compute(kernel, rows, outs, ins, count, reads,
                          tileproof_log_planes(XAI_TILE3D_GET_DATA_PTR(out), tight ? row_bytes * rows : row_bytes, tight ? 1 : rows, XAI_TILE3D_GET_DIM1_PITCH(out), outs,
                                               XAI_TILE3D_GET_DIM2_PITCH(out)), at);
}

static inline void tileproof_log_edge(const xai_tile3D *tile, long first_row, long rows, long first_column, long columns, int value, tileproof_log_place at)
{
    const int8_t *corner = (const int8_t *)XAI_TILE3D_GET_DATA_PTR(tile) - (XAI_TILE3D_GET_DIM2_EDGE1(tile) * XAI_TILE3D_GET_DIM1_PITCH(tile) + XAI_TILE3D_GET_DIM1_EDGE1(tile));
    if (rows > 0 && columns > 0) {
        tileproof_log_fill(value, 1, tileproof_log_planes(corner + first_row * XAI_TILE3D_GET_DIM1_PITCH(tile) + first_column, columns, rows,
                                                          XAI_TILE3D_GET_DIM1_PITCH(tile), XAI_TILE3D_GET_DIM3(tile), XAI_TILE3D_GET_DIM2_PITCH(tile)), at);
    }
}

static inline long tileproof_log_clamp(long value, long low, long high) { return value < low ? low : value > high ? high : value; }

static inline void tileproof_log_edges(const xai_tile3D *tile, int value, xai_size3D frame, tileproof_log_place at)
{
    long all_rows = XAI_TILE3D_GET_DIM2(tile) + XAI_TILE3D_GET_DIM2_EDGE1(tile) + XAI_TILE3D_GET_DIM2_EDGE2(tile);
    long all_columns = XAI_TILE3D_GET_DIM1(tile) + XAI_TILE3D_GET_DIM1_EDGE1(tile) + XAI_TILE3D_GET_DIM1_EDGE2(tile);
    long row_origin = XAI_TILE3D_GET_DIM2_EDGE1(tile) - XAI_TILE3D_GET_DIM2_COORD(tile), column_origin = XAI_TILE3D_GET_DIM1_EDGE1(tile) - XAI_TILE3D_GET_DIM1_COORD(tile);
    long top = tileproof_log_clamp(row_origin, 0, all_rows), bottom = tileproof_log_clamp(frame.dim2Size + row_origin, top, all_rows);
    long left = tileproof_log_clamp(column_origin, 0, all_columns), right = tileproof_log_clamp(frame.dim1Size + column_origin, left, all_columns);
    tileproof_log_edge(tile, 0, top, 0, all_columns, value, at);
    tileproof_log_edge(tile, bottom, all_rows - bottom, 0, all_columns, value, at);
    tileproof_log_edge(tile, top, bottom - top, 0, left, value, at);
    tileproof_log_edge(tile, top, bottom - top, right, all_columns - right, value, at);
}

#define TILEPROOF_LOG_KERNEL(name, in, co, bias, out, p) (tileproof_log_convolution(#name, in, co, bias, NULL, out, p, TILEPROOF_LOG_AT), (name)(in, co, bias, out, p))
#define TILEPROOF_LOG_KERNEL_VQ(name, in, co, bias, scales, out, p) \
    (tileproof_log_convolution(#name, in, co, bias, scales, out, p, TILEPROOF_LOG_AT), (name)(in, co, bias, scales, out, p))
#define xaiConvolved3D_S_7x7j2d1_S8S8IX_MOW_WHD(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D_S_7x7j2d1_S8S8IX_MOW_WHD, in, co, bias, out, p)
#define xaiConvolved3D_S_3x3j1d1_S8S8IX_MOW_WHD(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D_S_3x3j1d1_S8S8IX_MOW_WHD, in, co, bias, out, p)
#define xaiConvolved3D_S_3x3j2d1_S8S8IX_MOW_WHD(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D_S_3x3j2d1_S8S8IX_MOW_WHD, in, co, bias, out, p)
#define xaiConvolved3D_S_1x1j1d1_S8S8IX_MOW_WHD(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D_S_1x1j1d1_S8S8IX_MOW_WHD, in, co, bias, out, p)
#define xaiConvolved3D_S_1x1j2d1_S8S8IX_MOW_WHD(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D_S_1x1j2d1_S8S8IX_MOW_WHD, in, co, bias, out, p)
#define xaiConvolved3D(in, co, bias, out, p) TILEPROOF_LOG_KERNEL(xaiConvolved3D, in, co, bias, out, p)
#define xaiConvolvedVQ3D_S_7x7j2d1_S8S8IX_MOW_WHD(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D_S_7x7j2d1_S8S8IX_MOW_WHD, in, co, bias, scales, out, p)
#define xaiConvolvedVQ3D_S_3x3j1d1_S8S8IX_MOW_WHD(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D_S_3x3j1d1_S8S8IX_MOW_WHD, in, co, bias, scales, out, p)
#define xaiConvolvedVQ3D_S_3x3j2d1_S8S8IX_MOW_WHD(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D_S_3x3j2d1_S8S8IX_MOW_WHD, in, co, bias, scales, out, p)
#define xaiConvolvedVQ3D_S_1x1j1d1_S8S8IX_MOW_WHD(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D_S_1x1j1d1_S8S8IX_MOW_WHD, in, co, bias, scales, out, p)
#define xaiConvolvedVQ3D_S_1x1j2d1_S8S8IX_MOW_WHD(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D_S_1x1j2d1_S8S8IX_MOW_WHD, in, co, bias, scales, out, p)
#define xaiConvolvedVQ3D(in, co, bias, scales, out, p) TILEPROOF_LOG_KERNEL_VQ(xaiConvolvedVQ3D, in, co, bias, scales, out, p)
#define xaiExtendEdgesConst3D_I8(tile, value, frame) (tileproof_log_edges(tile, value, frame, TILEPROOF_LOG_AT), (xaiExtendEdgesConst3D_I8)(tile, value, frame))
#endif

#ifdef TILEPROOF_LOG_IMPLEMENTATION

#include <stdio.h>
#include <string.h>

#define TILEPROOF_LOG_BUFFERS 4096
#define TILEPROOF_LOG_BANKS 8
#define TILEPROOF_LOG_LINE 128

static struct {
    FILE *file;
    int buffer_count, allocated, image, channel_tile, row_tile;
    uintptr_t system_end;
    struct { uintptr_t start; size_t bytes; int buffer; } banks[TILEPROOF_LOG_BANKS];
    struct { uintptr_t start; size_t bytes; int number, bank, is_old; char name[64]; } buffers[TILEPROOF_LOG_BUFFERS];
    int issued[TILEPROOF_LOG_BANKS];
} tileproof_logged;

static int tileproof_log_has(const char *name, const char *part)
{
    for (; *name != 0; name++) {
        size_t i = 0;
        while (part[i] != 0 && (name[i] | 32) == part[i]) {
            i++;
        }
        if (part[i] == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *tileproof_log_role(const char *name)
{
    return tileproof_log_has(name, "coef") || tileproof_log_has(name, "weight") ? "Coefficients"
        : tileproof_log_has(name, "bias") ? "Bias"
        : tileproof_log_has(name, "scale") ? "Scales"
        : tileproof_log_has(name, "out") ? "Output"
        : "Input";
}

static void tileproof_log_text(const char *text)
{
    fputc('"', tileproof_logged.file);
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', tileproof_logged.file);
        }
        fputc((unsigned char)*text < 32 ? ' ' : *text, tileproof_logged.file);
    }
    fputc('"', tileproof_logged.file);
}

static int tileproof_log_add(const char *name, uintptr_t start, size_t bytes, int bank, int is_foreign)
{
    int index = tileproof_logged.allocated;
    if (tileproof_logged.file == NULL || index == TILEPROOF_LOG_BUFFERS) {
        return 0;
    }
    uintptr_t offset = bank >= 0 ? start - tileproof_logged.banks[bank].start
                                 : (tileproof_logged.system_end + TILEPROOF_LOG_LINE - 1) / TILEPROOF_LOG_LINE * TILEPROOF_LOG_LINE + TILEPROOF_LOG_LINE + start % TILEPROOF_LOG_LINE;
    if (bank < 0) {
        tileproof_logged.system_end = offset + bytes;
    }
    tileproof_logged.allocated++;
    tileproof_logged.buffers[index].start = start;
    tileproof_logged.buffers[index].bytes = bytes;
    tileproof_logged.buffers[index].bank = bank;
    tileproof_logged.buffers[index].number = tileproof_logged.buffer_count++;
    snprintf(tileproof_logged.buffers[index].name, sizeof tileproof_logged.buffers[index].name, "%s", name);
    fprintf(tileproof_logged.file, "{\"buffer\":%d,\"name\":", tileproof_logged.buffers[index].number);
    tileproof_log_text(name);
    fprintf(tileproof_logged.file, ",\"role\":\"%s\",\"bank\":%d,\"offset\":%lu,\"bytes\":%lu%s}\n", tileproof_log_role(name), bank, (unsigned long)offset,
            (unsigned long)bytes, is_foreign ? ",\"foreign\":true" : "");
    return index;
}

static int tileproof_log_bank_of(uintptr_t address)
{
    for (int i = 0; i < TILEPROOF_LOG_BANKS; i++) {
        if (address >= tileproof_logged.banks[i].start && address - tileproof_logged.banks[i].start < tileproof_logged.banks[i].bytes) {
            return i;
        }
    }
    return -1;
}

/* The buffer that holds an address, else the one before it in its bank or, of tensors, within a line of it. */
static int tileproof_log_find(uintptr_t address, int adds_foreign, size_t bytes)
{
    int bank = tileproof_log_bank_of(address), before = -1;
    for (int i = tileproof_logged.allocated - 1; i >= 0; i--) {
        if (tileproof_logged.buffers[i].is_old || tileproof_logged.buffers[i].bank != bank || address < tileproof_logged.buffers[i].start) {
            continue;
        }
        uintptr_t distance = address - tileproof_logged.buffers[i].start;
        int is_bank = bank >= 0 && tileproof_logged.banks[bank].buffer == i;
        if (distance < tileproof_logged.buffers[i].bytes && !is_bank) {
            return i;
        }
        if ((bank >= 0 || distance < tileproof_logged.buffers[i].bytes + TILEPROOF_LOG_LINE / 2) && (before < 0 || tileproof_logged.buffers[i].start > tileproof_logged.buffers[before].start)) {
            before = i;
        }
    }
    if (before >= 0 || !adds_foreign) {
        return before;
    }
    char name[64];
    if (bank >= 0) {
        snprintf(name, sizeof name, "DRAM%d", bank);
        return tileproof_logged.banks[bank].buffer = tileproof_log_add(name, tileproof_logged.banks[bank].start, tileproof_logged.banks[bank].bytes, bank, 0);
    }
    snprintf(name, sizeof name, "variable at 0x%lx", (unsigned long)address);
    return tileproof_log_add(name, address, bytes, -1, 1);
}

static int tileproof_log_is_known(const void *address)
{
    return tileproof_logged.file != NULL && (tileproof_log_bank_of((uintptr_t)address) >= 0 || tileproof_log_find((uintptr_t)address, 0, 0) >= 0);
}

static size_t tileproof_log_extent(tileproof_log_region r) { return (size_t)((r.planes - 1) * r.plane_pitch + (r.rows - 1) * r.row_pitch + r.row_bytes); }

static int tileproof_log_resolve(tileproof_log_region r) { return tileproof_log_find((uintptr_t)r.start, 1, tileproof_log_extent(r)); }

static void tileproof_log_put(int index, tileproof_log_region r)
{
    fprintf(tileproof_logged.file, "[%d,%ld,%ld,%ld,%ld,%ld,%ld]", tileproof_logged.buffers[index].number, (long)((uintptr_t)r.start - tileproof_logged.buffers[index].start),
            r.row_bytes, r.rows, r.row_pitch, r.planes, r.plane_pitch);
}

static void tileproof_log_tail(tileproof_log_place at)
{
    fprintf(tileproof_logged.file, ",\"tile\":[%d,%d,%d],\"at\":[[", tileproof_logged.image, tileproof_logged.channel_tile, tileproof_logged.row_tile);
    tileproof_log_text(at.file);
    fprintf(tileproof_logged.file, ",%d,", at.line);
    tileproof_log_text(at.function);
    fputs("]]}\n", tileproof_logged.file);
}

void tileproof_log_open(const char *path, const char *layer, int ring_depth)
{
    memset(&tileproof_logged, 0, sizeof tileproof_logged);
    tileproof_logged.file = fopen(path, "w");
    if (tileproof_logged.file != NULL) {
        fputs("{\"format\":\"tileproof-program\",\"version\":1,\"layer\":", tileproof_logged.file);
        tileproof_log_text(layer);
        fprintf(tileproof_logged.file, ",\"ringDepth\":%d}\n", ring_depth);
    }
}

void tileproof_log_close(void)
{
    if (tileproof_logged.file != NULL) {
        fclose(tileproof_logged.file);
        tileproof_logged.file = NULL;
    }
}

void tileproof_log_bank(int bank, const void *start, size_t bytes)
{
    if (bank >= 0 && bank < TILEPROOF_LOG_BANKS) {
        tileproof_logged.banks[bank].start = (uintptr_t)start;
        tileproof_logged.banks[bank].bytes = bytes;
        tileproof_logged.banks[bank].buffer = -1;
    }
}

void tileproof_log_tensor(const char *name, const void *start, size_t bytes) { tileproof_log_add(name, (uintptr_t)start, bytes, -1, 0); }

void tileproof_log_begin(const char *name)
{
    if (tileproof_logged.file != NULL) {
        fputs("{\"op\":\"Begin\",\"name\":", tileproof_logged.file);
        tileproof_log_text(name);
        fprintf(tileproof_logged.file, ",\"tile\":[%d,0,0]}\n", tileproof_logged.image);
        tileproof_logged.channel_tile = tileproof_logged.row_tile = 0;
    }
}

void tileproof_log_end(void)
{
    if (tileproof_logged.file != NULL) {
        fputs("{\"op\":\"End\"}\n", tileproof_logged.file);
        tileproof_logged.image++;
    }
}

void tileproof_log_name(const char *name, const void *start, size_t bytes, tileproof_log_place at)
{
    int bank = tileproof_log_bank_of((uintptr_t)start);
    if (tileproof_logged.file == NULL || bank < 0) {
        return;
    }
    int index = -1;
    for (int i = 0; i < tileproof_logged.allocated; i++) {
        if (tileproof_logged.buffers[i].bank == bank && strcmp(tileproof_logged.buffers[i].name, name) == 0) {
            int is_same = tileproof_logged.buffers[i].start == (uintptr_t)start && tileproof_logged.buffers[i].bytes == bytes;
            tileproof_logged.buffers[i].is_old = !is_same;
            index = is_same ? i : index;
        }
    }
    if (index < 0) {
        index = tileproof_log_add(name, (uintptr_t)start, bytes, bank, 0);
    }
    fprintf(tileproof_logged.file, "{\"op\":\"Name\",\"buffer\":%d", tileproof_logged.buffers[index].number);
    tileproof_log_tail(at);
}

void tileproof_log_mark(int channel_tile, int row_tile, tileproof_log_place at)
{
    if (tileproof_logged.file != NULL) {
        tileproof_logged.channel_tile = channel_tile;
        tileproof_logged.row_tile = row_tile;
        fputs("{\"op\":\"Tile\"", tileproof_logged.file);
        tileproof_log_tail(at);
    }
}

void tileproof_log_transfer(int channel, tileproof_log_region to, tileproof_log_region from, tileproof_log_place at)
{
    if (tileproof_logged.file == NULL || channel < 0 || channel >= TILEPROOF_LOG_BANKS) {
        return;
    }
    tileproof_logged.issued[channel]++;
    int source = tileproof_log_resolve(from), target = tileproof_log_resolve(to);
    int is_load = tileproof_logged.buffers[target].bank >= 0;
    fprintf(tileproof_logged.file, "{\"op\":\"%s\",\"channel\":%d,\"purpose\":\"%s\",\"reads\":[", is_load ? "Load" : "Store", channel,
            is_load && strcmp(tileproof_log_role(tileproof_logged.buffers[source].name), "Output") != 0 ? tileproof_log_role(tileproof_logged.buffers[source].name)
            : is_load ? "Input" : "Output");
    tileproof_log_put(source, from);
    fputs("],\"writes\":[", tileproof_logged.file);
    tileproof_log_put(target, to);
    fputc(']', tileproof_logged.file);
    tileproof_log_tail(at);
}

void tileproof_log_wait(int channel, int outstanding, tileproof_log_place at)
{
    if (tileproof_logged.file != NULL) {
        fprintf(tileproof_logged.file, "{\"op\":\"Wait\",\"channel\":%d,\"outstanding\":%d", channel, outstanding);
        tileproof_log_tail(at);
    }
}

int tileproof_log_query(int channel, int number, int answer, tileproof_log_place at)
{
    if (tileproof_logged.file != NULL && answer > 0 && channel >= 0 && channel < TILEPROOF_LOG_BANKS) {
        int outstanding = tileproof_logged.issued[channel] - number;
        tileproof_log_wait(channel, outstanding > 0 ? outstanding : 0, at);
    } else if (tileproof_logged.file != NULL) {
        fprintf(tileproof_logged.file, "{\"op\":\"Poll\",\"channel\":%d", channel);
        tileproof_log_tail(at);
    }
    return answer;
}

int tileproof_log_count(int channel, int answer, tileproof_log_place at)
{
    if (answer >= 0) {
        tileproof_log_wait(channel, answer, at);
    }
    return answer;
}

void tileproof_log_fill(int value, int is_edge, tileproof_log_region to, tileproof_log_place at)
{
    if (tileproof_log_is_known(to.start) && to.row_bytes > 0) {
        int target = tileproof_log_resolve(to);
        fprintf(tileproof_logged.file, "{\"op\":\"Fill\",\"value\":%d,\"purpose\":\"%s\",\"writes\":[", value & 255, is_edge ? "Edge" : "WholeBuffer");
        tileproof_log_put(target, to);
        fputc(']', tileproof_logged.file);
        tileproof_log_tail(at);
    }
}

void tileproof_log_copy(tileproof_log_region to, tileproof_log_region from, tileproof_log_place at)
{
    int reads = tileproof_log_is_known(from.start), writes = tileproof_log_is_known(to.start);
    if (to.row_bytes > 0 && (reads || writes)) {
        int source = reads ? tileproof_log_resolve(from) : 0, target = writes ? tileproof_log_resolve(to) : 0;
        fputs("{\"op\":\"Compute\",\"kernel\":\"PaddedCopy\",\"name\":\"copy\",\"rows\":0,\"outChannels\":0,\"inChannels\":0,\"reads\":[", tileproof_logged.file);
        if (reads) {
            tileproof_log_put(source, from);
        }
        fputs("],\"writes\":[", tileproof_logged.file);
        if (writes) {
            tileproof_log_put(target, to);
        }
        fputc(']', tileproof_logged.file);
        tileproof_log_tail(at);
    }
}

void tileproof_log_cache(int writes_back, int drops, const void *start, size_t bytes, tileproof_log_place at)
{
    if (!tileproof_log_is_known(start) || bytes == 0) {
        return;
    }
    tileproof_log_region region = tileproof_log_linear(start, bytes);
    int target = tileproof_log_resolve(region);
    for (int i = 0; i < 2; i++) {
        if (i == 0 ? writes_back : drops) {
            fprintf(tileproof_logged.file, "{\"op\":\"%s\",\"writes\":[", i == 0 ? "WriteBack" : "Invalidate");
            tileproof_log_put(target, region);
            fputc(']', tileproof_logged.file);
            tileproof_log_tail(at);
        }
    }
}

void tileproof_log_compute(const char *kernel, long rows, long out_channels, long in_channels, int read_count, const tileproof_log_region *reads,
                           tileproof_log_region write, tileproof_log_place at)
{
    if (tileproof_logged.file == NULL) {
        return;
    }
    int sources[4], target = tileproof_log_resolve(write);
    for (int i = 0; i < read_count && i < 4; i++) {
        sources[i] = tileproof_log_resolve(reads[i]);
    }
    fputs("{\"op\":\"Compute\",\"kernel\":\"Convolution\",\"name\":", tileproof_logged.file);
    tileproof_log_text(kernel);
    fprintf(tileproof_logged.file, ",\"rows\":%ld,\"outChannels\":%ld,\"inChannels\":%ld,\"reads\":[", rows, out_channels, in_channels);
    for (int i = 0; i < read_count && i < 4; i++) {
        if (i > 0) {
            fputc(',', tileproof_logged.file);
        }
        tileproof_log_put(sources[i], reads[i]);
    }
    fputs("],\"writes\":[", tileproof_logged.file);
    tileproof_log_put(target, write);
    fputc(']', tileproof_logged.file);
    tileproof_log_tail(at);
}

#endif /* TILEPROOF_LOG_IMPLEMENTATION */
#endif /* TILEPROOF */
#endif
