/*
 * Tiled convolutions with every wait that a right result needs: for the input of a tile, its coefficients, and the store
 * that still reads the output buffer. No row outside the image is loaded.
 */
#include "conv_tiles.h"

typedef struct { int first, tile_row, count; } image_rows;

/* The rows of the image that a tile needs; rows above and below it stay padding. */
static image_rows next_rows(const conv_layer_config_t *layer, int row_tile)
{
    int first = layer->stride_y * layer->output_rows * row_tile - layer->padding;
    int rows = smaller(layer->output_rows, layer->dst_dim2_size - layer->output_rows * row_tile);
    int begin = larger(first, 0);
    int end = smaller(first + (rows - 1) * layer->stride_y + layer->kernel_h, layer->src_dim2_size);
    return (image_rows){ begin, begin - first, larger(end - begin, 0) };
}

static image_rows first_rows(const conv_layer_config_t *layer)
{
    return next_rows(layer, 0);
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
        return layer == NULL ? XAI_ERR_BADARG : conv_cached(call, 1);
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
        idma_hw_wait_all(CHANNEL_IN);
        tileproof_tile(channel_tile, row_tile);
        if (number + 1 < tiles) {
            int8_t *next = b.input[(number + 1) % 2];
            memset(next, layer->input_zero_point, (size_t)layer->input_buffer_size);
            load_input(call, next, next_rows(layer, (number + 1) % layer->height_tiles));
        }
        xai_tile3D in = conv_input_tile(layer, input, row_tile);
        if (layer->kernel_h > 1) {
            image_rows inside = next_rows(layer, row_tile);
            xai_size3D frame = { layer->src_dim1_size, inside.first + inside.count, layer->src_dim3_size };
            xaiExtendEdgesConst3D_I8(&in, layer->input_zero_point, frame);
        }
        dma_wait_until(CHANNEL_OUT, number == 0 ? 0 : 1);
        xai_tile3D out = conv_output_tile(layer, output, channel_tile, channels, row_tile, rows);
        xai_tile4D co = conv_coefficient_tile(layer, b.coefficients, channels);
        xai_array bias = conv_array(b.bias, channel_tile * layer->n_tile_size, channels, sizeof(int32_t), XAI_ARRAY_S32);
        xai_array scales = conv_array(b.scales, channel_tile * layer->n_tile_size, channels, sizeof(uint16_t), XAI_ARRAY_U16);
        XAI_ERR_TYPE status = conv_compute(layer, &in, &co, &bias, b.scales == NULL ? NULL : &scales, &out);
        if (status != XAI_ERR_OK) {
            return status;
        }
        idma_hw_wait_all(CHANNEL_OUT);
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
