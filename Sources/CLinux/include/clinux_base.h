#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static inline __attribute__((always_inline)) long clinux_result(long result) {
    return result < 0 ? -(long)errno : result;
}

static inline int clinux_open(const char *path, int flags) {
    return (int)clinux_result(open(path, flags | O_CLOEXEC));
}

static inline int clinux_socket(int domain, int type, int protocol) {
    return (int)clinux_result(socket(domain, type | SOCK_CLOEXEC, protocol));
}

// Another descriptor of the same file, which reads and writes without waiting from now on, by whatever descriptor.
static inline int clinux_share_nonblocking(int fd) {
    int copy = (int)clinux_result(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (copy < 0) return copy;
    int flags = fcntl(copy, F_GETFL);
    if (flags >= 0 && !fcntl(copy, F_SETFL, flags | O_NONBLOCK)) return copy;
    int error = -errno;
    close(copy);
    return error;
}

static inline long clinux_read(int fd, void *buffer, size_t length) {
    return clinux_result(read(fd, buffer, length));
}

static inline long clinux_write(int fd, const void *buffer, size_t length) {
    return clinux_result(write(fd, buffer, length));
}

static inline int clinux_set_option(int fd, int level, int name, int value) {
    return (int)clinux_result(setsockopt(fd, level, name, &value, sizeof value));
}

// Nanoseconds of `clock`; the clocks used cannot fail.
static inline uint64_t clinux_clock(int clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
