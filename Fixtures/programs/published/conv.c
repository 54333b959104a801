/*
 * Tiled convolutions as published: waits before the loop, none in it. TileProof finds what that costs.
 */
#include "conv_tiles.h"

typedef struct { int first, tile_row, count; } image_rows;

/* The rows of a full tile below its padding, whether or not the image has them. */
static image_rows first_rows(const conv_layer_config_t *layer)
{
    return (image_rows){ 0, layer->padding, layer->in_rows_firstdma };
}

static image_rows next_rows(const conv_layer_config_t *layer, int row_tile)
{
    int step = layer->stride_y * layer->output_rows * row_tile;
    int first = larger(step - layer->padding, 0);
    int count = layer->input_rows;
    if (layer->kernel_h == 7 && row_tile == layer->height_tiles - 1) {
        count = layer->src_dim2_size - first;
    } else if (layer->kernel_h > 1) {
        count = smaller(step + count - layer->padding, smaller(layer->src_dim2_size + layer->padding - step, count));
    }
    return (image_rows){ first, layer->padding - smaller(step, layer->padding), count };
}

static void load_input(const tp_conv2d *call, int8_t *buffer, image_rows rows)
{
    const conv_layer_config_t *layer = call->layer;
    if (rows.count > 0) {
        dma_planes(CHANNEL_IN, call->input + rows.first * layer->src_dim1_pitch, buffer + rows.tile_row * layer->in_dim1_pitch + layer->padding,
                   (size_t)layer->src_dim1_size, rows.count, layer->src_dim3_size, layer->src_dim1_pitch, layer->in_dim1_pitch, layer->src_dim2_pitch,
                   layer->in_dim2_pitch);
    }
}

XAI_ERR_TYPE sample_conv2d(const tp_conv2d *call)
{
    const conv_layer_config_t *layer = call->layer;
    if (layer == NULL || strstr(layer->kernel_name, "_no_dma") != NULL) {
        return layer == NULL ? XAI_ERR_BADARG : conv_cached(call, 0);
    }
    conv_buffers b = conv_allocate(call);
    int tiles = layer->n_tiles * layer->height_tiles;
    int taps = layer->kernel_w * layer->kernel_h * layer->src_dim3_size;
    dma_begin();
    dma_linear(CHANNEL_OUT, call->weights, b.coefficients, (size_t)(taps * (layer->n_tiles == 1 ? layer->n_tile_size_last : layer->n_tile_size)));
    dma_linear(CHANNEL_OUT, call->bias, b.bias, (size_t)layer->bias_buffer_size);
    memset(b.input[0], layer->input_zero_point, (size_t)layer->input_buffer_size);
    load_input(call, b.input[0], first_rows(layer));
    idma_hw_wait_all(CHANNEL_OUT);
    if (b.scales != NULL) {
        dma_linear(CHANNEL_OUT, call->scales, b.scales, (size_t)layer->outscale_buffer_size);
    }

    for (int number = 0; number < tiles; number++) {
        int channel_tile = number / layer->height_tiles;
        int row_tile = number % layer->height_tiles;
        int channels = channel_tile == layer->n_tiles - 1 ? layer->n_tile_size_last : layer->n_tile_size;
        int stored_rows = smaller(layer->output_rows, layer->dst_dim2_size - layer->output_rows * row_tile);
        int rows = layer->kernel_h == 7 ? layer->output_rows : stored_rows;
        int8_t *input = b.input[number % 2];
        int8_t *output = b.output[(number + 1) % 2];
        if (number == 0) {
            idma_hw_wait_all(CHANNEL_IN);
        }
        tileproof_tile(channel_tile, row_tile);
        if (number + 1 < tiles) {
            int8_t *next = b.input[(number + 1) % 2];
            memset(next, layer->input_zero_point, (size_t)layer->input_buffer_size);
            load_input(call, next, next_rows(layer, (number + 1) % layer->height_tiles));
        }
        xai_tile3D in = conv_input_tile(layer, input, row_tile);
        if (layer->kernel_h > 1) {
            xai_size3D frame = { layer->src_dim1_size, layer->src_dim2_size, layer->src_dim3_size };
            xaiExtendEdgesConst3D_I8(&in, layer->input_zero_point, frame);
        }
        if (number == 0) {
            idma_hw_wait_all(CHANNEL_OUT);
        }
        xai_tile3D out = conv_output_tile(layer, output, channel_tile, channels, row_tile, rows);
        xai_tile4D co = conv_coefficient_tile(layer, b.coefficients, channels);
        xai_array bias = conv_array(b.bias, channel_tile * layer->n_tile_size, channels, sizeof(int32_t), XAI_ARRAY_S32);
        xai_array scales = conv_array(b.scales, channel_tile * layer->n_tile_size, channels, sizeof(uint16_t), XAI_ARRAY_U16);
        XAI_ERR_TYPE status = conv_compute(layer, &in, &co, &bias, b.scales == NULL ? NULL : &scales, &out);
        if (status != XAI_ERR_OK) {
            return status;
        }
        if (row_tile == layer->height_tiles - 1 && channel_tile < layer->n_tiles - 1) {
            int next_channels = channel_tile + 1 == layer->n_tiles - 1 ? layer->n_tile_size_last : layer->n_tile_size;
            dma_linear(CHANNEL_OUT, call->weights + layer->coeff_buffer_size * (channel_tile + 1), b.coefficients, (size_t)(taps * next_channels));
        }
        dma_rows(CHANNEL_OUT, output, call->output + channel_tile * layer->n_tile_size * layer->dst_dim2_pitch + row_tile * layer->out_dim2_pitch,
                 (size_t)(layer->out_dim1_size * stored_rows), channels, layer->out_dim2_pitch, layer->dst_dim2_pitch);
    }
    idma_hw_wait_all(CHANNEL_OUT);
    return XAI_ERR_OK;
}
