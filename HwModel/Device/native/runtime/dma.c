/* The channels: rings, tasks, landing policies, waits and queries. */
#include "tp.h"
#include <string.h>

#define CHANNELS 2
#define DEEPEST 256
#define HANDLES 64
#define QUEUED 256
#define NOTIFY 0x80000000u

typedef struct {
    uintptr_t dst, src;
    uint32_t row_bytes, rows, planes;
    int32_t src_row_pitch, dst_row_pitch, src_plane_pitch, dst_plane_pitch;
    bool notifies;
} descriptor;

typedef struct {
    descriptor what;
    uint32_t landed_rows;
    uint32_t number;            /* of all transfers of the run, from 0 */
} transfer;

typedef struct {
    transfer under_way[DEEPEST];
    uint32_t count;
    int32_t issued;
    uint32_t depth;
    int32_t asked_for;          /* the number of the newest transfer that a query has been answered for */
    const void *ring;
    uint32_t unannounced;       /* descriptors that asked for a call and have landed, of a ring */
} channel_state;

typedef void (*callback)(void *);

/* A ring or a task of the program, by its address. */
typedef struct {
    const void *buffer;
    callback tell;              /* called when the task is complete, or a descriptor of the ring that asked for it */
    void *told;
    bool is_task, is_told;
    int channel;
    uint32_t capacity;          /* descriptors that its memory holds */
    uint32_t added, next;
    int32_t last_issued;
    descriptor queued[QUEUED];
} handle;

static channel_state channels[CHANNELS];
static handle handles[HANDLES];
static uint32_t handle_count;
static uint64_t random_state;
static uint32_t transfer_count;

enum { STATUS_OK = 0, STATUS_BAD_TASK = -16, STATUS_OVERFLOW = -7, STATUS_BAD_DESC = -20, STATUS_BAD_CHANNEL = -19, STATUS_CANT_SLEEP = 1 };

static uint32_t next_random(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 33) % bound);
}

void tp_reset_dma(void)
{
    memset(channels, 0, sizeof channels);
    handle_count = 0;
    transfer_count = 0;
    for (int i = 0; i < CHANNELS; i++) {
        channels[i].depth = tp_words[W_RING_DEPTH];
    }
    random_state = 0x9e3779b97f4a7c15ull ^ ((uint64_t)tp_words[W_SEED] * 0xbf58476d1ce4e5b9ull + 1);
    for (int i = 0; i < 8; i++) {
        next_random(2);
    }
}

static channel_state *channel_of(int channel, uint32_t stack)
{
    if (channel < 0 || (uint32_t)channel >= tp_words[W_CHANNEL_COUNT]) {
        tp_fault(FAULT_CHANNEL, channel, 0, stack);
    }
    return &channels[channel];
}

static void land_rows(transfer *t, uint32_t rows)
{
    const descriptor *d = &t->what;
    for (uint32_t all = d->rows * d->planes; rows > 0 && t->landed_rows < all; rows--, t->landed_rows++) {
        intptr_t plane = t->landed_rows / d->rows;
        intptr_t row = t->landed_rows % d->rows;
        tp_dma_copy(d->dst + (uintptr_t)(plane * d->dst_plane_pitch + row * d->dst_row_pitch),
                    d->src + (uintptr_t)(plane * d->src_plane_pitch + row * d->src_row_pitch), d->row_bytes);
    }
}

static void retire_oldest(channel_state *c)
{
    land_rows(&c->under_way[0], UINT32_MAX);
    c->unannounced += c->under_way[0].what.notifies;
    c->count--;
    memmove(&c->under_way[0], &c->under_way[1], c->count * sizeof(transfer));
}

/* The harness said before which event each transfer lands; one that it said nothing of lands at the wait. */
static void land_arrived(void)
{
    const uint32_t *arrivals = (const uint32_t *)(tp_file + (size_t)tp_words[W_ARRIVALS_PAGE] * TP_PAGE);
    for (int i = 0; i < CHANNELS; i++) {
        for (uint32_t k = 0; k < channels[i].count; k++) {
            transfer *t = &channels[i].under_way[k];
            if (t->number < tp_words[W_ARRIVAL_COUNT] && arrivals[t->number] <= tp_words[W_EVENT_COUNT]) {
                land_rows(t, UINT32_MAX);
            }
        }
    }
}

