/* Buffers in the two local memory banks, handed out one behind the other. */
#ifndef SAMPLE_BANKS_H
#define SAMPLE_BANKS_H

#include <stddef.h>
#include <stdint.h>
#include <tileproof.h>

#define BANK_ALIGNMENT 64
#define SCRATCH_BYTES (1024 * 1024)
/* The table of a machine names the banks that it has: with one bank, convolutions use it, everything else works through the cache. */
#ifndef IDMA_BUFFER_SIZE_DRAM1
#define IDMA_BUFFER_SIZE_DRAM1 0
#endif

#ifdef TILEPROOF_ANY_MACHINE
#define sample_bank0 ((uint8_t *)tileproof_bank(0))
#define sample_bank1 ((uint8_t *)tileproof_bank(1))
#else
extern uint8_t sample_bank0[], sample_bank1[];
#endif
extern uint8_t sample_scratch[SCRATCH_BYTES];

static inline int smaller(int x, int y) { return x < y ? x : y; }
static inline int larger(int x, int y) { return x > y ? x : y; }

/* Whether kernels may use two banks; a table without any leaves the cache. */
static inline int has_banks(void) { return IDMA_BUFFER_SIZE_DRAM0 > 0 && IDMA_BUFFER_SIZE_DRAM1 > 0; }

/* Names a part of a bank at a place that the program has chosen. */
static inline void *bank_part(const char *name, int bank, size_t offset, size_t bytes)
{
    uint8_t *start = (bank == 0 ? sample_bank0 : sample_bank1) + offset;
    tileproof_buffer(name, start, bytes);
    return start;
}

typedef struct {
    size_t used[2];
} bank_allocator;

static inline void *bank_allocate(bank_allocator *allocator, const char *name, size_t bytes, int bank)
{
    uint8_t *start = (bank == 0 ? sample_bank0 : sample_bank1) + allocator->used[bank != 0];
    allocator->used[bank != 0] += (bytes + BANK_ALIGNMENT - 1) / BANK_ALIGNMENT * BANK_ALIGNMENT;
    tileproof_buffer(name, start, bytes);
    return start;
}

#endif
