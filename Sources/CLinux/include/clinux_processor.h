#pragma once

#include "clinux_base.h"

// What C has no words for.

// Asks for the cache line of `address`, which need not be valid, and does not wait for it.
static inline __attribute__((always_inline)) void clinux_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// The same for one that is to be written.
static inline __attribute__((always_inline)) void clinux_prefetch_write(const void *address) {
    __builtin_prefetch(address, 1, 3);
}
