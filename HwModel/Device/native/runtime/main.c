/*
 * The child process. It maps the file that it shares with the harness, and for every byte on its input runs the program
 * once, in a process of its own: whatever happens there, the next run finds everything as it was.
 */
#include "tp.h"
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

volatile uint32_t *tp_words;
uint8_t *tp_file;

static ucontext_t outside, inside;
static int32_t parameters[W_PARAMETER_LIMIT];

static void on_stack(void)
{
    tp_words[W_STATUS] = (uint32_t)tileproof_entry((int)tp_words[W_ENTRY], parameters);
}

static uint32_t microseconds_since(const struct timespec *start)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (uint32_t)((end.tv_sec - start->tv_sec) * 1000000 + (end.tv_nsec - start->tv_nsec) / 1000);
}

static _Noreturn void run(int file)
{
    tp_install_handlers();
    /* Commands are not the program's to read. */
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    uint32_t limit = tp_words[W_TIME_LIMIT_MS];
    struct itimerval timer = { .it_value = { .tv_sec = limit / 1000, .tv_usec = (limit % 1000) * 1000 } };
    tp_map_run();
    void *core = mmap((void *)(uintptr_t)TP_SYSTEM_BASE, tp_words[W_SYSTEM_BYTES], PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
                      (off_t)tp_words[W_CORE_PAGE] * TP_PAGE);
    uint8_t *stack = mmap((void *)(uintptr_t)(TP_STACK_TOP - TP_STACK_BYTES), TP_STACK_BYTES, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (core == MAP_FAILED || stack == MAP_FAILED) {
        tp_fault(FAULT_MAPPING, 0, 0, 0);
    }
    tp_reset_accesses();
    tp_reset_dma();
    for (int i = 0; i < W_PARAMETER_LIMIT; i++) {
        parameters[i] = (int32_t)tp_words[W_PARAMETERS + i];
    }
    setitimer(ITIMER_REAL, &timer, NULL);
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    getcontext(&inside);
    inside.uc_stack.ss_sp = stack;
    inside.uc_stack.ss_size = TP_STACK_BYTES;
    inside.uc_link = &outside;
    makecontext(&inside, on_stack, 0);
    swapcontext(&outside, &inside);
    tp_words[W_MICROSECONDS] = microseconds_since(&start);
    tp_words[W_OUTSTANDING] = (uint32_t)tp_outstanding();
    memcpy(tp_file + (size_t)tp_words[W_SNAPSHOT_PAGE] * TP_PAGE, tp_memory_view(tp_words[W_OUTPUT]), tp_words[W_OUTPUT_BYTES]);
    tp_land_all();
    tp_words[W_CHECKS_LOW] = (uint32_t)tp_check_count;
    tp_words[W_CHECKS_HIGH] = (uint32_t)(tp_check_count >> 32);
    tp_words[W_OUTCOME] = OUTCOME_RETURNED;
    for (;;) {
        syscall(SYS_exit_group, 0);
    }
}

int main(int count, char **arguments)
{
    /* What the program prints is not ours to read: answers go to a copy of the output. */
    int answers = dup(STDOUT_FILENO);
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDOUT_FILENO);
    if (getenv("TILEPROOF_DEVICE_OUTPUT") == NULL) {
        dup2(nowhere, STDERR_FILENO);
    } else {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        setvbuf(stdout, NULL, _IONBF, 0);
    }
    int file = count == 2 ? open(arguments[1], O_RDWR | O_CLOEXEC) : -1;
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        return 3;
    }
    tp_file = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (tp_file == MAP_FAILED) {
        return 3;
    }
    tp_words = (volatile uint32_t *)tp_file;
    if (tp_words[W_MAGIC] != TP_MAGIC) {
        return 3;
    }
    /* Blocks of the program stay below 4 GiB where 32-bit address fields reach them. */
    mallopt(M_MMAP_MAX, 0);
    tp_map_memory();
    char command;
    while (read(STDIN_FILENO, &command, 1) == 1 && command == 'r') {
        pid_t child = fork();
        if (child == 0) {
            run(file);
        }
        int result = 0;
        if (child > 0) {
            while (waitpid(child, &result, 0) < 0) {
            }
        }
        if (tp_words[W_OUTCOME] == OUTCOME_NONE) {
            tp_words[W_OUTCOME] = OUTCOME_FAULT;
            tp_words[W_FAULT] = FAULT_SIGNAL;
            tp_words[W_FAULT_DETAIL] = child > 0 && WIFSIGNALED(result) ? (uint32_t)WTERMSIG(result) : 0;
        }
        char answer = 'k';
        if (write(answers, &answer, 1) != 1) {
            return 3;
        }
    }
    return 0;
}
