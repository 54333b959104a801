/* The mean as published: the kernel leaves out what is behind whole steps of 16 channels, and the chunk comes from bank 0 alone. */
#include "mean_chunks.h"

int sample_mean(const tp_mean *call)
{
    if (call->height != 2 || call->width != 2) {
        return mean_portable(call);
    }
    int largest = mean_largest_chunk(IDMA_BUFFER_SIZE_DRAM0);
    if (largest == 0) {
        return mean_direct(call, simd_mean_pool_2x2_to_1x1_float32);
    }
    xthal_dcache_region_writeback((void *)(uintptr_t)call->input, (size_t)(call->channels * MEAN_INPUT_BYTES));
    mean_chunks(call, simd_mean_pool_2x2_to_1x1_float32, largest);
    xthal_dcache_region_invalidate(call->output, (size_t)call->channels * sizeof(float));
    return 0;
}