/* Time passes: with random landing, each channel lands nothing, a part, or the whole of its next transfer. */
void tp_step(void)
{
    if (tp_words[W_LANDING] == LAND_AT_EVENT) {
        land_arrived();
        return;
    }
    if (tp_words[W_LANDING] != LAND_AT_RANDOM) {
        return;
    }
    for (int i = 0; i < CHANNELS; i++) {
        for (uint32_t k = 0; k < channels[i].count; k++) {
            transfer *t = &channels[i].under_way[k];
            uint32_t remaining = t->what.rows * t->what.planes - t->landed_rows;
            if (remaining == 0) {
                continue;
            }
            uint32_t choice = next_random(3);
            if (choice != 0) {
                land_rows(t, choice == 1 ? 1 + next_random(remaining) : remaining);
            }
            break;
        }
    }
}

void tp_wait(int channel, uint32_t stack)
{
    channel_state *c = channel_of(channel, stack);
    tp_step();
    while (c->count > 0) {
        retire_oldest(c);
    }
    tp_event *event = tp_emit(EVENT_WAIT, stack);
    event->channel = channel;
    event->value = 0;
}

int tp_outstanding(void)
{
    uint32_t count = 0;
    for (int i = 0; i < CHANNELS; i++) {
        count += channels[i].count;
    }
    return (int)count;
}

void tp_land_all(void)
{
    for (int i = 0; i < CHANNELS; i++) {
        while (channels[i].count > 0) {
            retire_oldest(&channels[i]);
        }
    }
}

/* Waits that the harness tries: before everything that is called or accessed from these places, where there is something to wait for. */
static bool is_needed(uint32_t mend, uint32_t pc)
{
    uint32_t channel = tp_words[W_MENDS + 2 * mend + 1];
    return tp_words[W_MENDS + 2 * mend] == pc && channel < CHANNELS && channels[channel].count > 0;
}

bool tp_has_mend(uint32_t pc)
{
    for (uint32_t i = 0; i < tp_words[W_MEND_COUNT]; i++) {
        if (is_needed(i, pc)) {
            return true;
        }
    }
    return false;
}

void tp_mend_before(uint32_t pc, uint32_t stack)
{
    for (uint32_t i = 0; i < tp_words[W_MEND_COUNT]; i++) {
        if (is_needed(i, pc)) {
            tp_wait((int)tp_words[W_MENDS + 2 * i + 1], stack);
        }
    }
}

/* The descriptors of a task are memory of its own, not places of a ring. */
static int32_t issue(int channel, const descriptor *d, bool of_task, uint32_t stack)
{
    channel_state *c = channel_of(channel, stack);
    uint64_t last_row = (uint64_t)(d->rows - 1) * (uint64_t)(d->src_row_pitch > 0 ? d->src_row_pitch : 0);
    if (d->rows == 0 || d->planes == 0 || d->row_bytes == 0) {
        return STATUS_BAD_DESC;
    }
    if (d->dst >> 32 != 0 || d->src >> 32 != 0 || last_row >> 32 != 0) {
        tp_fault(FAULT_ADDRESS, 0, d->dst >> 32 != 0 ? d->dst : d->src, stack);
    }
    uint32_t depth = c->depth < DEEPEST && !of_task ? c->depth : DEEPEST;
    if (c->count >= depth) {
        if (tp_words[W_RING_MODE] == RING_ERROR) {
            return STATUS_OVERFLOW;
        }
        /* A retired descriptor gives its place away before its bytes have landed. */
        if (tp_words[W_RING_MODE] == RING_BLOCK || c->count == DEEPEST) {
            retire_oldest(c);
        }
    }
    tp_event *event = tp_emit(EVENT_TRANSFER, stack);
    event->channel = channel;
    event->a = of_task;
    event->src = (uint32_t)d->src;
    event->dst = (uint32_t)d->dst;
    event->row_bytes = d->row_bytes;
    event->rows = d->rows;
    event->planes = d->planes;
    event->src_row_pitch = d->src_row_pitch;
    event->dst_row_pitch = d->dst_row_pitch;
    event->src_plane_pitch = d->src_plane_pitch;
    event->dst_plane_pitch = d->dst_plane_pitch;
    event->value = ++c->issued;
    transfer *t = &c->under_way[c->count++];
    t->what = *d;
    t->landed_rows = 0;
    t->number = transfer_count++;
    if (tp_words[W_LANDING] == LAND_AT_ISSUE) {
        land_rows(t, UINT32_MAX);
    }
    tp_step();
    return c->issued;
}

