/*
 * Banks and system memory. System memory exists twice: as the core sees it through its cache, at the addresses that the
 * program uses, and as DMA sees it. A line that the core has written differs until it is written back; a line that the
 * core holds does not change when DMA writes behind it.
 */
#include "tp.h"
#include <string.h>
#include <sys/mman.h>

#define LINES (TP_SPAN / TP_SMALLEST_LINE + 1)
#define HELD 1
#define DIRTY 2

#define BANK_SYMBOLS(n) extern uint8_t tileproof_bank##n##_start[] __attribute__((weak)), tileproof_bank##n##_end[] __attribute__((weak));
BANK_SYMBOLS(0) BANK_SYMBOLS(1) BANK_SYMBOLS(2) BANK_SYMBOLS(3) BANK_SYMBOLS(4) BANK_SYMBOLS(5) BANK_SYMBOLS(6) BANK_SYMBOLS(7)

static uint8_t *line_state;

static void *map(uintptr_t address, size_t bytes, int flags, int file, size_t offset)
{
    void *mapped = mmap((void *)address, bytes, PROT_READ | PROT_WRITE, flags | MAP_NORESERVE, file, (off_t)offset);
    if (mapped == MAP_FAILED || (address != 0 && mapped != (void *)address)) {
        tp_fault(FAULT_MAPPING, 0, address, 0);
    }
    return mapped;
}

/* A variable of a bank starts as the linker left it only where that says something: pools start with what an earlier program left. */
static void restore_variables(int bank, const uint8_t *initial, uintptr_t start, size_t bytes)
{
    struct variable { uint32_t address, bytes; } const *variables =
        (const struct variable *)(tp_file + (size_t)tp_words[W_VARIABLES_PAGE] * TP_PAGE);
    uint32_t stack = 0;
    for (uint32_t i = 0; i < tp_words[W_VARIABLE_COUNT]; i++) {
        struct variable v = variables[i];
        if (v.address < start || v.address - start + v.bytes > bytes) {
            continue;
        }
        const uint8_t *value = initial + (v.address - start);
        bool says = v.bytes <= 64;
        for (uint32_t k = 0; k < v.bytes && !says; k++) {
            says = value[k] != 0;
        }
        if (says) {
            memcpy((void *)(uintptr_t)v.address, value, v.bytes);
            tp_event *event = tp_emit(EVENT_WRITE, stack);
            tp_emit_region(event, (tp_region){ v.address, (int32_t)v.bytes, 1, (int32_t)v.bytes, 1, (int32_t)v.bytes });
        }
    }
    (void)bank;
}

