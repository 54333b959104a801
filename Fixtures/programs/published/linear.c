/*
 * The fully connected layer as published: weight rows go through bank 1, and the queries of the channel are no waits. Sizes are not compared
 * with the banks, and loads of rows that are no multiple of 32 bytes begin too early.
 */
#include "linear_outputs.h"

int sample_linear(const tp_linear *call)
{
    if (!linear_uses_banks(call)) {
        return linear_direct(call, rvdot_zeropt);
    }
    int rows = smaller(larger(1, IDMA_BUFFER_SIZE_DRAM1 / call->inputs), call->outputs);
    int8_t *input = bank_part("input", 0, 0, (size_t)call->inputs);
    int8_t *weights = bank_part("weight tile", 1, 0, (size_t)call->inputs * (size_t)rows);
    int32_t *sums = malloc((size_t)rows * sizeof *sums);
    if (sums == NULL) {
        return 1;
    }
    linear_write_back_inputs(call);
    dma_begin_chunks();
    dma_linear(CHANNEL_LOAD, call->input, input, (size_t)call->inputs);
    for (int first = 0; first < call->outputs; first += rows) {
        int outputs = smaller(rows, call->outputs - first);
        int load = dma_linear(CHANNEL_LOAD, call->weights + (size_t)first * (size_t)call->inputs, weights, (size_t)outputs * (size_t)call->inputs);
        idma_desc_done(CHANNEL_LOAD, load);
        memset(sums, 0, (size_t)outputs * sizeof *sums);
        tileproof_tile(first / rows, 0);
        linear_sums(call, rvdot_zeropt, sums, input, weights, call->inputs, call->inputs, outputs);
        linear_outputs(call, sums, 0, first, outputs);
    }
    xthal_dcache_region_writeback(call->output, (size_t)call->outputs);
    free(sums);
    return 0;
}
