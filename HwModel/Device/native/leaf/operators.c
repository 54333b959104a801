/*
 * Pooling, element-wise kernels, dot products and softmax in plain C, by the arithmetic of the operator contract. Each call is one step
 * of the recorded program; calls in a loop over planes or rows become one.
 */
#include "../runtime/tp.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <vision_kernels.h>

#define LANES 16
#define DOT_STEP 32
#define ADD_TAIL_BYTES 30

static void compute(uint32_t stack, int kernel, int rows, int inputs, int elements, int alignment)
{
    tp_step();
    tp_event *event = tp_emit(EVENT_COMPUTE, stack);
    event->value = kernel;
    event->a = rows;
    event->c = inputs;
    event->row_bytes = (uint32_t)elements;
    event->src_row_pitch = alignment;
}

static tp_region rows_of(const void *start, size_t row_bytes, int rows, size_t pitch_bytes)
{
    return (tp_region){ (uintptr_t)start, (int32_t)row_bytes, rows, (int32_t)pitch_bytes, 1, (int32_t)(pitch_bytes * (size_t)rows) };
}

/* The larger number: NaN never wins, and +0 is above -0. */
static float larger(float x, float y)
{
    if (x == y) {
        return signbit(y) ? x : y;
    }
    return y != y || y < x ? x : y;
}

/* Limits to int8, then rounds to even; NaN becomes 127. */
static int8_t level(float value)
{
    value = value < 127.0f ? value : 127.0f;
    value = value > -128.0f ? value : -128.0f;
    return (int8_t)rintf(value);
}

static void pool(uint32_t stack, float *out, const float *in, int in_width, int out_height, int out_width, int in_pitch, int out_pitch, int kernel_height,
                 int kernel_width, int stride)
{
    if (out_height <= 0 || out_width <= 0) {
        return;
    }
    int columns = (out_width - 1) * stride + kernel_width;
    compute(stack, COMPUTE_MAXPOOL, out_height, 0, out_height * out_width, 0);
    tp_emit_operand(stack, rows_of(in, (size_t)(in_width > columns ? in_width : columns) * sizeof(float), (out_height - 1) * stride + kernel_height, (size_t)in_pitch * sizeof(float)), false);
    tp_emit_operand(stack, rows_of(out, (size_t)out_width * sizeof(float), out_height, (size_t)out_pitch * sizeof(float)), true);
    for (int y = 0; y < out_height; y++) {
        for (int x = 0; x < out_width; x++) {
            const float *window = in + (intptr_t)y * stride * in_pitch + x * stride;
            float maximum = -FLT_MAX;
            for (int ky = 0; ky < kernel_height; ky++) {
                for (int kx = 0; kx < kernel_width; kx++) {
                    maximum = larger(maximum, window[(intptr_t)ky * in_pitch + kx]);
                }
            }
            out[(intptr_t)y * out_pitch + x] = maximum;
        }
    }
}

void maxpool2d_j2x2_f32(float *out, const float *in, int in_height, int in_width, int out_height, int out_width, int32_t in_row_pitch, int32_t in_plane_rows,
                        int32_t out_row_pitch, int32_t out_plane_rows, uint8_t kernel_height, uint8_t kernel_width)
{
    TP_ENTER(stack);
    (void)in_height;
    (void)in_plane_rows;
    (void)out_plane_rows;
    pool(stack, out, in, in_width, out_height, out_width, in_row_pitch, out_row_pitch, kernel_height, kernel_width, 2);
}

void maxpool2d_f32_any(float *out, const float *in, int in_width, int out_height, int out_width, int32_t in_row_pitch, int32_t out_row_pitch, int kernel_height,
                       int kernel_width, int stride)
{
    TP_ENTER(stack);
    pool(stack, out, in, in_width, out_height, out_width, in_row_pitch, out_row_pitch, kernel_height, kernel_width, stride);
}

