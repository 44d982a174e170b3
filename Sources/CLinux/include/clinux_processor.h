#pragma once

#include "clinux_base.h"

// What C has no words for.

// Asks for the cache line of `address`, which need not be valid, and does not wait for it.
static inline __attribute__((always_inline)) void clinux_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// A counter of the processor that runs at a constant rate, whatever that is.
static inline __attribute__((always_inline)) uint64_t clinux_ticks(void) {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return clinux_clock(CLOCK_MONOTONIC);
#endif
}