static descriptor of_rows(uintptr_t dst, uintptr_t src, size_t row_bytes, uint32_t rows, uint32_t src_pitch, uint32_t dst_pitch)
{
    if (rows <= 1) {
        src_pitch = dst_pitch = (uint32_t)row_bytes;
    }
    return (descriptor){ dst, src, (uint32_t)row_bytes, rows, 1, (int32_t)src_pitch, (int32_t)dst_pitch, (int32_t)(src_pitch * rows), (int32_t)(dst_pitch * rows), false };
}

static descriptor of_tiles(uintptr_t dst, uintptr_t src, size_t row_bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp, uint32_t stp, uint32_t dtp)
{
    descriptor d = of_rows(dst, src, row_bytes, rows, srp, drp);
    d.planes = tiles;
    if (tiles > 1) {
        d.src_plane_pitch = (int32_t)stp;
        d.dst_plane_pitch = (int32_t)dtp;
    }
    return d;
}

/* The 64-byte descriptors are given the address of an address. */
static uintptr_t narrow(const void *address)
{
    uint32_t value;
    memcpy(&value, address, sizeof value);
    return value;
}

static uintptr_t wide(const void *address)
{
    uint64_t value;
    memcpy(&value, address, sizeof value);
    return (uintptr_t)value;
}

static handle *handle_of(const void *buffer)
{
    for (uint32_t i = 0; i < handle_count; i++) {
        if (handles[i].buffer == buffer) {
            return &handles[i];
        }
    }
    return NULL;
}

static handle *new_handle(const void *buffer, int channel, int descriptors, callback tell, void *told, bool is_task)
{
    handle *h = handle_of(buffer);
    if (h == NULL) {
        if (handle_count == HANDLES) {
            return NULL;
        }
        h = &handles[handle_count++];
    }
    memset(h, 0, sizeof *h);
    h->buffer = buffer;
    h->channel = channel;
    h->capacity = descriptors > 0 ? (uint32_t)descriptors : 0;
    h->tell = tell;
    h->told = told;
    h->is_task = is_task;
    return h;
}

static int init_loop(int channel, const void *ring, int descriptors, callback tell, void *told, uint32_t stack)
{
    channel_state *c = channel_of(channel, stack);
    if (descriptors <= 0 || new_handle(ring, channel, descriptors, tell, told, false) == NULL) {
        return STATUS_BAD_DESC;
    }
    c->ring = ring;
    c->depth = (uint32_t)descriptors;
    if (c->depth > tp_words[W_RING_USED]) {
        tp_words[W_RING_USED] = c->depth;
    }
    tp_event *event = tp_emit(EVENT_RING, stack);
    event->channel = channel;
    event->value = descriptors;
    return STATUS_OK;
}

/* One descriptor more than the memory of a task or a ring has room for. */
static bool overflows(const handle *h)
{
    int32_t waiting = h->is_task ? (int32_t)h->added : (int32_t)(h->added - h->next);
    return waiting >= (int32_t)h->capacity;
}

