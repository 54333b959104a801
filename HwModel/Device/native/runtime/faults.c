/* What ends a program before its time: signals, exit, abort, a limit. The file says what and where; the process ends. */
#include "tp.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static _Noreturn void leave(void)
{
    for (;;) {
        syscall(SYS_exit_group, 0);
    }
}

_Noreturn void tp_fault(int fault, int detail, uintptr_t address, uint32_t stack)
{
    if (tp_words != NULL) {
        tp_words[W_FAULT] = (uint32_t)fault;
        tp_words[W_FAULT_DETAIL] = (uint32_t)detail;
        tp_words[W_FAULT_ADDRESS] = (uint32_t)(address >> 32 != 0 ? 0xffffffffu : address);
        tp_words[W_FAULT_STACK] = stack;
        tp_words[W_CHECKS_LOW] = (uint32_t)tp_check_count;
        tp_words[W_CHECKS_HIGH] = (uint32_t)(tp_check_count >> 32);
        tp_words[W_OUTCOME] = OUTCOME_FAULT;
    }
    leave();
}

_Noreturn void tp_fault_text(int fault, const char *text, uint32_t stack)
{
    tp_words[W_FAULT_TEXT] = tp_text(text) + 1;
    tp_fault(fault, 0, 0, stack);
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t address = number == SIGSEGV || number == SIGBUS ? (uintptr_t)information->si_addr : 0;
    bool overflow = number == SIGSEGV && address < TP_STACK_TOP - TP_STACK_BYTES + 256 && address >= TP_STACK_TOP - TP_STACK_BYTES - TP_STACK_GUARD;
    uint32_t stack = 0;
    void **frame = (void **)registers[REG_RBP];
    bool has_frame = (uintptr_t)frame >= TP_STACK_TOP - TP_STACK_BYTES && (uintptr_t)frame < TP_STACK_TOP - 16;
    /* The faulting instruction itself, as if it were called: the reader subtracts one from every address. */
    void *pc = (void *)(registers[REG_RIP] + 1);
    if ((uintptr_t)pc >= 0x100000000u && has_frame) {
        /* Inside the C library: its caller is what the user wrote. */
        pc = frame[1];
        frame = (void **)frame[0];
        has_frame = (uintptr_t)frame >= TP_STACK_TOP - TP_STACK_BYTES && (uintptr_t)frame < TP_STACK_TOP - 16;
    }
    stack = tp_stack_of(has_frame ? frame : NULL, pc);
    tp_fault(overflow ? FAULT_STACK : number == SIGALRM ? FAULT_TIME : number == SIGABRT ? FAULT_ABORT : FAULT_SIGNAL, number, address, stack);
}

void tp_install_handlers(void)
{
    static uint8_t alternate[65536];
    stack_t stack = { .ss_sp = alternate, .ss_size = sizeof alternate };
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGTRAP };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaction(numbers[i], &action, NULL);
    }
}

/* The program's calls come here by name. */
_Noreturn void tileproof_exit(int status) { tp_fault(FAULT_EXIT, status, 0, TP_CALLER_STACK()); }
_Noreturn void tileproof__exit(int status) { tp_fault(FAULT_EXIT, status, 0, TP_CALLER_STACK()); }
_Noreturn void tileproof__Exit(int status) { tp_fault(FAULT_EXIT, status, 0, TP_CALLER_STACK()); }
_Noreturn void tileproof_quick_exit(int status) { tp_fault(FAULT_EXIT, status, 0, TP_CALLER_STACK()); }
_Noreturn void tileproof_abort(void) { tp_fault(FAULT_ABORT, 0, 0, TP_CALLER_STACK()); }
_Noreturn void tileproof_assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
    (void)file;
    (void)line;
    (void)function;
    tp_fault_text(FAULT_ASSERT, expression, TP_CALLER_STACK());
}

#define LARGEST_ALLOCATION ((size_t)512 << 20)

void *tileproof_malloc(size_t bytes)
{
    if (bytes >= LARGEST_ALLOCATION) {
        tp_fault(FAULT_ALLOCATION, (int)(bytes >> 20), 0, TP_CALLER_STACK());
    }
    return malloc(bytes);
}

void *tileproof_calloc(size_t count, size_t bytes)
{
    size_t all;
    if (__builtin_mul_overflow(count, bytes, &all) || all >= LARGEST_ALLOCATION) {
        tp_fault(FAULT_ALLOCATION, (int)(all >> 20), 0, TP_CALLER_STACK());
    }
    return calloc(count, bytes);
}

void *tileproof_realloc(void *pointer, size_t bytes)
{
    if (bytes >= LARGEST_ALLOCATION) {
        tp_fault(FAULT_ALLOCATION, (int)(bytes >> 20), 0, TP_CALLER_STACK());
    }
    return realloc(pointer, bytes);
}
