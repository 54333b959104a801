/*
 * The program's own accesses. The compiler calls a function before each; what touches a bank or a tensor for the first
 * time since the last machine instruction is written down, joined to runs and to rows at a pitch.
 */
#include "tp.h"
#include <string.h>
#include <sys/mman.h>

#define SLOTS 64

typedef struct {
    uint32_t pc, caller, stack;
    bool writes, used;
    uintptr_t run_start, run_end;      /* the run that grows */
    tp_region rows;                    /* complete runs of one length at one pitch; no row_bytes: none */
    uint32_t order;
} pattern;

uint64_t tp_check_count;
static uint32_t *read_epoch, *write_epoch;
static uint32_t epoch = 1;
static pattern patterns[SLOTS];
static uint32_t orders, used_count;

void tp_reset_accesses(void)
{
    if (read_epoch == NULL) {
        size_t bytes = (size_t)TP_SPAN * sizeof(uint32_t);
        read_epoch = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        write_epoch = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (read_epoch == MAP_FAILED || write_epoch == MAP_FAILED) {
            tp_fault(FAULT_MAPPING, 0, bytes, 0);
        }
    }
}

static void emit_rows(pattern *p)
{
    if (p->rows.row_bytes != 0) {
        tp_emit_region(tp_emit(p->writes ? EVENT_WRITE : EVENT_READ, p->stack), p->rows);
        p->rows.row_bytes = 0;
    }
}

static void close_run(pattern *p)
{
    if (p->run_end == p->run_start) {
        return;
    }
    int32_t bytes = (int32_t)(p->run_end - p->run_start);
    tp_region *rows = &p->rows;
    intptr_t step = (intptr_t)(p->run_start - rows->start);
    if (rows->row_bytes == bytes && rows->rows == 1 && step > bytes && step < 0x1000000) {
        rows->row_pitch = (int32_t)step;
        rows->rows = 2;
    } else if (rows->row_bytes == bytes && rows->rows > 1 && step == (intptr_t)rows->rows * rows->row_pitch) {
        rows->rows++;
    } else {
        emit_rows(p);
        *rows = (tp_region){ p->run_start, bytes, 1, bytes, 1, bytes };
    }
    rows->plane_pitch = rows->rows * rows->row_pitch;
    p->run_end = p->run_start;
}

static void finish(pattern *p)
{
    close_run(p);
    emit_rows(p);
    p->used = false;
}

void tp_flush_accesses(void)
{
    while (used_count > 0) {
        pattern *first = NULL;
        for (int i = 0; i < SLOTS; i++) {
            if (patterns[i].used && (first == NULL || patterns[i].order < first->order)) {
                first = &patterns[i];
            }
        }
        finish(first);
        used_count--;
    }
    epoch++;
    orders = 0;
}

static void __attribute__((noinline)) note(uintptr_t address, size_t bytes, bool writes, uint32_t pc, void **frame)
{
    if (tp_words[W_LANDING] >= LAND_AT_RANDOM) {
        tp_step();
    }
    tp_core_touches(address, bytes, writes);
    void **outer = (void **)frame[0];
    uint32_t caller = (uintptr_t)outer >= TP_STACK_TOP - TP_STACK_BYTES && (uintptr_t)outer < TP_STACK_TOP - 16 ? (uint32_t)(uintptr_t)outer[1] : 0;
    uint32_t slot = (pc * 2654435761u ^ caller * 40503u ^ (writes ? 0x9e37u : 0)) >> 7;
    pattern *p = NULL;
    for (int i = 0; i < 8; i++) {
        pattern *candidate = &patterns[(slot + (uint32_t)i) % SLOTS];
        if (candidate->used && candidate->pc == pc && candidate->caller == caller && candidate->writes == writes) {
            p = candidate;
            break;
        }
        if (p == NULL && !candidate->used) {
            p = candidate;
        }
    }
    if (p == NULL) {
        p = &patterns[slot % SLOTS];
    }
    if (!(p->used && p->pc == pc && p->caller == caller && p->writes == writes)) {
        if (p->used) {
            finish(p);
            used_count--;
        }
        memset(p, 0, sizeof *p);
        p->pc = pc;
        p->caller = caller;
        p->writes = writes;
        p->stack = tp_stack_of(frame, (void *)(uintptr_t)pc);
        p->used = true;
        p->order = orders++;
        used_count++;
        p->run_start = address;
        p->run_end = address + bytes;
        return;
    }
    if (address == p->run_end) {
        p->run_end += bytes;
        return;
    }
    if (address + bytes == p->run_start && p->rows.row_bytes == 0) {
        p->run_start = address;
        return;
    }
    close_run(p);
    p->run_start = address;
    p->run_end = address + bytes;
}

