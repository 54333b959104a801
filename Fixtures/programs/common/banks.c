/* The banks themselves, where a program is compiled for one machine; their sizes come from the layer table. Behind the cache, in system memory, lies room for padded images. */
#include "banks.h"

#ifndef TILEPROOF_ANY_MACHINE
#if IDMA_BUFFER_SIZE_DRAM0 > 0
__attribute__((section(".dram0.data"), aligned(128))) uint8_t sample_bank0[IDMA_BUFFER_SIZE_DRAM0];
#else
uint8_t sample_bank0[1];
#endif
#if IDMA_BUFFER_SIZE_DRAM1 > 0
__attribute__((section(".dram1.data"), aligned(128))) uint8_t sample_bank1[IDMA_BUFFER_SIZE_DRAM1];
#else
uint8_t sample_bank1[1];
#endif
#endif

__attribute__((section(".sram.data"), aligned(128))) uint8_t sample_scratch[SCRATCH_BYTES];
