/* Max pooling without tiles: padded planes go into the room behind the cache, and the kernel works on them. */
#include "maxpool_planes.h"
#include "planes.h"
#include <xtensa/hal.h>

static void band(const tp_maxpool2d *call, int channel_tile, int first_channel, int channels, int row_tile, int first_row, int rows, int row_pitch, int plane)
{
    float *scratch = (float *)(void *)sample_scratch;
    pool_rows inside = pool_input_rows(call, first_row, rows);
    int image_plane = call->in_width * call->in_height;
    int out_plane = call->out_width * call->out_height;
    float *output = call->output + (size_t)first_channel * (size_t)out_plane + (size_t)(first_row * call->out_width);
    tileproof_tile(channel_tile, row_tile);
    pool_fill(scratch, channels * plane);
    if (inside.count > 0) {
        copy_planes(call->input + (size_t)first_channel * (size_t)image_plane + (size_t)(inside.first * call->in_width),
                    scratch + inside.tile_row * row_pitch + call->padding, call->in_width * (int)sizeof(float), inside.count, channels,
                    call->in_width * (int)sizeof(float), row_pitch * (int)sizeof(float), image_plane * (int)sizeof(float), plane * (int)sizeof(float));
    }
    pool_compute(call, scratch, output, channels, rows, row_pitch, plane, out_plane);
    for (int c = 0; c < channels; c++) {
        xthal_dcache_region_writeback(output + (size_t)c * (size_t)out_plane, (size_t)(rows * call->out_width) * sizeof(float));
    }
}

XAI_ERR_TYPE maxpool_cached(const tp_maxpool2d *call, int cuts_into_bands)
{
    int row_pitch = call->in_width + 2 * call->padding;
    int room = SCRATCH_BYTES / (int)sizeof(float);
    if (!cuts_into_bands && (int64_t)row_pitch * (call->in_height + 2 * call->padding) * call->channels > room) {
        return XAI_ERR_DATASIZE;
    }
    int input_rows = room / row_pitch;
    if (input_rows < call->kernel_height) {
        return XAI_ERR_DATASIZE;
    }
    int rows = smaller((input_rows - call->kernel_height) / call->stride + 1, call->out_height);
    int plane = row_pitch * ((rows - 1) * call->stride + call->kernel_height);
    int channels = rows == call->out_height ? smaller(room / plane, call->channels) : 1;
    for (int channel = 0; channel < call->channels; channel += channels) {
        for (int row = 0; row < call->out_height; row += rows) {
            band(call, channel / channels, channel, smaller(channels, call->channels - channel), row / rows, row, smaller(rows, call->out_height - row), row_pitch,
                 plane);
        }
    }
    return XAI_ERR_OK;
}
