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
    if (mean_is_first(call)) {
        mean_write_back_inputs(call);
    }
    mean_chunks(call, simd_mean_pool_2x2_to_1x1_float32, largest);
    if (mean_is_last(call)) {
        xthal_dcache_region_invalidate(mean_outputs(call), mean_output_bytes(call));
    }
    return 0;
}
