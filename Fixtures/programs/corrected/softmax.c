/* Softmax by DMA, with the cache in step: the input written back before, the output's lines dropped before and after. */
#include "softmax_rows.h"

int sample_softmax(const tp_softmax *call)
{
    softmax_buffers b = softmax_allocate(call);
    if (b.sets == 0) {
        return softmax_direct(call);
    }
    xthal_dcache_region_writeback((void *)(uintptr_t)call->input, softmax_bytes(call));
    xthal_dcache_region_invalidate(call->output, softmax_bytes(call));
    softmax_rows(call, &b);
    xthal_dcache_region_invalidate(call->output, softmax_bytes(call));
    return 0;
}
