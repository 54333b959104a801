/* The list of events, the stacks that they come from, and names. */
#include "tp.h"
#include <string.h>

#define FRAMES 11
#define STACK_WORDS (FRAMES + 1)
#define HASH_SLOTS 8192

static uint32_t stack_hash[HASH_SLOTS];

/* Return addresses from the caller of the interface outwards, by frame pointers; equal stacks have one number. */
uint32_t tp_stack_of(void **frame, void *return_address)
{
    uint32_t pcs[FRAMES];
    uint32_t count = 0;
    uint32_t hash = 2166136261u;
    void *pc = return_address;
    while (count < FRAMES && pc != NULL && (uintptr_t)pc < 0x100000000u) {
        pcs[count++] = (uint32_t)(uintptr_t)pc;
        hash = (hash ^ (uint32_t)(uintptr_t)pc) * 16777619u;
        if (frame == NULL) {
            break;
        }
        void **outer = (void **)frame[0];
        if (outer <= frame || (uintptr_t)outer + 16 > TP_STACK_TOP || (uintptr_t)outer < TP_STACK_TOP - TP_STACK_BYTES) {
            break;
        }
        frame = outer;
        pc = frame[1];
    }

    uint32_t *stacks = (uint32_t *)(tp_file + (size_t)tp_words[W_STACKS_PAGE] * TP_PAGE);
    for (uint32_t slot = hash % HASH_SLOTS;; slot = (slot + 1) % HASH_SLOTS) {
        uint32_t number = stack_hash[slot];
        if (number == 0) {
            number = tp_words[W_STACK_COUNT];
            if (number + 1 >= tp_words[W_STACK_CAPACITY]) {
                return 0;
            }
            uint32_t *entry = stacks + (size_t)number * STACK_WORDS;
            entry[0] = count;
            memcpy(entry + 1, pcs, count * sizeof(uint32_t));
            tp_words[W_STACK_COUNT] = number + 1;
            stack_hash[slot] = number;
            return number;
        }
        uint32_t *entry = stacks + (size_t)number * STACK_WORDS;
        if (entry[0] == count && memcmp(entry + 1, pcs, count * sizeof(uint32_t)) == 0) {
            return number;
        }
    }
}

tp_event *tp_emit(uint32_t kind, uint32_t stack)
{
    uint32_t number = tp_words[W_EVENT_COUNT];
    if (number >= tp_words[W_EVENT_CAPACITY]) {
        tp_fault(FAULT_EVENTS, (int)number, 0, stack);
    }
    tp_words[W_EVENT_COUNT] = number + 1;
    tp_event *event = (tp_event *)(tp_file + (size_t)tp_words[W_EVENTS_PAGE] * TP_PAGE) + number;
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->stack = stack;
    return event;
}

uint32_t tp_text(const char *text)
{
    uint32_t used = tp_words[W_TEXT_USED];
    size_t bytes = strlen(text) + 1;
    if (used + bytes > tp_words[W_TEXT_BYTES]) {
        return 0;
    }
    memcpy(tp_file + (size_t)tp_words[W_TEXT_PAGE] * TP_PAGE + used, text, bytes);
    tp_words[W_TEXT_USED] = used + (uint32_t)bytes;
    return used;
}

void tp_emit_region(tp_event *event, tp_region region)
{
    event->dst = (uint32_t)region.start;
    event->row_bytes = (uint32_t)region.row_bytes;
    event->rows = (uint32_t)region.rows;
    event->planes = (uint32_t)region.planes;
    event->dst_row_pitch = region.row_pitch;
    event->dst_plane_pitch = region.plane_pitch;
}

/* The entry of an image returned: what is under way now is under way in memory that others use. */
void tileproof_returned(int image)
{
    tp_flush_accesses();
    tp_mend_before(0, 0);
    tp_event *event = tp_emit(EVENT_RETURN, 0);
    event->value = image;
}

/* The allocator of the program handed out bytes. */
void tileproof_allocated(const void *pointer, size_t bytes, void *return_address, void *frame)
{
    uint32_t stack = tp_stack_of(frame, return_address);
    tp_flush_accesses();
    tp_event *event = tp_emit(EVENT_BUFFER, stack);
    event->dst = (uint32_t)(uintptr_t)pointer;
    event->row_bytes = (uint32_t)bytes;
    event->a = -1;
}

void tp_emit_operand(uint32_t stack, tp_region region, bool writes)
{
    tp_event *event = tp_emit(EVENT_OPERAND, stack);
    event->value = writes;
    tp_emit_region(event, region);
    tp_kernel_touches(region, writes);
}