static int add(const void *buffer, descriptor d, uint32_t flags, void **frame, void *caller)
{
    d.notifies = (flags & NOTIFY) != 0;
    handle *h = handle_of(buffer);
    if (h == NULL) {
        return STATUS_BAD_TASK;
    }
    if (h->is_task && h->added == QUEUED) {
        return STATUS_OVERFLOW;
    }
    if (overflows(h)) {
        uint32_t stack = tp_stack_of(frame, caller);
        tp_flush_accesses();
        tp_event *event = tp_emit(EVENT_OVERFLOW, stack);
        event->channel = h->channel;
        event->value = (int32_t)h->capacity;
        event->a = h->is_task;
    }
    h->queued[h->added % QUEUED] = d;
    h->added++;
    return STATUS_OK;
}

static int schedule(int channel, uint32_t count, uint32_t stack)
{
    handle *h = handle_of(channel_of(channel, stack)->ring);
    if (h == NULL || h->added == 0) {
        return STATUS_BAD_TASK;
    }
    uint32_t kept = h->added < QUEUED ? h->added : QUEUED;
    int32_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        last = issue(channel, &h->queued[h->next++ % kept], false, stack);
        if (last < 0) {
            return last;
        }
    }
    return last;
}

static bool is_complete(const handle *h)
{
    const channel_state *c = &channels[h->channel];
    return h->last_issued > 0 && c->issued - (int32_t)c->count >= h->last_issued;
}

/* Calls the program back for what is complete. */
static void announce(int channel)
{
    for (uint32_t i = 0; i < handle_count; i++) {
        handle *h = &handles[i];
        if (h->channel != channel || h->tell == NULL) {
            continue;
        }
        if (h->is_task && is_complete(h) && !h->is_told) {
            h->is_told = true;
            h->tell(h->told);
        }
        if (!h->is_task && h->buffer == channels[channel].ring) {
            for (; channels[channel].unannounced > 0; channels[channel].unannounced--) {
                h->tell(h->told);
            }
        }
    }
}

static bool has_callback(int channel)
{
    for (uint32_t i = 0; i < handle_count; i++) {
        if (handles[i].channel == channel && handles[i].tell != NULL) {
            return true;
        }
    }
    return false;
}

static void note_wait(int channel, uint32_t left, uint32_t stack)
{
    tp_event *event = tp_emit(EVENT_WAIT, stack);
    event->channel = channel;
    event->value = (int32_t)left;
}

/* A loop that asks the same again and again is one question: it must run into the time limit, not fill the list of events. */
static void note_poll(int channel, uint32_t stack)
{
    uint32_t count = tp_words[W_EVENT_COUNT];
    const tp_event *last = (const tp_event *)(tp_file + (size_t)tp_words[W_EVENTS_PAGE] * TP_PAGE) + count - 1;
    if (count == 0 || last->kind != EVENT_POLL || last->channel != channel || last->stack != stack) {
        tp_emit(EVENT_POLL, stack)->channel = channel;
    }
}

/* 0 at least once after an issue, then 1 as soon as the policy lets it land; a number that was never issued stays 0. */
static int done(int channel, int32_t number, uint32_t stack)
{
    channel_state *c = channel_of(channel, stack);
    tp_step();
    int32_t oldest = c->issued - (int32_t)c->count + 1;
    if (number <= 0 || number > c->issued) {
        note_poll(channel, stack);
        return 0;
    }
    if (number >= oldest && number > c->asked_for) {
        c->asked_for = number;
        note_poll(channel, stack);
        return 0;
    }
    while (c->issued - (int32_t)c->count < number) {
        retire_oldest(c);
    }
    note_wait(channel, c->count, stack);
    announce(channel);
    return 1;
}

/*
 * The first question after an issue is answered with everything under way; every further one lands the oldest. Whatever
 * the answer, no more than that is under way from here on.
 */
static int left(int channel, uint32_t stack)
{
    channel_state *c = channel_of(channel, stack);
    tp_step();
    if (c->count > 0 && c->asked_for < c->issued) {
        c->asked_for = c->issued;
    } else if (c->count > 0) {
        retire_oldest(c);
    }
    note_wait(channel, c->count, stack);
    int answer = (int)c->count;
    announce(channel);
    return answer;
}

/*
 * Says nothing of what is under way, so that it is no wait. A program that is called back learns it from the call: then
 * every question but the first after an issue lands the oldest.
 */
