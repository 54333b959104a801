/* Buffers in the two local memory banks, handed out one behind the other. */
#ifndef SAMPLE_BANKS_H
#define SAMPLE_BANKS_H

#include <stddef.h>
#include <stdint.h>
#include <tileproof.h>

#define BANK_ALIGNMENT 64

extern uint8_t sample_bank0[], sample_bank1[];

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
