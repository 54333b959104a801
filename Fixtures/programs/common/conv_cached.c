/* Layers without tiles: the padded image goes into a buffer behind the cache, and one kernel call works on it. */
#include "conv_tiles.h"
#include "planes.h"
#include <xtensa/hal.h>

static XAI_ERR_TYPE band(const tp_conv2d *call, int number, int first_row, int rows, int pitch, int read_rows, int plane_rows)
{
    tileproof_tile(0, number);
    const conv_layer_config_t *layer = call->layer;
    int8_t *scratch = (int8_t *)sample_scratch;
    int plane = pitch * plane_rows;
    memset(scratch, call->input_zero_point, (size_t)plane * (size_t)call->in_channels);
    int first = first_row * call->stride - call->padding;
    int begin = larger(first, 0);
    int rows_inside = smaller(first + plane_rows, call->in_height) - begin;
    if (rows_inside > 0) {
        copy_planes(call->input + begin * call->in_width, scratch + (begin - first) * pitch + call->padding, call->in_width, rows_inside, call->in_channels,
                    call->in_width, pitch, call->in_width * call->in_height, plane);
    }
    xai_tile3D in = conv_input_tile(layer, scratch, 0);
    XAI_TILE3D_SET_DATA_PTR(&in, scratch + call->padding * pitch + call->padding);
    XAI_TILE3D_SET_DIM1_PITCH(&in, pitch);
    XAI_TILE3D_SET_DIM1_EDGE2(&in, pitch - call->in_width - call->padding);
    XAI_TILE3D_SET_DIM2(&in, read_rows - 2 * call->padding);
    XAI_TILE3D_SET_DIM2_PITCH(&in, plane);
    xai_tile3D out = conv_output_tile(layer, call->output + first_row * call->out_width, 0, call->out_channels, 0, rows);
    XAI_TILE3D_SET_DIM2_PITCH(&out, call->out_width * call->out_height);
    xai_tile4D co = conv_coefficient_tile(layer, (int8_t *)(uintptr_t)call->weights, call->out_channels);
    xai_array bias = conv_array((void *)(uintptr_t)call->bias, 0, call->out_channels, sizeof(int32_t), XAI_ARRAY_S32);
    xai_array scales = conv_array((void *)(uintptr_t)call->scales, 0, call->out_channels, sizeof(uint16_t), XAI_ARRAY_U16);
    XAI_ERR_TYPE status = conv_compute(layer, &in, &co, &bias, call->scales == NULL ? NULL : &scales, &out);
    for (int c = 0; status == XAI_ERR_OK && c < call->out_channels; c++) {
        xthal_dcache_region_writeback(call->output + ((size_t)c * (size_t)call->out_height + (size_t)first_row) * (size_t)call->out_width,
                                      (size_t)rows * (size_t)call->out_width);
    }
    return status;
}

XAI_ERR_TYPE conv_cached(const tp_conv2d *call, int cuts_into_bands)
{
    int pitch = (call->in_width + 2 * call->padding + 63) / 64 * 64;
    int rows = call->out_height;
    int read_rows = (rows - 1) * call->stride + call->kernel_height;
    int image_rows = call->in_height + 2 * call->padding;
    int holds_image = (int64_t)pitch * image_rows * call->in_channels <= SCRATCH_BYTES;
    while (!holds_image && (!cuts_into_bands || (int64_t)pitch * read_rows * call->in_channels > SCRATCH_BYTES)) {
        if (!cuts_into_bands || rows == 1) {
            return XAI_ERR_DATASIZE;
        }
        rows--;
        read_rows -= call->stride;
    }
    for (int first = 0; first < call->out_height; first += rows) {
        int now = smaller(rows, call->out_height - first);
        int read = (now - 1) * call->stride + call->kernel_height;
        XAI_ERR_TYPE status = band(call, first / rows, first, now, pitch, read, holds_image ? image_rows : read);
        if (status != XAI_ERR_OK) {
            return status;
        }
    }
    return XAI_ERR_OK;
}
