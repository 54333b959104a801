/* What the max pooling of both libraries has in common: the rows that a tile needs, its padding, and the kernel over its channels. */
#ifndef SAMPLE_MAXPOOL_PLANES_H
#define SAMPLE_MAXPOOL_PLANES_H

#include <float.h>
#include <vision_kernels.h>
#include <xai_cnn_api.h>
#include "banks.h"
#include "dma.h"

/* Channels and output rows of a tile; the last of each may have fewer. Sizes count floats. */
typedef struct {
    int channels, rows;
    int row_pitch, plane, out_plane;
} pool_tiles;

typedef struct { int first, tile_row, count; } pool_rows;

/* The rows of the image under some output rows; rows above and below it stay padding. */
static inline pool_rows pool_input_rows(const tp_maxpool2d *call, int first_row, int rows)
{
    int first = first_row * call->stride - call->padding;
    int begin = larger(first, 0);
    int end = smaller(first + (rows - 1) * call->stride + call->kernel_height, call->in_height);
    return (pool_rows){ begin, begin - first, larger(end - begin, 0) };
}

static inline void pool_fill(float *buffer, int count)
{
    for (int i = 0; i < count; i++) {
        buffer[i] = -FLT_MAX;
    }
}

static inline void pool_compute(const tp_maxpool2d *call, const float *in, float *out, int channels, int rows, int row_pitch, int plane, int out_plane)
{
    int input_rows = (rows - 1) * call->stride + call->kernel_height;
    for (int c = 0; c < channels; c++) {
        if (call->stride == 2) {
            maxpool2d_j2x2_f32(out + (size_t)c * (size_t)out_plane, in + (size_t)c * (size_t)plane, input_rows, row_pitch, rows, call->out_width, row_pitch,
                               plane / row_pitch, call->out_width, rows, (uint8_t)call->kernel_height, (uint8_t)call->kernel_width);
        } else {
            maxpool2d_f32_any(out + (size_t)c * (size_t)out_plane, in + (size_t)c * (size_t)plane, row_pitch, rows, call->out_width, row_pitch, call->out_width,
                              call->kernel_height, call->kernel_width, call->stride);
        }
    }
}

/* One tile, in local memory. */
static inline void pool_compute_tile(const tp_maxpool2d *call, const pool_tiles *t, const float *in, float *out, int channel_tile, int row_tile)
{
    pool_compute(call, in, out, smaller(t->channels, call->channels - channel_tile * t->channels), smaller(t->rows, call->out_height - row_tile * t->rows),
                 t->row_pitch, t->plane, t->out_plane);
}

static inline void pool_swap(float **one, float **other)
{
    float *swapped = *one;
    *one = *other;
    *other = swapped;
}

static inline void pool_load(const tp_maxpool2d *call, const pool_tiles *t, float *buffer, int channel_tile, int row_tile)
{
    int channels = smaller(t->channels, call->channels - channel_tile * t->channels);
    pool_rows rows = pool_input_rows(call, row_tile * t->rows, smaller(t->rows, call->out_height - row_tile * t->rows));
    tileproof_tile(channel_tile, row_tile);
    pool_fill(buffer, channels * t->plane);
    if (rows.count > 0) {
        int image_plane = call->in_width * call->in_height;
        dma_planes(CHANNEL_IN, call->input + (size_t)(channel_tile * t->channels) * (size_t)image_plane + (size_t)(rows.first * call->in_width),
                   buffer + rows.tile_row * t->row_pitch + call->padding, (size_t)call->in_width * sizeof(float), rows.count, channels,
                   call->in_width * (int)sizeof(float), t->row_pitch * (int)sizeof(float), image_plane * (int)sizeof(float), t->plane * (int)sizeof(float));
    }
}

static inline void pool_store(const tp_maxpool2d *call, const pool_tiles *t, const float *buffer, int channel_tile, int row_tile)
{
    int channels = smaller(t->channels, call->channels - channel_tile * t->channels);
    int rows = smaller(t->rows, call->out_height - row_tile * t->rows);
    int image_plane = call->out_width * call->out_height;
    dma_rows(CHANNEL_OUT, buffer, call->output + (size_t)(channel_tile * t->channels) * (size_t)image_plane + (size_t)(row_tile * t->rows * call->out_width),
             (size_t)(call->out_width * rows) * sizeof(float), channels, t->out_plane * (int)sizeof(float), image_plane * (int)sizeof(float));
}

static inline pool_tiles pool_tiles_of(const tp_maxpool2d *call, int channels, int rows)
{
    int row_pitch = call->in_width + 2 * call->padding;
    int tile_rows = (rows - 1) * call->stride + call->kernel_height + 2 * call->padding;
    return (pool_tiles){ channels, rows, row_pitch, row_pitch * tile_rows, call->out_width * rows };
}

static inline size_t pool_input_bytes(const pool_tiles *t) { return (size_t)t->plane * (size_t)t->channels * sizeof(float); }
static inline size_t pool_output_bytes(const pool_tiles *t) { return (size_t)t->out_plane * (size_t)t->channels * sizeof(float); }

XAI_ERR_TYPE maxpool_cached(const tp_maxpool2d *call, int cuts_into_bands);

#endif
