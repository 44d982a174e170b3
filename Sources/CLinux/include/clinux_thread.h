#pragma once

#include "clinux_base.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

// The same functions under names of our own: glibc declares them only under _GNU_SOURCE.
extern int clinux_libc_setns(int fd, int type) __asm__("setns");
extern int clinux_libc_setname(pthread_t thread, const char *name) __asm__("pthread_setname_np");
extern int clinux_libc_attr_affinity(pthread_attr_t *attributes, size_t size, const void *mask)
    __asm__("pthread_attr_setaffinity_np");

// Moves the calling thread into the network namespace that `fd` stands for.
static inline int clinux_enter_network_namespace(int fd) {
    return (int)clinux_result(clinux_libc_setns(fd, 0x40000000 /* CLONE_NEWNET */));
}

extern int clinux_libc_getaffinity(pid_t pid, size_t size, void *mask) __asm__("sched_getaffinity");

// Whether the calling thread may run on processor `cpu`.
static inline int clinux_may_run_on(int cpu) {
    unsigned long mask[1024 / (8 * sizeof(unsigned long))] = {0};
    if (cpu < 0 || cpu >= 1024 || clinux_libc_getaffinity(0, sizeof mask, mask) < 0) return 0;
    return mask[(size_t)cpu / (8 * sizeof mask[0])] >> ((size_t)cpu % (8 * sizeof mask[0])) & 1;
}

static inline void clinux_set_thread_name(const char *name) { clinux_libc_setname(pthread_self(), name); }

// Gives the calling thread the nice value of the process, as far as it may.
static inline void clinux_adopt_process_priority(void) {
    errno = 0;
    int value = getpriority(PRIO_PROCESS, (id_t)getpid());
    if (value != -1 || errno == 0) (void)setpriority(PRIO_PROCESS, 0, value);
}

// Starts `body(context)` on a thread that only runs on processor `cpu`, or on any when it is negative.
static inline int clinux_thread_start(pthread_t *thread, int cpu, void *(*body)(void *), void *context) {
    unsigned long mask[1024 / (8 * sizeof(unsigned long))] = {0};
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error) return -error;
    if (cpu >= 1024) error = EINVAL;
    if (!error && cpu >= 0) {
        mask[(size_t)cpu / (8 * sizeof mask[0])] = 1ul << ((size_t)cpu % (8 * sizeof mask[0]));
        error = clinux_libc_attr_affinity(&attributes, sizeof mask, mask);
    }
    if (!error) error = pthread_create(thread, &attributes, body, context);
    pthread_attr_destroy(&attributes);
    return -error;
}
