/*
 * Element-wise operators: chunks of consecutive elements through both banks in turn. While a chunk is computed the next one is loaded; the
 * store of a chunk is waited for after the next one was computed, which is before its buffer is written again.
 */
#ifndef SAMPLE_CHUNKS_H
#define SAMPLE_CHUNKS_H

#include <xtensa/hal.h>
#include <vision_kernels.h>
#include "banks.h"
#include "dma.h"

#define SMALLEST_DMA_ELEMENTS 1024

typedef struct chunk_operator chunk_operator;
struct chunk_operator {
    const void *call;
    void (*compute)(const void *call, const void *first, const void *second, void *output, int elements);
    const uint8_t *input[2];      /* the second is NULL for operators of one input */
    uint8_t *output;
    int elements, input_bytes, output_bytes;   /* bytes of an element */
    int chunk;                    /* elements */
    uint8_t *local_input[2][2];   /* of each of two sets */
    uint8_t *local_output[2];
};

static inline int chunk_elements(const chunk_operator *o, int chunk) { return smaller(o->chunk, o->elements - chunk * o->chunk); }
static inline int chunk_count(const chunk_operator *o) { return (o->elements + o->chunk - 1) / o->chunk; }

/* A set in one bank: inputs at the offsets, then the output. */
static inline void chunk_place(chunk_operator *o, int set, int bank, int first_offset, int second_offset, int output_offset)
{
    static const char *const names[2][3] = { { "input 0 ping", "input 1 ping", "output ping" }, { "input 0 pong", "input 1 pong", "output pong" } };
    o->local_input[set][0] = bank_part(names[set][0], bank, (size_t)first_offset, (size_t)(o->chunk * o->input_bytes));
    if (o->input[1] != NULL) {
        o->local_input[set][1] = bank_part(names[set][1], bank, (size_t)second_offset, (size_t)(o->chunk * o->input_bytes));
    }
    o->local_output[set] = bank_part(names[set][2], bank, (size_t)output_offset, (size_t)(o->chunk * o->output_bytes));
}

static inline void chunk_load(const chunk_operator *o, int chunk, int set)
{
    for (int i = 0; i < 2 && o->input[i] != NULL; i++) {
        dma_linear(CHANNEL_LOAD, o->input[i] + (size_t)chunk * (size_t)(o->chunk * o->input_bytes), o->local_input[set][i],
                   (size_t)(chunk_elements(o, chunk) * o->input_bytes));
    }
}

static inline void chunk_compute(const chunk_operator *o, int chunk, int set)
{
    tileproof_tile(0, chunk);
    o->compute(o->call, o->local_input[set][0], o->local_input[set][1], o->local_output[set], chunk_elements(o, chunk));
}

static inline void chunk_store(const chunk_operator *o, int chunk, int set)
{
    dma_linear(CHANNEL_STORE, o->local_output[set], o->output + (size_t)chunk * (size_t)(o->chunk * o->output_bytes),
               (size_t)(chunk_elements(o, chunk) * o->output_bytes));
}

static inline void chunks_in_turn(const chunk_operator *o)
{
    int count = chunk_count(o);
    dma_begin_chunks();
    chunk_load(o, 0, 0);
    for (int chunk = 0; chunk < count; chunk++) {
        int set = chunk % 2;
        idma_hw_wait_all(CHANNEL_LOAD);
        if (chunk + 1 < count) {
            chunk_load(o, chunk + 1, 1 - set);
        }
        chunk_compute(o, chunk, set);
        idma_hw_wait_all(CHANNEL_STORE);
        chunk_store(o, chunk, set);
    }
    idma_hw_wait_all(CHANNEL_STORE);
}

static inline void chunks_one_by_one(const chunk_operator *o)
{
    int count = chunk_count(o);
    dma_begin_chunks();
    for (int chunk = 0; chunk < count; chunk++) {
        chunk_load(o, chunk, 0);
        idma_hw_wait_all(CHANNEL_LOAD);
        idma_hw_wait_all(CHANNEL_STORE);
        chunk_compute(o, chunk, 0);
        chunk_store(o, chunk, 0);
    }
    idma_hw_wait_all(CHANNEL_STORE);
}

static inline void chunks_write_back_inputs(const chunk_operator *o)
{
    for (int i = 0; i < 2 && o->input[i] != NULL; i++) {
        xthal_dcache_region_writeback((void *)(uintptr_t)o->input[i], (size_t)o->elements * (size_t)o->input_bytes);
    }
}

static inline void chunks_invalidate_output(const chunk_operator *o)
{
    xthal_dcache_region_invalidate(o->output, (size_t)o->elements * (size_t)o->output_bytes);
}

/* Without banks, or for few elements: the kernel works on the tensors through the cache. */
static inline int chunks_direct(const chunk_operator *o)
{
    chunks_write_back_inputs(o);
    o->compute(o->call, o->input[0], o->input[1], o->output, o->elements);
    xthal_dcache_region_writeback(o->output, (size_t)o->elements * (size_t)o->output_bytes);
    return 0;
}

static inline int chunks_use_banks(const chunk_operator *o) { return has_banks() && o->elements >= SMALLEST_DMA_ELEMENTS; }

#endif
