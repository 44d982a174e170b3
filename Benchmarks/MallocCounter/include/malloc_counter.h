// Counts what a program takes from the heap: the program that this is linked into has these `malloc` and so on instead of
// the C library's, which do the work.
#pragma once
#include <stdint.h>

// How often memory was taken by any thread so far. Making an allocation larger counts, freeing does not.
uint64_t malloc_counter(void);
