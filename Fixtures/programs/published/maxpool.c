/* Max pooling as published: one wait before the loop, none in it. The tiles are those of the layer table, whether or not a bank can hold them. */
#include "maxpool_planes.h"

XAI_ERR_TYPE sample_maxpool2d(const tp_maxpool2d *call)
{
    const maxpool_layer_config_t *layer = call->layer;
    if (layer == NULL) {
        return XAI_ERR_BADARG;
    }
    if (!has_banks() || call->stride != 2) {
        return maxpool_cached(call, 0);
    }
    pool_tiles t = pool_tiles_of(call, layer->c_tile_size, layer->output_rows);
    bank_allocator bank = { { 0, 0 } };
    float *input = bank_allocate(&bank, "input ping", pool_input_bytes(&t), layer->input_ping_dram);
    float *next_input = bank_allocate(&bank, "input pong", pool_input_bytes(&t), layer->input_pong_dram);
    float *next_output = bank_allocate(&bank, "output ping", pool_output_bytes(&t), layer->output_ping_dram);
    float *output = bank_allocate(&bank, "output pong", pool_output_bytes(&t), layer->output_pong_dram);
    int tiles = layer->c_tiles * layer->height_tiles;
    dma_begin();
    pool_load(call, &t, input, 0, 0);
    idma_hw_wait_all(CHANNEL_IN);
    for (int number = 0; number < tiles; number++) {
        int channel_tile = number / layer->height_tiles;
        int row_tile = number % layer->height_tiles;
        if (number + 1 < tiles) {
            pool_load(call, &t, next_input, (number + 1) / layer->height_tiles, (number + 1) % layer->height_tiles);
        }
        tileproof_tile(channel_tile, row_tile);
        pool_compute_tile(call, &t, input, output, channel_tile, row_tile);
        pool_store(call, &t, output, channel_tile, row_tile);
        pool_swap(&input, &next_input);
        pool_swap(&output, &next_output);
    }
    idma_hw_wait_all(CHANNEL_OUT);
    return XAI_ERR_OK;
}
