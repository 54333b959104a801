/* What the fully connected layers of both libraries have in common: dot products with weight rows, and outputs from their sums. */
#ifndef SAMPLE_LINEAR_OUTPUTS_H
#define SAMPLE_LINEAR_OUTPUTS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xtensa/hal.h>
#include <vision_kernels.h>
#include "banks.h"
#include "dma.h"

#define LINEAR_STEP 32
#define SMALLEST_DMA_INPUTS 512

typedef int32_t (*dot_kernel)(int32_t sum, const int8_t *x, const int8_t *y, int8_t x_zero_point, int8_t y_zero_point, int count);

/* Adds the products of an input with weight rows to sums that stay in the core. */
static inline void linear_sums(const tp_linear *call, dot_kernel dot, int32_t *sums, const int8_t *input, const int8_t *weights, int pitch, int inputs, int outputs)
{
    for (int j = 0; j < outputs; j++) {
        sums[j] = dot(sums[j], input, weights + (size_t)j * (size_t)pitch, (int8_t)call->input_zero_point, (int8_t)call->weight_zero_point, inputs);
    }
}

/* Scaled and rounded to even first, then moved by the zero point and limited. */
static inline void linear_outputs(const tp_linear *call, const int32_t *sums, int row, int first, int outputs)
{
    float scale = (float)ldexp((float)call->multiplier, call->shift - 31);
    for (int j = 0; j < outputs; j++) {
        int32_t sum = (int32_t)((uint32_t)sums[j] + (uint32_t)call->bias[first + j]);
        float level = (float)call->output_zero_point + rintf(scale * (float)sum);
        level = level < -128.0f ? -128.0f : level > 127.0f ? 127.0f : level;
        call->output[(size_t)row * (size_t)call->outputs + (size_t)(first + j)] = (int8_t)level;
    }
}

static inline void linear_write_back_inputs(const tp_linear *call)
{
    xthal_dcache_region_writeback((void *)(uintptr_t)call->input, (size_t)call->rows * (size_t)call->inputs);
    xthal_dcache_region_writeback((void *)(uintptr_t)call->weights, (size_t)call->outputs * (size_t)call->inputs);
}

/* The kernel works on the tensors through the cache. */
static inline int linear_direct(const tp_linear *call, dot_kernel dot)
{
    int32_t *sums = malloc((size_t)call->outputs * sizeof *sums);
    if (sums == NULL) {
        return 1;
    }
    linear_write_back_inputs(call);
    for (int row = 0; row < call->rows; row++) {
        memset(sums, 0, (size_t)call->outputs * sizeof *sums);
        tileproof_tile(0, row);
        linear_sums(call, dot, sums, call->input + (size_t)row * (size_t)call->inputs, call->weights, call->inputs, call->inputs, call->outputs);
        linear_outputs(call, sums, row, 0, call->outputs);
    }
    xthal_dcache_region_writeback(call->output, (size_t)call->rows * (size_t)call->outputs);
    free(sums);
    return 0;
}

static inline int linear_uses_banks(const tp_linear *call) { return has_banks() && call->inputs >= SMALLEST_DMA_INPUTS && call->rows == 1; }

#endif