static void map_bank(int bank, const uint8_t *linked_start, const uint8_t *linked_end)
{
    uintptr_t start = TP_BANK_BASE + (uintptr_t)bank * TP_BANK_SPACING;
    size_t linked = linked_start == NULL ? 0 : (size_t)(linked_end - linked_start);
    uint8_t *initial = NULL;
    if (linked > 0) {
        initial = map(0, linked, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memcpy(initial, linked_start, linked);
    }
    map(start, TP_BANK_SPACING, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    size_t poisoned = tp_words[W_BANK_BYTES + bank] + 65536;
    if (linked + 65536 > poisoned) {
        poisoned = linked + 65536;
    }
    memset((void *)start, (int)tp_words[W_POISON], poisoned < TP_BANK_SPACING ? poisoned : TP_BANK_SPACING);
    if (linked > 0) {
        restore_variables(bank, initial, start, linked);
        munmap(initial, linked);
    }
}

/* Once a process: what every run of it has in common. */
void tp_map_memory(void)
{
    line_state = map(0, LINES, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Once a run, in its own process. */
void tp_map_run(void)
{
#define BANK(n) if (n < tp_words[W_BANK_COUNT]) { map_bank(n, tileproof_bank##n##_start, tileproof_bank##n##_end); }
    BANK(0) BANK(1) BANK(2) BANK(3) BANK(4) BANK(5) BANK(6) BANK(7)
#undef BANK
}

uint8_t *tp_memory_view(uintptr_t address)
{
    return tp_is_system(address) && address - TP_SYSTEM_BASE < tp_words[W_SYSTEM_BYTES]
        ? tp_file + (size_t)tp_words[W_MEMORY_PAGE] * TP_PAGE + (address - TP_SYSTEM_BASE)
        : (uint8_t *)address;
}

void tp_core_touches(uintptr_t address, size_t bytes, bool writes)
{
    if (!tp_is_system(address) || bytes == 0) {
        return;
    }
    uint8_t state = writes ? HELD | DIRTY : HELD;
    for (uintptr_t line = (address - TP_LOW) / TP_LINE; line <= (address + bytes - 1 - TP_LOW) / TP_LINE; line++) {
        line_state[line] |= state;
    }
}

void tp_kernel_touches(tp_region region, bool writes)
{
    for (int32_t plane = 0; plane < region.planes; plane++) {
        for (int32_t row = 0; row < region.rows; row++) {
            tp_core_touches(region.start + (intptr_t)plane * region.plane_pitch + (intptr_t)row * region.row_pitch, (size_t)region.row_bytes, writes);
        }
    }
}

/* A piece of a transfer: reads what memory holds, and changes what the core sees only where it holds no line. */
void tp_dma_copy(uintptr_t dst, uintptr_t src, size_t bytes)
{
    const uint8_t *from = tp_memory_view(src);
    uint8_t *to = tp_memory_view(dst);
    memmove(to, from, bytes);
    if (to == (uint8_t *)dst) {
        return;
    }
    for (size_t done = 0; done < bytes;) {
        uintptr_t address = dst + done;
        size_t in_line = TP_LINE - address % TP_LINE;
        size_t part = bytes - done < in_line ? bytes - done : in_line;
        if (!(line_state[(address - TP_LOW) / TP_LINE] & HELD)) {
            memcpy((void *)address, to + done, part);
        }
        done += part;
    }
}

static void lines(uintptr_t address, size_t bytes, bool writes_back, bool drops)
{
    if (!tp_is_system(address) || bytes == 0) {
        return;
    }
    uintptr_t end = address + bytes;
    for (uintptr_t line = address / TP_LINE * TP_LINE; line < end; line += TP_LINE) {
        uint8_t *state = &line_state[(line - TP_LOW) / TP_LINE];
        uint8_t *memory = tp_memory_view(line);
        if (memory == (uint8_t *)line) {
            continue;
        }
        if (writes_back && (*state & DIRTY)) {
            memcpy(memory, (void *)line, TP_LINE);
            *state = HELD;
        }
        if (drops) {
            memcpy((void *)line, memory, TP_LINE);
            *state = 0;
        }
    }
}

static void cache_call(uint32_t stack, void *address, size_t bytes, bool writes_back, bool drops)
{
    lines((uintptr_t)address, bytes, writes_back, drops);
    if (!tp_is_system((uintptr_t)address) || bytes == 0) {
        return;
    }
    tp_region region = { (uintptr_t)address, (int32_t)bytes, 1, (int32_t)bytes, 1, (int32_t)bytes };
    if (writes_back) {
        tp_emit_region(tp_emit(EVENT_WRITE_BACK, stack), region);
    }
    if (drops) {
        tp_emit_region(tp_emit(EVENT_INVALIDATE, stack), region);
    }
}

void xthal_dcache_region_writeback(void *address, size_t bytes) { TP_ENTER(stack); cache_call(stack, address, bytes, true, false); tp_step(); }
void xthal_dcache_region_invalidate(void *address, size_t bytes) { TP_ENTER(stack); cache_call(stack, address, bytes, false, true); tp_step(); }
void xthal_dcache_region_writeback_inv(void *address, size_t bytes) { TP_ENTER(stack); cache_call(stack, address, bytes, true, true); tp_step(); }
void xthal_dcache_all_writeback(void) { TP_ENTER(stack); cache_call(stack, (void *)TP_SYSTEM_BASE, tp_words[W_SYSTEM_BYTES], true, false); tp_step(); }
void xthal_dcache_all_invalidate(void) { TP_ENTER(stack); cache_call(stack, (void *)TP_SYSTEM_BASE, tp_words[W_SYSTEM_BYTES], false, true); tp_step(); }
void xthal_dcache_all_writeback_inv(void) { TP_ENTER(stack); cache_call(stack, (void *)TP_SYSTEM_BASE, tp_words[W_SYSTEM_BYTES], true, true); tp_step(); }

unsigned xthal_get_ccount(void)
{
    static unsigned count;
    return count += 16;
}

void *tileproof_bank(int bank) { return bank < 0 || (uint32_t)bank >= tp_words[W_BANK_COUNT] ? NULL : (void *)(TP_BANK_BASE + (uintptr_t)bank * TP_BANK_SPACING); }
size_t tileproof_bank_bytes(int bank) { return bank < 0 || (uint32_t)bank >= tp_words[W_BANK_COUNT] ? 0 : tp_words[W_BANK_BYTES + bank]; }

void tileproof_buffer(const char *name, const void *pointer, size_t bytes)
{
    TP_ENTER(stack);
    tp_event *event = tp_emit(EVENT_BUFFER, stack);
    event->dst = (uint32_t)(uintptr_t)pointer;
    event->row_bytes = (uint32_t)bytes;
    event->a = (int32_t)tp_text(name == NULL ? "buffer" : name);
    event->b = (int32_t)((uint64_t)bytes >> 32);
}

void tileproof_tile(int channel_tile, int row_tile)
{
    TP_ENTER(stack);
    tp_event *event = tp_emit(EVENT_TILE, stack);
    event->a = channel_tile;
    event->b = row_tile;
}
