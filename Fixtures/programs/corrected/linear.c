/*
 * The fully connected layer with a wait before every use of what was loaded. Inputs longer than a bank are taken in segments, and weight rows
 * in the bank begin at multiples of 32 bytes.
 */
#include "linear_outputs.h"

int sample_linear(const tp_linear *call)
{
    if (!linear_uses_banks(call)) {
        return linear_direct(call, rvdot_zeropt_any);
    }
    int segment = smaller(call->inputs, smaller(IDMA_BUFFER_SIZE_DRAM0, IDMA_BUFFER_SIZE_DRAM1) / LINEAR_STEP * LINEAR_STEP);
    int pitch = (segment + LINEAR_STEP - 1) / LINEAR_STEP * LINEAR_STEP;
    int rows = segment < call->inputs ? 1 : smaller(larger(1, IDMA_BUFFER_SIZE_DRAM1 / pitch), call->outputs);
    int8_t *input = bank_part("input", 0, 0, (size_t)segment);
    int8_t *weights = bank_part("weight tile", 1, 0, (size_t)pitch * (size_t)rows);
    int32_t *sums = malloc((size_t)rows * sizeof *sums);
    if (sums == NULL) {
        return 1;
    }
    linear_write_back_inputs(call);
    dma_begin_chunks();
    for (int first = 0; first < call->outputs; first += rows) {
        int outputs = smaller(rows, call->outputs - first);
        memset(sums, 0, (size_t)outputs * sizeof *sums);
        for (int begin = 0; begin < call->inputs; begin += segment) {
            int inputs = smaller(segment, call->inputs - begin);
            if (first == 0 || segment < call->inputs) {
                dma_linear(CHANNEL_LOAD, call->input + begin, input, (size_t)inputs);
            }
            dma_rows(CHANNEL_LOAD, call->weights + (size_t)first * (size_t)call->inputs + begin, weights, (size_t)inputs, outputs, call->inputs, pitch);
            idma_hw_wait_all(CHANNEL_LOAD);
            tileproof_tile(first / rows, 0);
            linear_sums(call, rvdot_zeropt_any, sums, input, weights, pitch, inputs, outputs);
        }
        linear_outputs(call, sums, 0, first, outputs);
    }
    xthal_dcache_region_writeback(call->output, (size_t)call->outputs);
    free(sums);
    return 0;
}
