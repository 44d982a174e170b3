#pragma once

#include "clinux_base.h"

// What C has no words for.

// Asks for the cache line of `address`, which need not be valid, and does not wait for it.
static inline __attribute__((always_inline)) void clinux_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// The same for one that is to be written. For a processor of which nothing else is known the compiler would ask for one that is
// to be read, and the other processors would be asked again; one without the instruction does nothing.
static inline __attribute__((always_inline)) void clinux_prefetch_write(const void *address) {
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1, 3);
#endif
}
