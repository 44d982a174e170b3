#pragma once

#include <malloc.h>

/// Bytes of the heap that nothing uses, whether or not the system has their pages.
static inline size_t clinux_free_heap_bytes(void) { return mallinfo2().fordblks; }

/// Gives the pages that nothing uses back to the system.
static inline void clinux_trim_heap(void) { (void)malloc_trim(0); }
