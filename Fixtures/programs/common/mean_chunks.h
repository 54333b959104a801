/*
 * The mean of every plane. Planes of 2x2 go in chunks of whole steps of 16 channels through both banks, input and output in the same bank;
 * other planes are summed by the core.
 */
#ifndef SAMPLE_MEAN_CHUNKS_H
#define SAMPLE_MEAN_CHUNKS_H

#include <xtensa/hal.h>
#include <vision_kernels.h>
#include "banks.h"
#include "dma.h"

#define MEAN_STEP 16
#define MEAN_INPUT_BYTES (4 * (int)sizeof(float))

typedef void (*mean_kernel)(float *out, const float *in, int channels);

/* Images lie one behind the other: the cache is kept in step for all of them, before the first and behind the last. */
static inline int mean_is_first(const tp_mean *call) { return call->image == 0; }
static inline int mean_is_last(const tp_mean *call) { return call->image == call->images - 1; }

static inline void mean_write_back_inputs(const tp_mean *call)
{
    xthal_dcache_region_writeback((void *)(uintptr_t)call->input, (size_t)(call->images * call->channels * MEAN_INPUT_BYTES));
}

/* The output of all images, from the call of the last one. */
static inline float *mean_outputs(const tp_mean *call) { return call->output - (size_t)call->image * (size_t)call->channels; }
static inline size_t mean_output_bytes(const tp_mean *call) { return (size_t)(call->images * call->channels) * sizeof(float); }

static inline int mean_portable(const tp_mean *call)
{
    int elements = call->height * call->width;
    for (int c = 0; c < call->channels; c++) {
        const float *x = call->input + (size_t)c * (size_t)elements;
        float sum = 0;
        for (int i = 0; i < elements; i++) {
            float next = x[i];
            sum = i == 0 ? next : sum + next;
        }
        call->output[c] = sum / (float)elements;
    }
    if (mean_is_last(call)) {
        xthal_dcache_region_writeback(mean_outputs(call), mean_output_bytes(call));
    }
    return 0;
}

/* The channels of all images are one run. */
static inline int mean_direct(const tp_mean *call, mean_kernel kernel)
{
    if (mean_is_first(call)) {
        mean_write_back_inputs(call);
        kernel(call->output, call->input, call->images * call->channels);
        xthal_dcache_region_writeback(call->output, mean_output_bytes(call));
    }
    return 0;
}

static inline void mean_load(const tp_mean *call, float *const *input, int chunk, int chunk_channels)
{
    int channels = smaller(chunk_channels, call->channels - chunk * chunk_channels);
    dma_linear(CHANNEL_IN, call->input + (size_t)(chunk * chunk_channels) * 4, input[chunk % 2], (size_t)(channels * MEAN_INPUT_BYTES));
}

static inline void mean_chunks(const tp_mean *call, mean_kernel kernel, int largest_chunk)
{
    int chunk_channels = smaller(largest_chunk, (call->channels + MEAN_STEP - 1) / MEAN_STEP * MEAN_STEP);
    int chunks = (call->channels + chunk_channels - 1) / chunk_channels;
    size_t input_bytes = (size_t)(chunk_channels * MEAN_INPUT_BYTES);
    size_t output_bytes = (size_t)chunk_channels * sizeof(float);
    float *input[2] = { bank_part("input ping", 0, 0, input_bytes), bank_part("input pong", 1, 0, input_bytes) };
    float *output[2] = { bank_part("output ping", 0, input_bytes, output_bytes), bank_part("output pong", 1, input_bytes, output_bytes) };
    dma_begin();
    mean_load(call, input, 0, chunk_channels);
    idma_hw_wait_all(CHANNEL_IN);
    for (int chunk = 0; chunk < chunks; chunk++) {
        int channels = smaller(chunk_channels, call->channels - chunk * chunk_channels);
        if (chunk + 1 < chunks) {
            mean_load(call, input, chunk + 1, chunk_channels);
        }
        tileproof_tile(chunk, 0);
        kernel(output[chunk % 2], input[chunk % 2], channels);
        dma_linear(CHANNEL_OUT, output[chunk % 2], call->output + chunk * chunk_channels, (size_t)channels * sizeof(float));
        if (chunk + 1 < chunks) {
            idma_hw_wait_all(CHANNEL_IN);
        }
        idma_hw_wait_all(CHANNEL_OUT);
    }
}

/* Channels of the largest chunk that a bank holds. */
static inline int mean_largest_chunk(int bank_bytes) { return bank_bytes / (MEAN_INPUT_BYTES + (int)sizeof(float)) / MEAN_STEP * MEAN_STEP; }

#endif
