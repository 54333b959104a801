/* What the tiled convolutions of both libraries have in common: buffers, tile descriptions and the choice of the kernel. */
#ifndef SAMPLE_CONV_TILES_H
#define SAMPLE_CONV_TILES_H

#include <string.h>
#include <xai_cnn_api.h>
#include "banks.h"
#include "dma.h"

typedef struct {
    int8_t *input[2];
    int8_t *coefficients;
    int8_t *output[2];
    int32_t *bias;
    uint16_t *scales;
} conv_buffers;

/* A 3x3 kernel has its coefficients at the start of their bank. */
static inline conv_buffers conv_allocate(const tp_conv2d *call)
{
    const conv_layer_config_t *layer = call->layer;
    bank_allocator bank = { { 0, 0 } };
    conv_buffers b;
    int early = layer->kernel_h == 3;
    if (early) {
        b.coefficients = bank_allocate(&bank, "coefficients", (size_t)layer->coeff_buffer_size, layer->coeff_dram);
    }
    b.input[0] = bank_allocate(&bank, "input ping", (size_t)layer->input_buffer_size, layer->input_ping_dram);
    b.input[1] = bank_allocate(&bank, "input pong", (size_t)layer->input_buffer_size, layer->input_pong_dram);
    if (!early) {
        b.coefficients = bank_allocate(&bank, "coefficients", (size_t)layer->coeff_buffer_size, layer->coeff_dram);
    }
    b.output[0] = bank_allocate(&bank, "output ping", (size_t)layer->output_buffer_size, layer->output_ping_dram);
    b.output[1] = bank_allocate(&bank, "output pong", (size_t)layer->output_buffer_size, layer->output_pong_dram);
    b.bias = bank_allocate(&bank, "bias", (size_t)layer->bias_buffer_size, layer->bias_dram);
    b.scales = call->scales == NULL ? NULL : bank_allocate(&bank, "output scales", (size_t)layer->outscale_buffer_size, layer->outscale_dram);
    return b;
}

static inline xai_tile3D conv_input_tile(const conv_layer_config_t *layer, int8_t *buffer, int row_tile)
{
    xai_tile3D tile;
    memset(&tile, 0, sizeof tile);
    XAI_TILE3D_SET_BUFF_PTR(&tile, buffer);
    XAI_TILE3D_SET_BUFF_SIZE(&tile, layer->input_buffer_size);
    XAI_TILE3D_SET_DATA_PTR(&tile, buffer + layer->in_data_offset);
    XAI_TILE3D_SET_DATA_ORDER(&tile, XAI_WHD);
    XAI_TILE3D_SET_TYPE(&tile, XAI_TILE3D_S8);
    XAI_TILE3D_SET_DIM1(&tile, layer->src_dim1_size);
    XAI_TILE3D_SET_DIM1_PITCH(&tile, layer->in_dim1_pitch);
    XAI_TILE3D_SET_DIM1_EDGE1(&tile, layer->in_dim1_edge1);
    XAI_TILE3D_SET_DIM1_EDGE2(&tile, layer->in_dim1_edge2);
    XAI_TILE3D_SET_DIM2(&tile, layer->in_rows_firstdma - layer->in_dim2_edge1);
    XAI_TILE3D_SET_DIM2_PITCH(&tile, layer->in_dim2_pitch);
    XAI_TILE3D_SET_DIM2_EDGE1(&tile, layer->in_dim2_edge1);
    XAI_TILE3D_SET_DIM2_EDGE2(&tile, layer->in_dim2_edge2);
    XAI_TILE3D_SET_DIM2_COORD(&tile, layer->stride_y * layer->output_rows * row_tile);
    XAI_TILE3D_SET_DIM3(&tile, layer->src_dim3_size);
    return tile;
}

static inline xai_tile3D conv_output_tile(const conv_layer_config_t *layer, int8_t *buffer, int channel_tile, int channels, int row_tile, int rows)
{
    xai_tile3D tile;
    memset(&tile, 0, sizeof tile);
    XAI_TILE3D_SET_BUFF_PTR(&tile, buffer);
    XAI_TILE3D_SET_BUFF_SIZE(&tile, layer->output_buffer_size);
    XAI_TILE3D_SET_DATA_PTR(&tile, buffer);
    XAI_TILE3D_SET_DATA_ORDER(&tile, XAI_WHD);
    XAI_TILE3D_SET_TYPE(&tile, XAI_TILE3D_S8);
    XAI_TILE3D_SET_DIM1(&tile, layer->out_dim1_size);
    XAI_TILE3D_SET_DIM1_PITCH(&tile, layer->out_dim1_pitch);
    XAI_TILE3D_SET_DIM2(&tile, rows);
    XAI_TILE3D_SET_DIM2_PITCH(&tile, layer->out_dim2_pitch);
    XAI_TILE3D_SET_DIM2_COORD(&tile, layer->output_rows * row_tile);
    XAI_TILE3D_SET_DIM3(&tile, channels);
    XAI_TILE3D_SET_DIM3_COORD(&tile, layer->n_tile_size * channel_tile);
    return tile;
}

