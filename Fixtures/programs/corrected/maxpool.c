/*
 * Max pooling with every wait that a right result needs: for the input of a tile, and for the store that still reads its output buffer. Tiles
 * are those of the layer table where a bank holds its two buffers as they are allocated, otherwise the next smaller ones.
 */
#include "maxpool_planes.h"

static size_t rounded(size_t bytes) { return (bytes + BANK_ALIGNMENT - 1) / BANK_ALIGNMENT * BANK_ALIGNMENT; }

static int fits(const pool_tiles *t)
{
    return rounded(pool_input_bytes(t)) + rounded(pool_output_bytes(t)) <= (size_t)smaller(IDMA_BUFFER_SIZE_DRAM0, IDMA_BUFFER_SIZE_DRAM1);
}

/* The most channels, then the most rows, that fit; no channels where none do. */
static pool_tiles choose(const tp_maxpool2d *call)
{
    pool_tiles t = pool_tiles_of(call, call->layer->c_tile_size, call->layer->output_rows);
    if (fits(&t)) {
        return t;
    }
    for (int channels = call->channels; channels >= 1; channels--) {
        for (int rows = call->out_height; rows >= 1; rows--) {
            t = pool_tiles_of(call, channels, rows);
            if (fits(&t)) {
                return t;
            }
        }
    }
    return pool_tiles_of(call, 0, 1);
}

XAI_ERR_TYPE sample_maxpool2d(const tp_maxpool2d *call)
{
    if (call->layer == NULL) {
        return XAI_ERR_BADARG;
    }
    pool_tiles t = { 0, 0, 0, 0, 0 };
    if (has_banks() && call->stride == 2) {
        t = choose(call);
    }
    if (t.channels == 0) {
        return maxpool_cached(call, 1);
    }
    bank_allocator bank = { { 0, 0 } };
    float *input = bank_allocate(&bank, "input ping", pool_input_bytes(&t), call->layer->input_ping_dram);
    float *next_input = bank_allocate(&bank, "input pong", pool_input_bytes(&t), call->layer->input_pong_dram);
    float *next_output = bank_allocate(&bank, "output ping", pool_output_bytes(&t), call->layer->output_ping_dram);
    float *output = bank_allocate(&bank, "output pong", pool_output_bytes(&t), call->layer->output_pong_dram);
    int row_tiles = (call->out_height + t.rows - 1) / t.rows;
    int tiles = (call->channels + t.channels - 1) / t.channels * row_tiles;
    dma_begin();
    pool_load(call, &t, input, 0, 0);
    for (int number = 0; number < tiles; number++) {
        int channel_tile = number / row_tiles;
        int row_tile = number % row_tiles;
        idma_hw_wait_all(CHANNEL_IN);
        if (number + 1 < tiles) {
            pool_load(call, &t, next_input, (number + 1) / row_tiles, (number + 1) % row_tiles);
        }
        tileproof_tile(channel_tile, row_tile);
        dma_wait_until(CHANNEL_OUT, 1);
        pool_compute_tile(call, &t, input, output, channel_tile, row_tile);
        pool_store(call, &t, output, channel_tile, row_tile);
        pool_swap(&input, &next_input);
        pool_swap(&output, &next_output);
    }
    idma_hw_wait_all(CHANNEL_OUT);
    return XAI_ERR_OK;
}
