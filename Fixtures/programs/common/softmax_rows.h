/* Softmax of rows: two sets of an input and an output row in the first place that fits, otherwise one set, otherwise the tensors themselves. */
#ifndef SAMPLE_SOFTMAX_ROWS_H
#define SAMPLE_SOFTMAX_ROWS_H

#include <xtensa/hal.h>
#include <vision_kernels.h>
#include "banks.h"
#include "dma.h"

typedef struct { int sets; int input_bank[2], output_bank[2]; } softmax_place;

typedef struct { int sets; float *input[2], *output[2]; } softmax_buffers;

static inline int softmax_fits(const softmax_place *place, size_t row_bytes)
{
    size_t rows[2] = { 0, 0 };
    for (int set = 0; set < place->sets; set++) {
        rows[place->input_bank[set]]++;
        rows[place->output_bank[set]]++;
    }
    return rows[0] * row_bytes <= IDMA_BUFFER_SIZE_DRAM0 && rows[1] * row_bytes <= IDMA_BUFFER_SIZE_DRAM1;
}

/* No sets where nothing fits. */
static inline softmax_buffers softmax_allocate(const tp_softmax *call)
{
    static const softmax_place places[] = {
        { 2, { 0, 1 }, { 0, 1 } }, { 2, { 0, 0 }, { 0, 0 } }, { 2, { 1, 1 }, { 1, 1 } }, { 2, { 0, 1 }, { 0, 0 } }, { 2, { 0, 1 }, { 1, 1 } },
        { 1, { 0, 0 }, { 1, 0 } }, { 1, { 0, 0 }, { 0, 0 } }, { 1, { 1, 0 }, { 1, 0 } },
    };
    static const char *const names[2][2] = { { "input row 0", "output row 0" }, { "input row 1", "output row 1" } };
    size_t row_bytes = (size_t)call->columns * sizeof(float);
    softmax_buffers b = { 0, { NULL, NULL }, { NULL, NULL } };
    for (size_t i = 0; i < sizeof places / sizeof places[0] && b.sets == 0 && has_banks(); i++) {
        const softmax_place *place = &places[i];
        size_t used[2] = { 0, 0 };
        if (!softmax_fits(place, row_bytes)) {
            continue;
        }
        for (int set = 0; set < place->sets; set++) {
            b.input[set] = bank_part(names[set][0], place->input_bank[set], used[place->input_bank[set]]++ * row_bytes, row_bytes);
            b.output[set] = bank_part(names[set][1], place->output_bank[set], used[place->output_bank[set]]++ * row_bytes, row_bytes);
        }
        b.sets = place->sets;
    }
    return b;
}

static inline void softmax_load(const tp_softmax *call, const softmax_buffers *b, int row)
{
    dma_linear(CHANNEL_LOAD, call->input + (size_t)row * (size_t)call->columns, b->input[row % b->sets], (size_t)call->columns * sizeof(float));
}

static inline void softmax_store(const tp_softmax *call, const softmax_buffers *b, int row)
{
    dma_linear(CHANNEL_STORE, b->output[row % b->sets], call->output + (size_t)row * (size_t)call->columns, (size_t)call->columns * sizeof(float));
}

static inline void softmax_compute(const tp_softmax *call, const softmax_buffers *b, int row)
{
    tileproof_tile(0, row);
    vsoftmaxf(b->output[row % b->sets], b->input[row % b->sets], call->columns);
}

static inline void softmax_rows(const tp_softmax *call, const softmax_buffers *b)
{
    dma_begin_chunks();
    if (b->sets == 2) {
        softmax_load(call, b, 0);
    }
    for (int row = 0; row < call->rows; row++) {
        if (b->sets == 1) {
            softmax_load(call, b, row);
            idma_hw_wait_all(CHANNEL_LOAD);
            idma_hw_wait_all(CHANNEL_STORE);
            softmax_compute(call, b, row);
        } else {
            idma_hw_wait_all(CHANNEL_LOAD);
            if (row + 1 < call->rows) {
                softmax_load(call, b, row + 1);
            }
            softmax_compute(call, b, row);
            idma_hw_wait_all(CHANNEL_STORE);
        }
        softmax_store(call, b, row);
    }
    idma_hw_wait_all(CHANNEL_STORE);
}

static inline size_t softmax_bytes(const tp_softmax *call) { return (size_t)call->rows * (size_t)call->columns * sizeof(float); }

static inline int softmax_direct(const tp_softmax *call)
{
    for (int row = 0; row < call->rows; row++) {
        tileproof_tile(0, row);
        vsoftmaxf(call->output + (size_t)row * (size_t)call->columns, call->input + (size_t)row * (size_t)call->columns, call->columns);
    }
    xthal_dcache_region_writeback(call->output, softmax_bytes(call));
    return 0;
}

#endif
