// What a signal handler may do is little, so this is C: the handler reads a table of fixed size and makes one system call.
#include "clinux_vhost.h"

#include <signal.h>

enum { guard_count = 4096 };

struct guard {
    // 0 while the place is free. The other values are in place before it is.
    uintptr_t start;
    uint64_t length;
    uint32_t *lost;
};

static struct guard guards[guard_count];
// How many places were ever in use.
static int used_count;
static struct sigaction earlier;

static bool cover(uintptr_t address) {
    int count = __atomic_load_n(&used_count, __ATOMIC_ACQUIRE);
    for (int i = 0; i < count; i++) {
        uintptr_t start = __atomic_load_n(&guards[i].start, __ATOMIC_ACQUIRE);
        if (!start || address < start || address - start >= guards[i].length) continue;
        void *zeros = mmap((void *)start, guards[i].length, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
        if (zeros == MAP_FAILED) return false;
        __atomic_store_n(guards[i].lost, 1, __ATOMIC_RELEASE);
        return true;
    }
    return false;
}

static void on_bus_error(int signal, siginfo_t *information, void *context) {
    int saved = errno;
    if (!cover((uintptr_t)information->si_addr)) {
        // Not ours: what would have happened without this handler happens when the instruction is tried again.
        (void)context;
        sigaction(signal, &earlier, NULL);
    }
    errno = saved;
}

// Callers take turns, but for the handler: `guard_lock` is not taken there.
static int guard_lock;
static void lock(void) {
    while (__atomic_exchange_n(&guard_lock, 1, __ATOMIC_ACQUIRE)) {}
}
static void unlock(void) { __atomic_store_n(&guard_lock, 0, __ATOMIC_RELEASE); }

bool clinux_guard(void *start, uint64_t length, uint32_t *lost) {
    lock();
    if (!used_count) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_bus_error;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGBUS, &action, &earlier);
    }
    int place = 0;
    while (place < guard_count && guards[place].start) place++;
    bool found = place < guard_count;
    if (found) {
        guards[place].length = length;
        guards[place].lost = lost;
        __atomic_store_n(&guards[place].start, (uintptr_t)start, __ATOMIC_RELEASE);
        if (place >= used_count) __atomic_store_n(&used_count, place + 1, __ATOMIC_RELEASE);
    }
    unlock();
    return found;
}

void clinux_unguard(void *start) {
    lock();
    for (int i = 0; i < used_count; i++) {
        if (guards[i].start == (uintptr_t)start) __atomic_store_n(&guards[i].start, 0, __ATOMIC_RELEASE);
    }
    unlock();
}
