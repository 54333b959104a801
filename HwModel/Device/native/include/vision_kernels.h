/*
 * Pooling, element-wise kernels, dot products and softmax as operators of a vision DSP call them. Written for TileProof: names and
 * argument orders are the public interface, and the kernels behind them are plain C. Of a kernel that the program defines itself, its
 * own definition wins.
 *
 * Kernels of public names behave as the published ones, their defects included. Those whose names end in _any are TileProof's: the same
 * arithmetic for any count and any address.
 */
#ifndef TILEPROOF_VISION_KERNELS_H
#define TILEPROOF_VISION_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * float32 maximum over windows of one plane, stride 2x2. Pitches count floats. The first element is the first that window 0 reads: padding is
 * part of the plane. in_width is what a row holds. The maximum starts at -FLT_MAX.
 */
void maxpool2d_j2x2_f32(float *out, const float *in, int in_height, int in_width, int out_height, int out_width, int32_t in_row_pitch, int32_t in_plane_rows,
                        int32_t out_row_pitch, int32_t out_plane_rows, uint8_t kernel_height, uint8_t kernel_width);
/* The same with any stride. */
void maxpool2d_f32_any(float *out, const float *in, int in_width, int out_height, int out_width, int32_t in_row_pitch, int32_t out_row_pitch, int kernel_height,
                       int kernel_width, int stride);

/* float32 mean of each 2x2 plane: ((x0 + x1) + (x2 + x3)) / 4. Computes whole steps of 16 channels; the rest is left as it is. */
void simd_mean_pool_2x2_to_1x1_float32(float *out, const float *in, int channels);
/* The same for every channel. */
void simd_mean_pool_2x2_to_1x1_float32_any(float *out, const float *in, int channels);

/* float32 to int8: x / scale + zero_point in one rounding, limited to -128..127, rounded to even. */
void quantize_f32_asym8s(int8_t *out, const float *in, float scale, int zero_point, int count);
/* int8 to float32: scale * (x - zero_point). */
void dequantize_asym8s_f32(float *out, const int8_t *in, float scale, int zero_point, int count);
/* int8 rectifier: max(x - in_zero_point, 0) * out_scale + out_zero_point in one rounding, limited, rounded to even. */
void vrelU_quantized(int8_t *out, const int8_t *in, int32_t in_zero_point, int32_t out_zero_point, float out_scale, int count);

/* float32 sum z = x + y. What is left behind whole steps of 16 is always 30 bytes, whatever the count. */
void rvaddf(float *z, const float *x, const float *y, int count);
/* The same for exactly count elements. */
void rvaddf_any(float *z, const float *x, const float *y, int count);

/* int8 dot product sum + (x - x_zero_point) * (y - y_zero_point), modulo 2^32. Loads are aligned: the low five bits of both addresses count as 0. */
int32_t rvdot_zeropt(int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count);
/* The same at any address. */
int32_t rvdot_zeropt_any(int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count);

/* float32 softmax of a row: 16 lanes, the exponential in fixed point. A NaN makes the row NaN. */
void vsoftmaxf(float *out, const float *in, int count);

#ifdef __cplusplus
}
#endif

#endif
