/*
 * Convolutions of a tile in plain C, by the arithmetic of the operator contract: 24-bit sums that wrap, two shifts that
 * round half up and saturate to int16, and a clamp. Each call is one step of the recorded program.
 */
#include "../runtime/tp.h"
#include <stdlib.h>
#include <string.h>
#include <xai_cnn_api.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDEST_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST_VECTORS
#endif

WIDEST_VECTORS static int32_t dot(const int16_t *x, const int16_t *y, int count)
{
    int32_t sum = 0;
    for (int i = 0; i < count; i++) {
        sum += x[i] * y[i];
    }
    return sum;
}

static int32_t wrap24(int64_t value) { return (int32_t)((uint32_t)value << 8) >> 8; }
static int64_t round_shift(int64_t value, int shift) { return shift == 0 ? value : (value + ((int64_t)1 << (shift - 1))) >> shift; }
static int32_t saturate16(int64_t value) { return value < -32768 ? -32768 : value > 32767 ? 32767 : (int32_t)value; }

static XAI_ERR_TYPE refuse(const xai_tile3D *in, const xai_tile4D *co, const xai_array *bias, const xai_tile3D *out, const xai_cnn_conv_params *p)
{
    if (in == NULL || co == NULL || bias == NULL || out == NULL || p == NULL || in->pData == NULL || co->pData == NULL || bias->pData == NULL || out->pData == NULL) {
        return XAI_ERR_NULLARG;
    }
    if (p->accumShift >= 24 || p->outputShift >= 32) {
        return XAI_ERR_NORM;
    }
    if (p->strideX == 0 || p->strideX != p->strideY || (p->dilationX > 1) || (p->dilationY > 1)) {
        return XAI_ERR_BADARG;
    }
    if (in->dataOrder != XAI_WHD || out->dataOrder != XAI_WHD || co->dataOrder != XAI_WHDN) {
        return XAI_ERR_BADARG;
    }
    if (in->dim3Size != co->dim3Size || out->dim3Size != co->dim4Size || out->dim1Size <= 0 || out->dim2Size <= 0) {
        return XAI_ERR_DATASIZE;
    }
    if (in->dim1Edge1 < co->dim1Size / 2 || in->dim2Edge1 < co->dim2Size / 2 || in->dim1Edge2 < co->dim1Size / 2 || in->dim2Edge2 < co->dim2Size / 2) {
        return XAI_ERR_EDGE;
    }
    return XAI_ERR_OK;
}

static void record(uint32_t stack, const xai_tile3D *in, const xai_tile4D *co, const xai_array *bias, const xai_array *scales, const xai_tile3D *out,
                   const xai_cnn_conv_params *p)
{
    tp_event *event = tp_emit(EVENT_COMPUTE, stack);
    event->value = COMPUTE_CONVOLUTION;
    event->a = out->dim2Size;
    event->b = out->dim3Size;
    event->c = in->dim3Size;
    event->src = (uint32_t)out->dim3Loc;
    event->dst = (uint32_t)out->dim2Loc;
    int32_t rows = (out->dim2Size - 1) * p->strideY + co->dim2Size;
    tp_emit_operand(stack, (tp_region){ (uintptr_t)in->pData - (uintptr_t)((intptr_t)(co->dim2Size / 2) * in->dim1Pitch + in->dim1Edge1),
                                in->dim1Size + in->dim1Edge1 + in->dim1Edge2, rows, in->dim1Pitch, in->dim3Size, in->dim2Pitch }, false);
    tp_emit_operand(stack, tp_linear(co->pData, (size_t)out->dim3Size * (size_t)(co->dim1Size * co->dim2Size * co->dim3Size)), false);
    tp_emit_operand(stack, tp_linear(bias->pData, (size_t)out->dim3Size * sizeof(int32_t)), false);
    if (scales != NULL) {
        tp_emit_operand(stack, tp_linear(scales->pData, (size_t)out->dim3Size * sizeof(uint16_t)), false);
    }
    bool tight = out->dim1Pitch == out->dim1Size;
    tp_emit_operand(stack, (tp_region){ (uintptr_t)out->pData, tight ? out->dim1Size * out->dim2Size : out->dim1Size, tight ? 1 : out->dim2Size,
                                tight ? out->dim2Pitch : out->dim1Pitch, out->dim3Size, out->dim2Pitch }, true);
}

