/*
 * What a tile program tells TileProof, and what it is called with. Written for TileProof.
 *
 * Outside TileProof (TILEPROOF is not defined) the functions are empty, so that calls of them may stay in the code.
 */
#ifndef TILEPROOF_H
#define TILEPROOF_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef TILEPROOF
/* Names a part of a bank: accesses beyond its end are reported. A name given again stands for the new bytes. */
void tileproof_buffer(const char *name, const void *pointer, size_t bytes);
/* Says which tile the program works on from here on. */
void tileproof_tile(int channel_tile, int row_tile);
/* The first byte of a local memory bank, and how many it has. */
void *tileproof_bank(int bank);
size_t tileproof_bank_bytes(int bank);
#else
static inline void tileproof_buffer(const char *name, const void *pointer, size_t bytes) { (void)name; (void)pointer; (void)bytes; }
static inline void tileproof_tile(int channel_tile, int row_tile) { (void)channel_tile; (void)row_tile; }
#endif

/* int8 convolution of one image, [C, H, W] to [OC, OH, OW], square padding and stride, one group. */
typedef struct tp_conv2d {
    const int8_t *input;
    const int8_t *weights;        /* [OC, C, KH, KW] */
    const int32_t *bias;          /* [OC]; by default what the driver derived: zero points folded in, clamped to 24 bits */
    const uint16_t *scales;       /* [OC], or NULL where one scale serves the tensor */
    int8_t *output;
    int in_channels, in_height, in_width;
    int out_channels, out_height, out_width;
    int kernel_height, kernel_width, stride, padding, dilation;
    int input_zero_point;
    int accum_shift, output_shift, output_scale;
    int relu_min, relu_max;
    int image;                    /* the number of the image in its batch, from 0 */
    /* The entry of the layer table with its run-time fields filled; NULL where the table has none. */
#ifdef LAYER_CONFIGS_H
    const conv_layer_config_t *layer;
#else
    const void *layer;
#endif
    /*
     * For a program that says "driver": "user" and does the driver's part itself. Then bias is the model's, in steps of the bias scale,
     * scales is NULL, the shifts and output_scale above and in the layer are 0, and the cache is nobody's but yours. Else NULL and 0.
     */
    const float *bias_scales;     /* input scale x weight scale: one for the tensor, or [OC] */
    int bias_scale_count;
    float model_input_scale, model_output_scale;
    int output_zero_point;
} tp_conv2d;

/* float32 maximum over windows of one image, [C, H, W] to [C, OH, OW]. */
typedef struct tp_maxpool2d {
    const float *input;
    float *output;
    int channels, in_height, in_width, out_height, out_width;
    int kernel_height, kernel_width, stride, padding;
    int image;
#ifdef LAYER_CONFIGS_H
    const maxpool_layer_config_t *layer;
#else
    const void *layer;
#endif
} tp_maxpool2d;

/* float32 mean over the plane of every channel of one image, [C, H, W] to [C]. Images lie one behind the other. */
typedef struct tp_mean {
    const float *input;
    float *output;
    int channels, height, width;
    int image;
    int images;                   /* of the batch */
} tp_mean;

/* float32 to int8: x / (float)scale + zero_point, limited and rounded to even. */
typedef struct tp_quantize {
    const float *input;
    int8_t *output;
    int elements;
    double scale;
    int zero_point;
} tp_quantize;

/* int8 to float32: (float)scale * (x - zero_point). */
typedef struct tp_dequantize {
    const int8_t *input;
    float *output;
    int elements;
    double scale;
    int zero_point;
} tp_dequantize;

/* int8 to int8: (max(x, input_zero_point) - input_zero_point) * (float)multiplier / 2^31 * 2^shift + output_zero_point, limited and rounded to even. */
typedef struct tp_relu {
    const int8_t *input;
    int8_t *output;
    int elements;
    int input_zero_point, output_zero_point;
    int multiplier, shift;
} tp_relu;

/*
 * int8 fully connected layer, [rows, inputs] to [rows, outputs]. The int32 sum of bias and products of distances from the zero points, times
 * (float)multiplier / 2^31 * 2^shift, is rounded to even, moved by output_zero_point and limited.
 */
typedef struct tp_linear {
    const int8_t *input;
    const int8_t *weights;        /* [outputs, inputs] */
    const int32_t *bias;          /* [outputs] */
    int8_t *output;
    int rows, inputs, outputs;
    int input_zero_point, weight_zero_point, output_zero_point;
    int multiplier, shift;
} tp_linear;

/* float32 sum of two tensors. */
typedef struct tp_add {
    const float *first;
    const float *second;
    float *output;
    int elements;
} tp_add;

/* float32 softmax of every row, [rows, columns]. */
typedef struct tp_softmax {
    const float *input;
    float *output;
    int rows, columns;
} tp_softmax;

#ifdef __cplusplus
}
#endif

#endif
