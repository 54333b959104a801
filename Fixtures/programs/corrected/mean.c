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
    if (mean_is_first(call)) {
        mean_write_back_inputs(call);
        xthal_dcache_region_invalidate(call->output, mean_output_bytes(call));
    }
    mean_chunks(call, simd_mean_pool_2x2_to_1x1_float32_any, largest);
    if (mean_is_last(call)) {
        xthal_dcache_region_invalidate(mean_outputs(call), mean_output_bytes(call));
    }
    return 0;
}
