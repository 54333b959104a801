/* The cache calls of the hardware abstraction layer. Written for TileProof. */
#ifndef TILEPROOF_HAL_H
#define TILEPROOF_HAL_H

#include <stddef.h>
#include <stdint.h>
#include <xtensa/config/core-isa.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the dirty cache lines that the bytes lie in back to memory. */
void xthal_dcache_region_writeback(void *address, size_t bytes);
/* Drops the cache lines that the bytes lie in; what was not written back is lost. */
void xthal_dcache_region_invalidate(void *address, size_t bytes);
/* Both. */
void xthal_dcache_region_writeback_inv(void *address, size_t bytes);
/* Everything that the cache holds. */
void xthal_dcache_all_writeback(void);
void xthal_dcache_all_invalidate(void);
void xthal_dcache_all_writeback_inv(void);
/* Cycles of the core's counter; here a number that grows with every call. */
unsigned xthal_get_ccount(void);

#ifdef __cplusplus
}
#endif

#endif