static inline void access_bytes(uintptr_t address, size_t bytes, bool writes, void *pc, void **frame)
{
    tp_check_count++;
    uintptr_t offset = address - TP_LOW;
    if (offset >= TP_SPAN) {
        return;
    }
    uint32_t *mine = writes ? write_epoch : read_epoch;
    uint32_t now = epoch;
    size_t i = 0;
    while (i < bytes) {
        while (i < bytes && (mine[offset + i] == now || (!writes && write_epoch[offset + i] == now))) {
            i++;
        }
        size_t begin = i;
        while (i < bytes && mine[offset + i] != now && (writes || write_epoch[offset + i] != now)) {
            mine[offset + i++] = now;
        }
        if (i > begin) {
            if (tp_words[W_MEND_COUNT] != 0 && tp_has_mend((uint32_t)(uintptr_t)pc)) {
                tp_flush_accesses();
                tp_mend_before((uint32_t)(uintptr_t)pc, tp_stack_of(frame, pc));
                now = epoch;
            }
            note(address + begin, i - begin, writes, (uint32_t)(uintptr_t)pc, frame);
        }
    }
}

#define CHECK(name, size, writes) \
    void name(uintptr_t address) { access_bytes(address, size, writes, __builtin_return_address(0), (void **)__builtin_frame_address(0)); }
#define CHECK_N(name, writes) \
    void name(uintptr_t address, size_t bytes) { access_bytes(address, bytes, writes, __builtin_return_address(0), (void **)__builtin_frame_address(0)); }
CHECK(__asan_load1_noabort, 1, false)
CHECK(__asan_load2_noabort, 2, false)
CHECK(__asan_load4_noabort, 4, false)
CHECK(__asan_load8_noabort, 8, false)
CHECK(__asan_load16_noabort, 16, false)
CHECK(__asan_store1_noabort, 1, true)
CHECK(__asan_store2_noabort, 2, true)
CHECK(__asan_store4_noabort, 4, true)
CHECK(__asan_store8_noabort, 8, true)
CHECK(__asan_store16_noabort, 16, true)
CHECK_N(__asan_loadN_noabort, false)
CHECK_N(__asan_storeN_noabort, true)
void __asan_handle_no_return(void) {}
void __asan_register_globals(void *globals, size_t count) { (void)globals; (void)count; }
void __asan_unregister_globals(void *globals, size_t count) { (void)globals; (void)count; }
void __asan_before_dynamic_init(const char *module) { (void)module; }
void __asan_after_dynamic_init(void) {}
void __asan_init(void) {}
void __asan_version_mismatch_check_v8(void) {}

static tp_region linear(const void *address, size_t bytes)
{
    return (tp_region){ (uintptr_t)address, (int32_t)bytes, 1, (int32_t)bytes, 1, (int32_t)bytes };
}

/* memset, memcpy and memmove of the program come here by name. */
void *tileproof_memset(void *destination, int value, size_t bytes)
{
    if (bytes > 0 && tp_is_low((uintptr_t)destination)) {
        TP_ENTER(stack);
        tp_step();
        tp_event *event = tp_emit(EVENT_FILL, stack);
        event->value = value & 255;
        tp_emit_region(event, linear(destination, bytes));
        tp_core_touches((uintptr_t)destination, bytes, true);
    }
    return memset(destination, value, bytes);
}

static void copied(uint32_t stack, const void *destination, const void *source, size_t bytes)
{
    tp_step();
    tp_event *event = tp_emit(EVENT_COMPUTE, stack);
    event->value = COMPUTE_COPY;
    if (tp_is_low((uintptr_t)source)) {
        event = tp_emit(EVENT_OPERAND, stack);
        tp_emit_region(event, linear(source, bytes));
        tp_core_touches((uintptr_t)source, bytes, false);
    }
    if (tp_is_low((uintptr_t)destination)) {
        event = tp_emit(EVENT_OPERAND, stack);
        event->value = 1;
        tp_emit_region(event, linear(destination, bytes));
        tp_core_touches((uintptr_t)destination, bytes, true);
    }
}

void *tileproof_memcpy(void *destination, const void *source, size_t bytes)
{
    if (bytes > 0 && (tp_is_low((uintptr_t)destination) || tp_is_low((uintptr_t)source))) {
        TP_ENTER(stack);
        copied(stack, destination, source, bytes);
    }
    return memcpy(destination, source, bytes);
}

void *tileproof_memmove(void *destination, const void *source, size_t bytes)
{
    if (bytes > 0 && (tp_is_low((uintptr_t)destination) || tp_is_low((uintptr_t)source))) {
        TP_ENTER(stack);
        copied(stack, destination, source, bytes);
    }
    return memmove(destination, source, bytes);
}
