/* Inside of the runtime: the memory map, the file shared with the harness, and what its parts ask of each other. */
#ifndef TILEPROOF_RUNTIME_H
#define TILEPROOF_RUNTIME_H

#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses. Everything that a transfer can reach lies below 2 GiB, the program itself above it (linked with -Ttext-segment). */
#define TP_BANK_BASE 0x10000000u
#define TP_BANK_SPACING 0x04000000u
#define TP_BANK_LIMIT 8
#define TP_SYSTEM_BASE 0x30000000u
#define TP_STACK_TOP 0x6f800000u
#define TP_STACK_BYTES 0x00800000u
#define TP_STACK_GUARD 0x00100000u
#define TP_LOW TP_BANK_BASE
#define TP_SPAN (TP_STACK_TOP - TP_STACK_BYTES - TP_STACK_GUARD - TP_LOW)
#define TP_LINE ((uintptr_t)tp_words[W_LINE_BYTES])
#define TP_SMALLEST_LINE 16u
#define TP_PAGE 4096u

/* Words of the shared file's first page; DeviceLayout.cs has the same numbers. */
enum {
    W_MAGIC = 0, W_BANK_COUNT = 1, W_BANK_BYTES = 2, W_POISON = 10, W_LANDING = 11, W_SEED = 12, W_RING_MODE = 13, W_RING_DEPTH = 14,
    W_TIME_LIMIT_MS = 15, W_EVENTS_PAGE = 16, W_EVENT_CAPACITY = 17, W_STACKS_PAGE = 18, W_STACK_CAPACITY = 19, W_TEXT_PAGE = 20,
    W_TEXT_BYTES = 21, W_CORE_PAGE = 22, W_SYSTEM_BYTES = 23, W_MEMORY_PAGE = 24, W_ENTRY = 25, W_MEND_COUNT = 26, W_MENDS = 27,
    W_MEND_LIMIT = 32, W_LINE_BYTES = 91, W_PARAMETERS = 96, W_PARAMETER_LIMIT = 96, W_VARIABLE_COUNT = 192, W_VARIABLES_PAGE = 193, W_OUTPUT = 194,
    W_OUTPUT_BYTES = 195, W_SNAPSHOT_PAGE = 196, W_CHANNEL_COUNT = 197, W_ARRIVALS_PAGE = 198, W_ARRIVAL_COUNT = 199,
    W_OUTCOME = 200, W_STATUS = 201, W_EVENT_COUNT = 202, W_STACK_COUNT = 203, W_TEXT_USED = 204, W_FAULT = 205, W_FAULT_DETAIL = 206,
    W_FAULT_ADDRESS = 207, W_FAULT_STACK = 208, W_CHECKS_LOW = 209, W_CHECKS_HIGH = 210, W_OUTSTANDING = 211, W_RING_USED = 212,
    W_MICROSECONDS = 213, W_FAULT_TEXT = 214
};
#define TP_MAGIC 0x54505632u

enum { OUTCOME_NONE = 0, OUTCOME_RETURNED = 1, OUTCOME_FAULT = 2 };
enum {
    FAULT_SIGNAL = 1, FAULT_EXIT = 2, FAULT_ABORT = 3, FAULT_TIME = 4, FAULT_EVENTS = 5, FAULT_STACK = 6, FAULT_ALLOCATION = 7,
    FAULT_ADDRESS = 8, FAULT_CHANNEL = 9, FAULT_MAPPING = 10, FAULT_ASSERT = 11
};
enum { LAND_AT_ISSUE = 0, LAND_AT_WAIT = 1, LAND_AT_RANDOM = 2, LAND_AT_EVENT = 3 };
enum { RING_BLOCK = 0, RING_RETIRE = 1, RING_ERROR = 2 };

/* One record of the event list: 16 words. */
typedef struct {
    uint32_t kind, stack;
    int32_t channel, value;
    uint32_t src, dst, row_bytes, rows, planes;
    int32_t src_row_pitch, dst_row_pitch, src_plane_pitch, dst_plane_pitch;
    int32_t a, b, c;
} tp_event;