static int process(int channel, uint32_t stack)
{
    channel_of(channel, stack);
    tp_step();
    if (has_callback(channel)) {
        left(channel, stack);
    }
    return STATUS_OK;
}

static int wait_all(int channel, uint32_t stack)
{
    tp_wait(channel, stack);
    announce(channel);
    return STATUS_OK;
}

static int sleep_on(int channel, uint32_t stack)
{
    int under_way = (int)channel_of(channel, stack)->count;
    wait_all(channel, stack);
    return under_way > 0 ? STATUS_OK : STATUS_CANT_SLEEP;
}

static struct { uint32_t words[4]; } no_error;

/* Every call in both forms: with the number of a channel, and on channel 0. */
#define BOTH(result, name, parameters, single_parameters, channel_body) \
    result tileproof_##name parameters { TP_ENTER(stack); channel_body } \
    result tileproof_single_##name single_parameters { const int32_t ch = 0; TP_ENTER(stack); (void)ch; channel_body }

BOTH(int, idma_init, (int32_t ch, unsigned flags, int block, unsigned requests, int ticks, unsigned timeout, void *on_error),
     (unsigned flags, int block, unsigned requests, int ticks, unsigned timeout, void *on_error),
     (void)flags; (void)block; (void)requests; (void)ticks; (void)timeout; (void)on_error; channel_of(ch, stack); return STATUS_OK;)
BOTH(int, idma_init_loop, (int32_t ch, void *ring, int type, int32_t n, void *data, callback f), (void *ring, int type, int32_t n, void *data, callback f),
     (void)type; return init_loop(ch, ring, n, f, data, stack);)
BOTH(int, idma_init_task, (int32_t ch, void *task, int type, int32_t n, callback f, void *data), (void *task, int type, int32_t n, callback f, void *data),
     (void)type; channel_of(ch, stack); return new_handle(task, ch, n, f, data, true) == NULL ? STATUS_BAD_TASK : STATUS_OK;)
BOTH(int32_t, idma_copy_desc, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags), (void *dst, void *src, size_t bytes, uint32_t flags),
     descriptor d = of_rows((uintptr_t)dst, (uintptr_t)src, bytes, 1, 0, 0); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_2d_desc, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     (void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     descriptor d = of_rows((uintptr_t)dst, (uintptr_t)src, bytes, rows, sp, dp); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_desc64, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags), (void *dst, void *src, size_t bytes, uint32_t flags),
     descriptor d = of_rows(narrow(dst), narrow(src), bytes, 1, 0, 0); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_2d_desc64, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     (void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     descriptor d = of_rows(narrow(dst), narrow(src), bytes, rows, sp, dp); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_3d_desc64,
     (int32_t ch, void *dst, void *src, uint32_t flags, size_t bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp, uint32_t stp, uint32_t dtp),
     (void *dst, void *src, uint32_t flags, size_t bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp, uint32_t stp, uint32_t dtp),
     descriptor d = of_tiles(narrow(dst), narrow(src), bytes, rows, tiles, srp, drp, stp, dtp); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_desc64_wide, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags), (void *dst, void *src, size_t bytes, uint32_t flags),
     descriptor d = of_rows(wide(dst), wide(src), bytes, 1, 0, 0); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_2d_desc64_wide, (int32_t ch, void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     (void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp),
     descriptor d = of_rows(wide(dst), wide(src), bytes, rows, sp, dp); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_copy_3d_desc64_wide,
     (int32_t ch, void *dst, void *src, uint32_t flags, size_t bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp, uint32_t stp, uint32_t dtp),
     (void *dst, void *src, uint32_t flags, size_t bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp, uint32_t stp, uint32_t dtp),
     descriptor d = of_tiles(wide(dst), wide(src), bytes, rows, tiles, srp, drp, stp, dtp); d.notifies = (flags & NOTIFY) != 0; return issue(ch, &d, false, stack);)