static void mean(uint32_t stack, float *out, const float *in, int channels)
{
    if (channels < 0) {
        return;
    }
    compute(stack, COMPUTE_MEAN, 0, 0, channels, 0);
    tp_emit_operand(stack, tp_linear(in, (size_t)channels * 4 * sizeof(float)), false);
    tp_emit_operand(stack, tp_linear(out, (size_t)channels * sizeof(float)), true);
    for (int c = 0; c < channels; c++) {
        const float *x = in + 4 * c;
        float top = x[0] + x[1];
        float bottom = x[2] + x[3];
        out[c] = (top + bottom) * 0.25f;
    }
}

void simd_mean_pool_2x2_to_1x1_float32(float *out, const float *in, int channels) { TP_ENTER(stack); mean(stack, out, in, channels / LANES * LANES); }
void simd_mean_pool_2x2_to_1x1_float32_any(float *out, const float *in, int channels) { TP_ENTER(stack); mean(stack, out, in, channels); }

static void elementwise(uint32_t stack, int count, const void *first, size_t first_bytes, const void *second, size_t second_bytes, void *out, size_t out_bytes)
{
    compute(stack, COMPUTE_ELEMENTWISE, 0, 0, count, 0);
    tp_emit_operand(stack, tp_linear(first, first_bytes), false);
    if (second != NULL) {
        tp_emit_operand(stack, tp_linear(second, second_bytes), false);
    }
    tp_emit_operand(stack, tp_linear(out, out_bytes), true);
}

void quantize_f32_asym8s(int8_t *out, const float *in, float scale, int zero_point, int count)
{
    TP_ENTER(stack);
    if (count <= 0) {
        return;
    }
    elementwise(stack, count, in, (size_t)count * sizeof(float), NULL, 0, out, (size_t)count);
    float inverse = 1.0f / scale;
    inverse = inverse > FLT_MAX ? FLT_MAX : inverse;
    for (int i = 0; i < count; i++) {
        float x;
        memcpy(&x, (const uint8_t *)in + (size_t)i * sizeof x, sizeof x);
        out[i] = level(fmaf(x, inverse, (float)zero_point));
    }
}

void dequantize_asym8s_f32(float *out, const int8_t *in, float scale, int zero_point, int count)
{
    TP_ENTER(stack);
    if (count <= 0) {
        return;
    }
    elementwise(stack, count, in, (size_t)count, NULL, 0, out, (size_t)count * sizeof(float));
    for (int i = 0; i < count; i++) {
        float y = scale * (float)(in[i] - zero_point);
        memcpy((uint8_t *)out + (size_t)i * sizeof y, &y, sizeof y);
    }
}

void vrelU_quantized(int8_t *out, const int8_t *in, int32_t in_zero_point, int32_t out_zero_point, float out_scale, int count)
{
    TP_ENTER(stack);
    if (count <= 0) {
        return;
    }
    elementwise(stack, count, in, (size_t)count, NULL, 0, out, (size_t)count);
    int8_t results[256];
    for (int x = -128; x < 128; x++) {
        int distance = x - in_zero_point;
        results[(uint8_t)x] = level(fmaf((float)(distance < 0 ? 0 : distance), out_scale, (float)out_zero_point));
    }
    for (int i = 0; i < count; i++) {
        out[i] = results[(uint8_t)in[i]];
    }
}

static void sum_of_bytes(float *z, const float *x, const float *y, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += sizeof(float)) {
        /* A float that is only read in part is completed with zeros, and its sum is cut off again. */
        size_t part = bytes - i < sizeof(float) ? bytes - i : sizeof(float);
        float a = 0, b = 0;
        memcpy(&a, (const uint8_t *)x + i, part);
        memcpy(&b, (const uint8_t *)y + i, part);
        a += b;
        memcpy((uint8_t *)z + i, &a, part);
    }
}

static void add(uint32_t stack, float *z, const float *x, const float *y, int count, size_t bytes)
{
    if (count <= 0) {
        return;
    }
    elementwise(stack, count, x, bytes, y, bytes, z, bytes);
    sum_of_bytes(z, x, y, bytes);
}

void rvaddf(float *z, const float *x, const float *y, int count)
{
    TP_ENTER(stack);
    add(stack, z, x, y, count, (size_t)(count / LANES * LANES) * sizeof(float) + (count % LANES == 0 ? 0 : ADD_TAIL_BYTES));
}

