/*
 * The iDMA calls that tiled programs make. Written for TileProof: names, argument orders and constants are the public
 * interface, the rest is ours. With IDMA_USE_MULTICHANNEL every call that works on a channel takes its number first.
 *
 * Every transfer is asynchronous: it lands when the landing policy of the run says, at the latest when the program
 * waits. The *_desc64 forms take pointers to 32-bit addresses (to 64-bit ones with _wide).
 */
#ifndef TILEPROOF_IDMA_H
#define TILEPROOF_IDMA_H

#include <stddef.h>
#include <stdint.h>
#include <xtensa/config/core-isa.h>
#include <xtensa/hal.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { IDMA_1D_DESC = 1, IDMA_2D_DESC = 2, IDMA_64B_DESC = 4 } idma_type_t;
typedef enum { MAX_BLOCK_2 = 0, MAX_BLOCK_4 = 1, MAX_BLOCK_8 = 2, MAX_BLOCK_16 = 3 } idma_max_block_t;
typedef enum {
    TICK_CYCLES_1 = 0, TICK_CYCLES_2 = 1, TICK_CYCLES_4 = 2, TICK_CYCLES_8 = 3,
    TICK_CYCLES_16 = 4, TICK_CYCLES_32 = 5, TICK_CYCLES_64 = 6, TICK_CYCLES_128 = 7
} idma_ticks_cyc_t;

typedef enum {
    IDMA_ERR_NO_BUF = -40, IDMA_ERR_BAD_DESC = -20, IDMA_ERR_BAD_CHAN = -19, IDMA_ERR_NOT_INIT = -18, IDMA_ERR_TASK_NOT_INIT = -17,
    IDMA_ERR_BAD_TASK = -16, IDMA_ERR_BUSY = -15, IDMA_ERR_IN_SPEC_MODE = -14, IDMA_ERR_NOT_SPEC_MODE = -13, IDMA_ERR_TASK_EMPTY = -12,
    IDMA_ERR_TASK_OUTSTAND_NEG = -11, IDMA_ERR_TASK_IN_ERROR = -10, IDMA_ERR_BUFFER_IN_ERROR = -9, IDMA_ERR_NO_NEXT_TASK = -8,
    IDMA_ERR_BUF_OVFL = -7, IDMA_ERR_HW_ERROR = -6, IDMA_ERR_BAD_INIT = -5, IDMA_ERR_UNSUP = -4, IDMA_OK = 0, IDMA_CANT_SLEEP = 1
} idma_status_t;

typedef enum { IDMA_TASK_ABORTED = -3, IDMA_TASK_ERROR = -2, IDMA_TASK_NOINIT = -1, IDMA_TASK_DONE = 0, IDMA_TASK_EMPTY = 0 } task_status_t;

#define IDMA_CHANNEL_0 0
#define IDMA_CHANNEL_1 1
#define IDMA_OCD_HALT_ON 0x1
#define DESC_IDMA_PRIOR_L 0x00000u
#define DESC_IDMA_PRIOR_H 0x08000u
#define DESC_IDMA_NOPRIV_SRC 0x00200u
#define DESC_IDMA_NOPRIV_DST 0x00800u
#define DESC_IDMA_TRIG_WAIT 0x20000000u
#define DESC_IDMA_TRIG_OUT 0x40000000u
#define DESC_NOTIFY_W_INT 0x80000000u

typedef uint32_t idma_hw_error_t;

typedef struct idma_error_details_struct {
    idma_hw_error_t err_type;
    uint32_t currDesc;
    uint32_t srcAddr;
    uint32_t dstAddr;
} idma_error_details_t;

typedef void (*idma_callback_fn)(void *arg);
typedef void (*idma_err_callback_fn)(const idma_error_details_t *error);
typedef void (*idma_log_h)(const char *text);

typedef struct idma_buffer_struct { char buffer[4]; } idma_buffer_t;

/* Room for descriptors; the simulated engine keeps its own, so that the room is never read. */
#define IDMA_BUFFER_SIZE(n, type) ((size_t)(n) * (size_t)(type) * 16u + 64u)
#define IDMA_DRAM
#define IDMA_BUFFER_DEFINE(name, n, type) IDMA_DRAM idma_buffer_t name[IDMA_BUFFER_SIZE((n), (type)) / sizeof(idma_buffer_t)]
#define IDMA_DCACHE_ALIGN XCHAL_DCACHE_LINESIZE
#define ALIGNDCACHE __attribute__((aligned(IDMA_DCACHE_ALIGN)))
#define IDMA_SIZE(n) (((n) + IDMA_DCACHE_ALIGN - 1) & -IDMA_DCACHE_ALIGN)

/* In some versions of the library the blocking wait returns nothing. */
#ifdef TILEPROOF_IDMA_WAIT_RETURNS_VOID
#define TILEPROOF_IDMA_WAIT_RESULT void
#else
#define TILEPROOF_IDMA_WAIT_RESULT idma_status_t
#endif

#ifdef IDMA_USE_MULTICHANNEL
#define TILEPROOF_IDMA(result, name, ...) result name(int32_t channel, __VA_ARGS__) __asm__("tileproof_" #name)
#define TILEPROOF_IDMA0(result, name) result name(int32_t channel) __asm__("tileproof_" #name)
#define IDMA_CH_ARG 0,
#define IDMA_CH_ARG_SINGLE 0
#else
#define TILEPROOF_IDMA(result, name, ...) result name(__VA_ARGS__) __asm__("tileproof_single_" #name)
#define TILEPROOF_IDMA0(result, name) result name(void) __asm__("tileproof_single_" #name)
#define IDMA_CH_ARG
#define IDMA_CH_ARG_SINGLE
#endif

