/* Tells which functions of a program are entered, in the order in which each is for the first time: scripts/order has it loaded
   into tscl. Each function begins with a breakpoint, which goes when it is met.

   FUNCTIONS=FILE    the addresses of the functions in the program, in hexadecimal digits, a line each
   ENTERED=FILE      gets those of the functions that were entered */
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static const uint8_t breakpoint = 0xCC;
static uintptr_t base;
static uint8_t *code, *kept;
static size_t size;
static int entered;

static void enter(int signal, siginfo_t *info, void *context)
{
    greg_t *next = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    uint8_t *function = (uint8_t *)*next - 1;
    char line[17];
    uintptr_t address = (uintptr_t)function - base;

    if (function < code || function >= code + size)
        abort();
    *function = kept[function - code];
    *next = (greg_t)function;
    for (int digit = 15; digit >= 0; digit--, address >>= 4)
        line[digit] = "0123456789abcdef"[address & 15];
    line[16] = '\n';
    (void)!write(entered, line, sizeof line);
}

/* The first is the program itself. */
static int find(struct dl_phdr_info *object, size_t unused, void *unused_too)
{
    base = object->dlpi_addr;
    for (int i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_LOAD && object->dlpi_phdr[i].p_flags & PF_X) {
            code = (uint8_t *)(base + object->dlpi_phdr[i].p_vaddr);
            size = object->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action = { .sa_sigaction = enter, .sa_flags = SA_SIGINFO | SA_NODEFER };
    const char *functions = getenv("FUNCTIONS"), *answer = getenv("ENTERED");
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start;
    FILE *list;
    char line[64];

    /* Not for what tscl runs. */
    unsetenv("LD_PRELOAD");
    if (!functions || !answer || !(list = fopen(functions, "r")))
        return;
    entered = open(answer, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    dl_iterate_phdr(find, NULL);
    kept = malloc(size);
    if (entered < 0 || !kept)
        abort();
    memcpy(kept, code, size);
    start = (uintptr_t)code & ~(page - 1);
    if (mprotect((void *)start, (uintptr_t)code + size - start, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        abort();
    sigaction(SIGTRAP, &action, NULL);
    while (fgets(line, sizeof line, list)) {
        uint8_t *function = (uint8_t *)(base + strtoul(line, NULL, 16));
        if (function >= code && function < code + size)
            *function = breakpoint;
    }
    fclose(list);
}