void rvaddf_any(float *z, const float *x, const float *y, int count)
{
    TP_ENTER(stack);
    add(stack, z, x, y, count, (size_t)count * sizeof(float));
}

static int32_t dot(uint32_t stack, int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count, int alignment)
{
    if (count <= 0) {
        return sum;
    }
    compute(stack, COMPUTE_DOT, 0, count, count, alignment);
    tp_emit_operand(stack, tp_linear(x, (size_t)count), false);
    tp_emit_operand(stack, tp_linear(y, (size_t)count), false);
    if (alignment > 0) {
        x -= (uintptr_t)x % (uintptr_t)alignment;
        y -= (uintptr_t)y % (uintptr_t)alignment;
    }
    uint32_t total = (uint32_t)sum;
    for (int i = 0; i < count; i++) {
        total += (uint32_t)((x[i] - x_zero_point) * (y[i] - y_zero_point));
    }
    return (int32_t)total;
}

int32_t rvdot_zeropt(int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count)
{
    TP_ENTER(stack);
    return dot(stack, sum, x, y, x_zero_point, y_zero_point, count, DOT_STEP);
}

int32_t rvdot_zeropt_any(int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count)
{
    TP_ENTER(stack);
    return dot(stack, sum, x, y, x_zero_point, y_zero_point, count, 0);
}

static int32_t saturate32(int64_t value) { return value < INT32_MIN ? INT32_MIN : value > INT32_MAX ? INT32_MAX : (int32_t)value; }
static int32_t product31(int32_t x, int32_t y) { return saturate32(((int64_t)x * y + ((int64_t)1 << 30)) >> 31); }
static int32_t plus(int32_t x, int32_t y) { return saturate32((int64_t)x + y); }

/* e^distance for a distance of 0 or less: a power of two times a polynomial of the fraction, even and odd powers apart. */
static float exponential(float distance)
{
    float scaled = distance * 16777216.0f;
    int32_t q24 = scaled <= -2147483648.0f ? INT32_MIN : scaled >= 2147483648.0f ? INT32_MAX : scaled == scaled ? (int32_t)scaled : 0;
    int64_t q54 = (int64_t)q24 * 1549082005;
    int32_t exponent = (int32_t)(q54 >> 54);
    int32_t fraction = (int32_t)((uint32_t)(q54 >> 22) >> 1);
    int32_t square = product31(fraction, fraction);
    int32_t even = plus(10400465, product31(square, 234841));
    int32_t odd = plus(59570027, product31(square, 1329551));
    even = plus(257946177, product31(square, even));
    odd = plus(744260763, product31(square, odd));
    even = plus(1073741824, product31(square, even));
    float mantissa = (float)plus(even, product31(fraction, odd)) * (1.0f / 1073741824.0f);
    uint32_t bits = (uint32_t)(127 + exponent < 0 ? 0 : 127 + exponent) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return mantissa * power;
}

void vsoftmaxf(float *out, const float *in, int count)
{
    TP_ENTER(stack);
    if (count <= 0) {
        return;
    }
    compute(stack, COMPUTE_SOFTMAX, 0, 0, count, 0);
    tp_emit_operand(stack, tp_linear(in, (size_t)count * sizeof(float)), false);
    tp_emit_operand(stack, tp_linear(out, (size_t)count * sizeof(float)), true);
    float maximum = in[0];
    for (int i = 1; i < count; i++) {
        maximum = larger(maximum, in[i]);
    }
    float lanes[LANES] = { 0 };
    bool any_nan = false;
    for (int i = 0; i < count; i++) {
        float distance = in[i] - maximum;
        any_nan |= distance != distance;
        out[i] = exponential(distance);
        lanes[i % LANES] += out[i];
    }
    if (any_nan) {
        const uint32_t nan = 0xffc00000u;
        for (int i = 0; i < count; i++) {
            memcpy(&out[i], &nan, sizeof nan);
        }
        return;
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) {
            lanes[lane] += lanes[half + lane];
        }
    }
    float norm = 1.0f / lanes[0];
    for (int i = 0; i < count; i++) {
        out[i] *= norm;
    }
}