BOTH(int32_t, idma_schedule_desc, (int32_t ch, uint32_t count), (uint32_t count), return schedule(ch, count, stack);)
BOTH(int32_t, idma_desc_done, (int32_t ch, int32_t number), (int32_t number), return done(ch, number, stack);)
BOTH(int, idma_hw_wait_all, (int32_t ch), (void), return wait_all(ch, stack);)
BOTH(int32_t, idma_buffer_status, (int32_t ch), (void), return left(ch, stack);)
BOTH(int32_t, idma_hw_num_outstanding, (int32_t ch), (void), return left(ch, stack);)
BOTH(int, idma_sleep, (int32_t ch), (void), return sleep_on(ch, stack);)
BOTH(int, idma_process_tasks, (int32_t ch), (void), return process(ch, stack);)
BOTH(int, idma_abort_tasks, (int32_t ch), (void), channel_of(ch, stack)->count = 0; return STATUS_OK;)
BOTH(int, idma_pause, (int32_t ch), (void), channel_of(ch, stack); return STATUS_OK;)
BOTH(int, idma_resume, (int32_t ch), (void), channel_of(ch, stack); return STATUS_OK;)
BOTH(void *, idma_error_details, (int32_t ch), (void), channel_of(ch, stack); return &no_error;)
BOTH(void *, idma_buffer_error_details, (int32_t ch), (void), channel_of(ch, stack); return &no_error;)

#define ADDED_FROM (void **)__builtin_frame_address(0), __builtin_return_address(0)

int tileproof_idma_add_desc(void *ring, void *dst, void *src, size_t bytes, uint32_t flags)
{
    return add(ring, of_rows((uintptr_t)dst, (uintptr_t)src, bytes, 1, 0, 0), flags, ADDED_FROM);
}

int tileproof_idma_add_2d_desc(void *ring, void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp)
{
    return add(ring, of_rows((uintptr_t)dst, (uintptr_t)src, bytes, rows, sp, dp), flags, ADDED_FROM);
}

int tileproof_idma_add_desc64(void *ring, void *dst, void *src, size_t bytes, uint32_t flags)
{
    return add(ring, of_rows(narrow(dst), narrow(src), bytes, 1, 0, 0), flags, ADDED_FROM);
}

int tileproof_idma_add_2d_desc64(void *ring, void *dst, void *src, size_t bytes, uint32_t flags, uint32_t rows, uint32_t sp, uint32_t dp)
{
    return add(ring, of_rows(narrow(dst), narrow(src), bytes, rows, sp, dp), flags, ADDED_FROM);
}

int tileproof_idma_add_3d_desc64(void *ring, void *dst, void *src, uint32_t flags, size_t bytes, uint32_t rows, uint32_t tiles, uint32_t srp, uint32_t drp,
                                 uint32_t stp, uint32_t dtp)
{
    return add(ring, of_tiles(narrow(dst), narrow(src), bytes, rows, tiles, srp, drp, stp, dtp), flags, ADDED_FROM);
}

int tileproof_idma_schedule_task(void *task)
{
    TP_ENTER(stack);
    handle *h = handle_of(task);
    if (h == NULL) {
        return STATUS_BAD_TASK;
    }
    tp_words[W_RING_USED] = DEEPEST;
    /* A task that ran before runs again. */
    h->next = h->next == h->added ? 0 : h->next;
    for (; h->next < h->added; h->next++) {
        int32_t number = issue(h->channel, &h->queued[h->next % QUEUED], true, stack);
        if (number < 0) {
            return number;
        }
        h->last_issued = number;
    }
    h->is_told = false;
    return STATUS_OK;
}

int32_t tileproof_idma_task_status(void *task)
{
    TP_ENTER(stack);
    handle *h = handle_of(task);
    if (h == NULL) {
        return -1;
    }
    channel_state *c = &channels[h->channel];
    if (c->issued - (int32_t)c->count >= h->last_issued) {
        note_wait(h->channel, (uint32_t)(c->issued - h->last_issued), stack);
        announce(h->channel);
        return 0;
    }
    left(h->channel, stack);
    int32_t behind = h->last_issued - (c->issued - (int32_t)c->count);
    return behind > 0 ? behind : 0;
}

void tileproof_idma_log_handler(void *handler) { (void)handler; }