static inline xai_tile4D conv_coefficient_tile(const conv_layer_config_t *layer, int8_t *buffer, int channels)
{
    xai_tile4D tile;
    memset(&tile, 0, sizeof tile);
    XAI_TILE4D_SET_BUFF_PTR(&tile, buffer);
    XAI_TILE4D_SET_BUFF_SIZE(&tile, layer->coeff_buffer_size);
    XAI_TILE4D_SET_DATA_PTR(&tile, buffer);
    XAI_TILE4D_SET_DATA_ORDER(&tile, XAI_WHDN);
    XAI_TILE4D_SET_TYPE(&tile, XAI_TILE4D_S8);
    XAI_TILE4D_SET_DIM1(&tile, layer->coeff_dim1_size);
    XAI_TILE4D_SET_DIM2(&tile, layer->coeff_dim2_size);
    XAI_TILE4D_SET_DIM3(&tile, layer->coeff_dim3_size);
    XAI_TILE4D_SET_DIM4(&tile, channels);
    XAI_TILE4D_SET_DIM1_PITCH(&tile, layer->coeff_dim1_pitch);
    XAI_TILE4D_SET_DIM2_PITCH(&tile, layer->coeff_dim2_pitch);
    XAI_TILE4D_SET_DIM3_PITCH(&tile, layer->coeff_dim3_pitch);
    return tile;
}

static inline xai_array conv_array(void *buffer, int first, int count, size_t element_bytes, int type)
{
    xai_array array;
    memset(&array, 0, sizeof array);
    XAI_ARRAY_SET_BUFF_PTR(&array, buffer);
    XAI_ARRAY_SET_DATA_PTR(&array, (int8_t *)buffer + (size_t)first * element_bytes);
    XAI_ARRAY_SET_WIDTH(&array, count);
    XAI_ARRAY_SET_HEIGHT(&array, 1);
    XAI_ARRAY_SET_CAPACITY(&array, count);
    XAI_ARRAY_SET_TYPE(&array, type);
    return array;
}

static inline xai_cnn_conv_params conv_parameters(const conv_layer_config_t *layer)
{
    xai_cnn_conv_params p;
    memset(&p, 0, sizeof p);
    XAI_CNN_CONV_SET_STRIDE(&p, (uint8_t)layer->stride_y);
    XAI_CNN_CONV_SET_DILATION(&p, (uint8_t)layer->dilation);
    XAI_CNN_CONV_SET_ACCUM_SHIFT(&p, (uint8_t)layer->accum_shift);
    XAI_CNN_CONV_SET_OUTPUT_SHIFT(&p, (uint8_t)layer->output_shift);
    XAI_CNN_CONV_SET_OUTPUT_SCALE(&p, (uint16_t)layer->output_scale);
    XAI_CNN_CONV_SET_FLAGS(&p, (uint8_t)layer->flags);
    XAI_CNN_CONV_SET_RELU_MIN(&p, layer->relu_min);
    XAI_CNN_CONV_SET_RELU_MAX(&p, layer->relu_max);
    return p;
}

static inline int conv_is(const conv_layer_config_t *layer, int size, int stride)
{
    return layer->kernel_h == size && layer->kernel_w == size && layer->stride_y == stride;
}

/*
 * A kernel begins half of its size before the data pointer and asks for edges of that size, whatever the padding of the layer is: the same tile, as
 * the kernel takes it.
 */
static inline xai_tile3D conv_for_kernel(const conv_layer_config_t *layer, const xai_tile3D *padded)
{
    xai_tile3D tile = *padded;
    int more = layer->kernel_h / 2 - layer->padding;
    XAI_TILE3D_SET_DATA_PTR(&tile, (int8_t *)XAI_TILE3D_GET_DATA_PTR(padded) + more * (XAI_TILE3D_GET_DIM1_PITCH(padded) + 1));
    XAI_TILE3D_SET_DIM1(&tile, XAI_TILE3D_GET_DIM1(padded) - 2 * more);
    XAI_TILE3D_SET_DIM1_EDGE1(&tile, XAI_TILE3D_GET_DIM1_EDGE1(padded) + more);
    XAI_TILE3D_SET_DIM1_EDGE2(&tile, XAI_TILE3D_GET_DIM1_EDGE2(padded) + more);
    XAI_TILE3D_SET_DIM2(&tile, XAI_TILE3D_GET_DIM2(padded) - 2 * more);
    XAI_TILE3D_SET_DIM2_EDGE1(&tile, XAI_TILE3D_GET_DIM2_EDGE1(padded) + more);
    XAI_TILE3D_SET_DIM2_EDGE2(&tile, XAI_TILE3D_GET_DIM2_EDGE2(padded) + more);
    return tile;
}

/* Calls the kernel of the layer. */
static inline XAI_ERR_TYPE conv_compute(const conv_layer_config_t *layer, xai_tile3D *padded, xai_tile4D *co, xai_array *bias, xai_array *scales, xai_tile3D *out)
{
    xai_cnn_conv_params p = conv_parameters(layer);
    xai_tile3D in = conv_for_kernel(layer, padded);
#define CALL(name) (scales == NULL ? xaiConvolved3D_S_##name##_S8S8IX_MOW_WHD(&in, co, bias, out, &p) : xaiConvolvedVQ3D_S_##name##_S8S8IX_MOW_WHD(&in, co, bias, scales, out, &p))
    return conv_is(layer, 7, 2) ? CALL(7x7j2d1)
        : conv_is(layer, 3, 1) ? CALL(3x3j1d1)
        : conv_is(layer, 3, 2) ? CALL(3x3j2d1)
        : conv_is(layer, 1, 1) ? CALL(1x1j1d1)
        : conv_is(layer, 1, 2) ? CALL(1x1j2d1)
        : XAI_ERR_NO_VARIANT;
#undef CALL
}

XAI_ERR_TYPE conv_cached(const tp_conv2d *call, int cuts_into_bands);

#endif