enum {
    EVENT_TRANSFER = 1, EVENT_WAIT = 2, EVENT_POLL = 3, EVENT_FILL = 4, EVENT_READ = 5, EVENT_WRITE = 6, EVENT_COMPUTE = 7,
    EVENT_OPERAND = 8, EVENT_WRITE_BACK = 9, EVENT_INVALIDATE = 10, EVENT_BUFFER = 11, EVENT_TILE = 12, EVENT_RING = 13, EVENT_RETURN = 14,
    EVENT_OVERFLOW = 15
};
/*
 * What EVENT_COMPUTE computes; DeviceComputeKind has names for them. a: rows, b: output channels, c: input channels, row_bytes: elements,
 * src_row_pitch: alignment of loads; src, dst: first channel and row of a convolution.
 */
enum {
    COMPUTE_CONVOLUTION = 1, COMPUTE_COPY = 2, COMPUTE_OTHER = 3, COMPUTE_ELEMENTWISE = 4, COMPUTE_MAXPOOL = 5, COMPUTE_MEAN = 6, COMPUTE_DOT = 7,
    COMPUTE_SOFTMAX = 8
};

typedef struct {
    uintptr_t start;
    int32_t row_bytes, rows, row_pitch, planes, plane_pitch;
} tp_region;

extern volatile uint32_t *tp_words;
extern uint8_t *tp_file;

static inline bool tp_is_low(uintptr_t address) { return address - TP_LOW < TP_SPAN; }
static inline bool tp_is_system(uintptr_t address) { return address >= TP_SYSTEM_BASE && address - TP_LOW < TP_SPAN; }

/* record.c */
uint32_t tp_stack_of(void **frame, void *return_address);
tp_event *tp_emit(uint32_t kind, uint32_t stack);
uint32_t tp_text(const char *text);
void tp_emit_region(tp_event *event, tp_region region);
/* What a kernel reads or writes, behind its event. */
void tp_emit_operand(uint32_t stack, tp_region region, bool writes);

static inline tp_region tp_linear(const void *start, size_t bytes)
{
    return (tp_region){ (uintptr_t)start, (int32_t)bytes, 1, (int32_t)bytes, 1, (int32_t)bytes };
}

/* access.c: ends the interval in which the program's own accesses count as one step. */
void tp_flush_accesses(void);
void tp_reset_accesses(void);
extern uint64_t tp_check_count;

/* memory.c */
void tp_map_memory(void);
void tp_map_run(void);
uint8_t *tp_memory_view(uintptr_t address);
void tp_core_touches(uintptr_t address, size_t bytes, bool writes);
void tp_dma_copy(uintptr_t dst, uintptr_t src, size_t bytes);
void tp_kernel_touches(tp_region region, bool writes);

/* dma.c */
void tp_reset_dma(void);
void tp_step(void);
void tp_wait(int channel, uint32_t stack);
int tp_outstanding(void);
void tp_land_all(void);
void tp_mend_before(uint32_t pc, uint32_t stack);
bool tp_has_mend(uint32_t pc);

/* faults.c */
void tp_install_handlers(void);
_Noreturn void tp_fault(int fault, int detail, uintptr_t address, uint32_t stack);
_Noreturn void tp_fault_text(int fault, const char *text, uint32_t stack);

/* main.c and the entry that the harness writes */
int tileproof_entry(int kind, const int32_t *parameters);

#define TP_CALLER_STACK() tp_stack_of((void **)__builtin_frame_address(0), __builtin_return_address(0))
/* Every call of the interface: earlier accesses are written down, the mends of its line come first. */
#define TP_ENTER(stack) \
    uint32_t stack = TP_CALLER_STACK(); \
    tp_flush_accesses(); \
    tp_mend_before((uint32_t)(uintptr_t)__builtin_return_address(0), stack)

#endif
