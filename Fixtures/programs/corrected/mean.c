/* The mean of every channel, in chunks that fit the smaller bank, the output's lines dropped before and after. */
#include "mean_chunks.h"

int sample_mean(const tp_mean *call)
{
    if (call->height != 2 || call->width != 2) {
        return mean_portable(call);
    }
    int largest = mean_largest_chunk(smaller(IDMA_BUFFER_SIZE_DRAM0, IDMA_BUFFER_SIZE_DRAM1));
    if (largest == 0) {
        return mean_direct(call, simd_mean_pool_2x2_to_1x1_float32_any);
    }
    xthal_dcache_region_writeback((void *)(uintptr_t)call->input, (size_t)(call->channels * MEAN_INPUT_BYTES));
    xthal_dcache_region_invalidate(call->output, (size_t)call->channels * sizeof(float));
    mean_chunks(call, simd_mean_pool_2x2_to_1x1_float32_any, largest);
    xthal_dcache_region_invalidate(call->output, (size_t)call->channels * sizeof(float));
    return 0;
}