static void compute(const xai_tile3D *in, const xai_tile4D *co, const xai_array *bias, const xai_array *scales, const xai_tile3D *out, const xai_cnn_conv_params *p)
{
    int kw = co->dim1Size, kh = co->dim2Size, channels = co->dim3Size, outs = out->dim3Size;
    int taps = kw * kh * channels;
    int16_t *weights = malloc(((size_t)taps * (size_t)outs + (size_t)taps) * sizeof(int16_t));
    int16_t *patch = weights + (size_t)taps * (size_t)outs;
    const int8_t *coefficients = co->pData;
    for (size_t i = 0; i < (size_t)taps * (size_t)outs; i++) {
        weights[i] = coefficients[i];
    }
    const int8_t *first = (const int8_t *)in->pData - (intptr_t)(kh / 2) * in->dim1Pitch - kw / 2;
    int32_t low = p->flags & CNN_CONV_FLAG_RELU ? p->reluMin : -128;
    int32_t high = p->flags & CNN_CONV_FLAG_RELU ? p->reluMax : 127;
    const uint8_t *bias_bytes = bias->pData;
    const uint8_t *scale_bytes = scales == NULL ? NULL : scales->pData;
    for (int y = 0; y < out->dim2Size; y++) {
        for (int x = 0; x < out->dim1Size; x++) {
            int16_t *tap = patch;
            for (int c = 0; c < channels; c++) {
                const int8_t *plane = first + (intptr_t)c * in->dim2Pitch + (intptr_t)(y * p->strideY) * in->dim1Pitch + x * p->strideX;
                for (int ky = 0; ky < kh; ky++) {
                    for (int kx = 0; kx < kw; kx++) {
                        *tap++ = plane[(intptr_t)ky * in->dim1Pitch + kx];
                    }
                }
            }
            int8_t *to = (int8_t *)out->pData + (intptr_t)y * out->dim1Pitch + x;
            for (int o = 0; o < outs; o++) {
                int32_t start;
                uint16_t scale = p->outputScale;
                memcpy(&start, bias_bytes + (size_t)o * sizeof start, sizeof start);
                if (scale_bytes != NULL) {
                    memcpy(&scale, scale_bytes + (size_t)o * sizeof scale, sizeof scale);
                }
                int32_t sum = wrap24((int64_t)start + dot(patch, weights + (size_t)o * (size_t)taps, taps));
                int32_t narrowed = saturate16(round_shift(sum, p->accumShift));
                int32_t value = saturate16(round_shift((int64_t)narrowed * scale, p->outputShift));
                value = value > high ? high : value;
                value = value < low ? low : value;
                to[(intptr_t)o * out->dim2Pitch] = (int8_t)value;
            }
        }
    }
    free(weights);
}

static XAI_ERR_TYPE convolve(uint32_t stack, int size, int stride, const xai_tile3D *in, const xai_tile4D *co, const xai_array *bias, const xai_array *scales,
                             const xai_tile3D *out, const xai_cnn_conv_params *p, bool per_channel)
{
    XAI_ERR_TYPE refusal = refuse(in, co, bias, out, p);
    if (refusal != XAI_ERR_OK) {
        return refusal;
    }
    if (per_channel && (scales == NULL || scales->pData == NULL)) {
        return XAI_ERR_NULLARG;
    }
    if (size != 0 && (co->dim1Size != size || co->dim2Size != size || p->strideX != stride)) {
        return XAI_ERR_KSIZE;
    }
    tp_step();
    record(stack, in, co, bias, scales, out, p);
    compute(in, co, bias, scales, out, p);
    return XAI_ERR_OK;
}

#define KERNEL(name, size, stride) \
    XAI_ERR_TYPE xaiConvolved3D_S_##name##_S8S8IX_MOW_WHD(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray bias, xai_pTile3D out, const xai_cnn_conv_params *p) \
    { TP_ENTER(stack); return convolve(stack, size, stride, in, co, bias, NULL, out, p, false); } \
    XAI_ERR_TYPE xaiConvolvedVQ3D_S_##name##_S8S8IX_MOW_WHD(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray bias, const xai_pArray scales, xai_pTile3D out, const xai_cnn_conv_params *p) \
    { TP_ENTER(stack); return convolve(stack, size, stride, in, co, bias, scales, out, p, true); }
KERNEL(7x7j2d1, 7, 2)
KERNEL(3x3j1d1, 3, 1)
KERNEL(3x3j2d1, 3, 2)
KERNEL(1x1j1d1, 1, 1)
KERNEL(1x1j2d1, 1, 2)

XAI_ERR_TYPE xaiConvolved3D(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray bias, xai_pTile3D out, const xai_cnn_conv_params *p)
{
    TP_ENTER(stack);
    return convolve(stack, 0, 0, in, co, bias, NULL, out, p, false);
}

XAI_ERR_TYPE xaiConvolvedVQ3D(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray bias, const xai_pArray scales, xai_pTile3D out, const xai_cnn_conv_params *p)
{
    TP_ENTER(stack);
    return convolve(stack, 0, 0, in, co, bias, scales, out, p, true);
}
