/* Two DMA channels. Tiles: inputs come on one, everything else goes on the other. Chunks: one loads, the other stores. */
#ifndef SAMPLE_DMA_H
#define SAMPLE_DMA_H

#define IDMA_USE_MULTICHANNEL 1
#include <xtensa/idma.h>

#define CHANNEL_OUT 0
#define CHANNEL_IN 1
#define CHANNEL_LOAD 0
#define CHANNEL_STORE 1
#define RING_DEPTH 2

IDMA_BUFFER_DEFINE(sample_ring_2d, RING_DEPTH, IDMA_2D_DESC) __attribute__((weak));
IDMA_BUFFER_DEFINE(sample_second_ring_2d, RING_DEPTH, IDMA_2D_DESC) __attribute__((weak));
IDMA_BUFFER_DEFINE(sample_ring_3d, RING_DEPTH, IDMA_64B_DESC) __attribute__((weak));

static inline void dma_begin(void)
{
    idma_init(CHANNEL_IN, 0, MAX_BLOCK_16, 16, TICK_CYCLES_8, 100000, NULL);
    idma_init_loop(CHANNEL_IN, sample_ring_3d, IDMA_64B_DESC, RING_DEPTH, NULL, NULL);
    idma_init(CHANNEL_OUT, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
    idma_init_loop(CHANNEL_OUT, sample_ring_2d, IDMA_2D_DESC, RING_DEPTH, NULL, NULL);
}

static inline void dma_begin_chunks(void)
{
    idma_init(CHANNEL_LOAD, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
    idma_init_loop(CHANNEL_LOAD, sample_ring_2d, IDMA_2D_DESC, RING_DEPTH, NULL, NULL);
    idma_init(CHANNEL_STORE, 0, MAX_BLOCK_16, 8, TICK_CYCLES_1, 0, NULL);
    idma_init_loop(CHANNEL_STORE, sample_second_ring_2d, IDMA_2D_DESC, RING_DEPTH, NULL, NULL);
}

/* Returns the number of the descriptor. */
static inline int dma_linear(int channel, const void *from, void *to, size_t bytes)
{
    return idma_copy_2d_desc(channel, to, (void *)(uintptr_t)from, bytes, DESC_IDMA_PRIOR_L, 1, 0, 0);
}

static inline void dma_rows(int channel, const void *from, void *to, size_t row_bytes, int rows, int from_pitch, int to_pitch)
{
    idma_copy_2d_desc(channel, to, (void *)(uintptr_t)from, row_bytes, DESC_IDMA_PRIOR_L, (uint32_t)rows, (uint32_t)from_pitch, (uint32_t)to_pitch);
}

static inline void dma_planes(int channel, const void *from, void *to, size_t row_bytes, int rows, int planes, int from_pitch, int to_pitch, int from_plane, int to_plane)
{
    const void *source = from;
    idma_copy_3d_desc64(channel, &to, &source, DESC_IDMA_PRIOR_L, row_bytes, (uint32_t)rows, (uint32_t)planes, (uint32_t)from_pitch, (uint32_t)to_pitch,
                        (uint32_t)from_plane, (uint32_t)to_plane);
}

/* Waits until at most so many transfers of a channel are under way. */
static inline void dma_wait_until(int channel, int outstanding)
{
    if (outstanding == 0) {
        idma_hw_wait_all(channel);
        return;
    }
    while (idma_buffer_status(channel) > outstanding) {
    }
}

#endif