TILEPROOF_IDMA(idma_status_t, idma_init, unsigned flags, idma_max_block_t block, unsigned outstanding_requests, idma_ticks_cyc_t ticks,
               unsigned timeout_ticks, idma_err_callback_fn on_error);
TILEPROOF_IDMA(idma_status_t, idma_init_loop, idma_buffer_t *ring, idma_type_t type, int32_t descriptors, void *callback_data, idma_callback_fn callback);
TILEPROOF_IDMA(idma_status_t, idma_init_task, idma_buffer_t *task, idma_type_t type, int32_t descriptors, idma_callback_fn callback, void *callback_data);

/* Adds a descriptor to the ring of the channel and schedules it; returns its number, from 1 in order of issue, or a negative error. */
TILEPROOF_IDMA(int32_t, idma_copy_desc, void *dst, void *src, size_t bytes, uint32_t flags);
TILEPROOF_IDMA(int32_t, idma_copy_2d_desc, void *dst, void *src, size_t row_bytes, uint32_t flags, uint32_t rows, uint32_t src_pitch, uint32_t dst_pitch);
TILEPROOF_IDMA(int32_t, idma_copy_desc64, void *dst_address, void *src_address, size_t bytes, uint32_t flags);
TILEPROOF_IDMA(int32_t, idma_copy_2d_desc64, void *dst_address, void *src_address, size_t row_bytes, uint32_t flags, uint32_t rows, uint32_t src_pitch,
               uint32_t dst_pitch);
TILEPROOF_IDMA(int32_t, idma_copy_3d_desc64, void *dst_address, void *src_address, uint32_t flags, size_t row_bytes, uint32_t rows, uint32_t tiles,
               uint32_t src_row_pitch, uint32_t dst_row_pitch, uint32_t src_tile_pitch, uint32_t dst_tile_pitch);
TILEPROOF_IDMA(int32_t, idma_copy_desc64_wide, void *dst_address, void *src_address, size_t bytes, uint32_t flags);
TILEPROOF_IDMA(int32_t, idma_copy_2d_desc64_wide, void *dst_address, void *src_address, size_t row_bytes, uint32_t flags, uint32_t rows, uint32_t src_pitch,
               uint32_t dst_pitch);
TILEPROOF_IDMA(int32_t, idma_copy_3d_desc64_wide, void *dst_address, void *src_address, uint32_t flags, size_t row_bytes, uint32_t rows, uint32_t tiles,
               uint32_t src_row_pitch, uint32_t dst_row_pitch, uint32_t src_tile_pitch, uint32_t dst_tile_pitch);

/* Schedules the next descriptors that idma_add_* put into the ring of the channel. */
TILEPROOF_IDMA(int32_t, idma_schedule_desc, uint32_t count);
/* Does not block: 1 when the descriptor and all before it have landed, 0 when not, negative on an error. */
TILEPROOF_IDMA(int32_t, idma_desc_done, int32_t descriptor);
/* Blocks until the channel has nothing under way. */
TILEPROOF_IDMA0(TILEPROOF_IDMA_WAIT_RESULT, idma_hw_wait_all);
/* Do not block: descriptors under way. */
TILEPROOF_IDMA0(int32_t, idma_buffer_status);
TILEPROOF_IDMA0(int32_t, idma_hw_num_outstanding);
/* Blocks until the channel has nothing under way. */
TILEPROOF_IDMA0(idma_status_t, idma_sleep);
TILEPROOF_IDMA0(idma_status_t, idma_process_tasks);
TILEPROOF_IDMA0(idma_status_t, idma_abort_tasks);
TILEPROOF_IDMA0(idma_status_t, idma_pause);
TILEPROOF_IDMA0(idma_status_t, idma_resume);
TILEPROOF_IDMA0(idma_error_details_t *, idma_error_details);
TILEPROOF_IDMA0(idma_error_details_t *, idma_buffer_error_details);

/* These work on a ring or a task, in both forms alike. */
idma_status_t idma_add_desc(idma_buffer_t *ring, void *dst, void *src, size_t bytes, uint32_t flags) __asm__("tileproof_idma_add_desc");
idma_status_t idma_add_2d_desc(idma_buffer_t *ring, void *dst, void *src, size_t row_bytes, uint32_t flags, uint32_t rows, uint32_t src_pitch,
                               uint32_t dst_pitch) __asm__("tileproof_idma_add_2d_desc");
idma_status_t idma_add_desc64(idma_buffer_t *ring, void *dst_address, void *src_address, size_t bytes, uint32_t flags) __asm__("tileproof_idma_add_desc64");
idma_status_t idma_add_2d_desc64(idma_buffer_t *ring, void *dst_address, void *src_address, size_t row_bytes, uint32_t flags, uint32_t rows,
                                 uint32_t src_pitch, uint32_t dst_pitch) __asm__("tileproof_idma_add_2d_desc64");
idma_status_t idma_add_3d_desc64(idma_buffer_t *ring, void *dst_address, void *src_address, uint32_t flags, size_t row_bytes, uint32_t rows, uint32_t tiles,
                                 uint32_t src_row_pitch, uint32_t dst_row_pitch, uint32_t src_tile_pitch, uint32_t dst_tile_pitch)
    __asm__("tileproof_idma_add_3d_desc64");
idma_status_t idma_schedule_task(idma_buffer_t *task) __asm__("tileproof_idma_schedule_task");
int32_t idma_task_status(idma_buffer_t *task) __asm__("tileproof_idma_task_status");
void idma_log_handler(idma_log_h handler) __asm__("tileproof_idma_log_handler");

#ifdef __cplusplus
}
#endif

#endif
