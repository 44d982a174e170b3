#pragma once

#include "clinux_base.h"

#include <linux/aio_abi.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>

// MARK: Memory that a virtual machine shares

// The values are loaded and stored once each, whatever the compiler would like: the other side may change them at any time.
static inline __attribute__((always_inline)) uint16_t clinux_load16(const void *place) {
    return __atomic_load_n((const uint16_t *)place, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) uint16_t clinux_load16_acquire(const void *place) {
    return __atomic_load_n((const uint16_t *)place, __ATOMIC_ACQUIRE);
}
static inline __attribute__((always_inline)) uint32_t clinux_load32(const void *place) {
    return __atomic_load_n((const uint32_t *)place, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) uint64_t clinux_load64(const void *place) {
    return __atomic_load_n((const uint64_t *)place, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) void clinux_store8(void *place, uint8_t value) {
    __atomic_store_n((uint8_t *)place, value, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) void clinux_store16(void *place, uint16_t value) {
    __atomic_store_n((uint16_t *)place, value, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) void clinux_store16_release(void *place, uint16_t value) {
    __atomic_store_n((uint16_t *)place, value, __ATOMIC_RELEASE);
}
static inline __attribute__((always_inline)) void clinux_store32(void *place, uint32_t value) {
    __atomic_store_n((uint32_t *)place, value, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) void clinux_store64(void *place, uint64_t value) {
    __atomic_store_n((uint64_t *)place, value, __ATOMIC_RELAXED);
}
static inline __attribute__((always_inline)) void clinux_store64_release(void *place, uint64_t value) {
    __atomic_store_n((uint64_t *)place, value, __ATOMIC_RELEASE);
}
static inline __attribute__((always_inline)) void clinux_set_bits(void *place, uint8_t bits) {
    (void)__atomic_fetch_or((uint8_t *)place, bits, __ATOMIC_RELAXED);
}
// What was stored before is seen before what is loaded behind it.
static inline __attribute__((always_inline)) void clinux_full_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

typedef uint8_t clinux_vector __attribute__((vector_size(16), aligned(1), may_alias));

static inline __attribute__((always_inline)) void clinux_copy16(uint8_t *to, const uint8_t *from) {
    *(clinux_vector *)to = *(const clinux_vector *)from;
}

// Copies without ever looking at what it copies. Short ones inline, from both ends to the middle: most frames are short.
static inline __attribute__((always_inline)) void clinux_copy(void *to, const void *from, size_t length) {
    uint8_t *end = (uint8_t *)to + length;
    const uint8_t *source = (const uint8_t *)from, *sourceEnd = source + length;
    if (length < 32 || length > 128) {
        memcpy(to, from, length);
        return;
    }
    if (length > 64) {
        for (size_t i = 32; i < 64; i += 16) {
            clinux_copy16((uint8_t *)to + i, source + i);
            clinux_copy16(end - i - 16, sourceEnd - i - 16);
        }
    }
    clinux_copy16((uint8_t *)to, source);
    clinux_copy16((uint8_t *)to + 16, source + 16);
    clinux_copy16(end - 32, sourceEnd - 32);
    clinux_copy16(end - 16, sourceEnd - 16);
}

// Puts the header of a frame with nothing left to do in front of it, as 10 or 12 bytes, the last of which say that it takes one
// buffer. One that is there already is left alone, as the page's other processor can then go on reading it.
static inline __attribute__((always_inline)) void clinux_plain_header(void *place, int length) {
    uint64_t first;
    uint16_t second, third;
    memcpy(&first, place, 8);
    memcpy(&second, (char *)place + 8, 2);
    if (first | second) memset(place, 0, 10);
    if (length == 10) return;
    memcpy(&third, (char *)place + 10, 2);
    if (third == 1) return;
    third = 1;
    memcpy((char *)place + 10, &third, 2);
}

// Whether the file can be mapped without a page of it ever having to come from a server or a disk that answers when it
// likes: it lies in memory (memfd, tmpfs, hugetlbfs). `length` and `page` in bytes. 0, EINVAL negated when it does not,
// or the errno negated.
static inline int clinux_memory_file(int fd, uint64_t *length, uint64_t *page) {
    struct stat status;
    struct statfs system;
    // Only files in memory have seals, and being asked for them asks no server: F_GET_SEALS.
    if (fcntl(fd, 1034) < 0) return -EINVAL;
    if (fstat(fd, &status) || fstatfs(fd, &system)) return -errno;
    uint32_t type = (uint32_t)system.f_type;
    bool huge = type == 0x958458f6u;
    if (!S_ISREG(status.st_mode) || !(huge || type == 0x01021994u)) return -EINVAL;
    *length = (uint64_t)status.st_size;
    *page = huge ? (uint64_t)system.f_bsize : 4096;
    return 0;
}

static inline void *clinux_map_file(int fd, uint64_t offset, uint64_t length, int *error) {
    void *memory =
        mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, (off_t)offset);
    *error = memory == MAP_FAILED ? -errno : 0;
    return memory == MAP_FAILED ? NULL : memory;
}

extern int clinux_libc_memfd_create(const char *name, unsigned int flags) __asm__("memfd_create");

// A file in memory whose size nobody can change any more.
static inline int clinux_sealed_memory(const char *name, uint64_t length) {
    int fd = (int)clinux_result(clinux_libc_memfd_create(name, 3 /* CLOEXEC, ALLOW_SEALING */));
    if (fd < 0) return fd;
    // F_ADD_SEALS: F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW.
    if (ftruncate(fd, (off_t)length) || fcntl(fd, 1033, 7)) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

// Whether `fd` is an event descriptor: the only kind whose writing and polling ask no other program.
static inline bool clinux_is_eventfd(int fd) {
    char path[40], target[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, target, sizeof target);
    return length == 20 && !memcmp(target, "anon_inode:[eventfd]", 20);
}

// Whether closing `fd` asks no other program either: an event descriptor, or a file in memory, which alone have seals.
static inline bool clinux_closes_at_once(int fd) { return fcntl(fd, 1034) >= 0 || clinux_is_eventfd(fd); }

// Whether `fd` is an event descriptor. From now on writing to it does not wait, until somebody who has it too says otherwise.
static inline bool clinux_adopt_eventfd(int fd) {
    if (!clinux_is_eventfd(fd)) return false;
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

// A context of asynchronous I/O for `clinux_signal_event`, or the errno negated.
static inline int clinux_event_context(uint64_t *context) {
    aio_context_t made = 0;
    int result = (int)clinux_result(syscall(SYS_io_setup, 256, &made));
    *context = made;
    return result;
}

// Adds 1 to an event descriptor's counter, and never waits. A `write` would, if somebody else who has the descriptor has
// filled the counter and taken O_NONBLOCK away. Here the kernel adds for itself, at the end of a read of no bytes from
// `file`, and leaves a full counter as it is: eventfd_signal. Any thread may call it.
static inline void clinux_signal_event(uint64_t context, int file, int event) {
    struct iocb read = {.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = (uint32_t)file,
                        .aio_flags = IOCB_FLAG_RESFD, .aio_resfd = (uint32_t)event};
    struct iocb *list[1] = {&read};
    // What was done before is forgotten when there is no room for more.
    for (int i = 0; i < 4; i++) {
        if (syscall(SYS_io_submit, context, 1, list) >= 0 || errno != EAGAIN) return;
        struct io_event done[64];
        struct timespec now = {0, 0};
        while (syscall(SYS_io_getevents, context, 0, 64, done, &now) == 64) {}
    }
}

// MARK: Guarded memory: clinux_guard.c

// A mapping of a file that somebody else may cut short: touching what is gone does not end the process. All of the mapping
// is replaced by zeros instead, and `*lost` becomes 1. `false` when there are too many.
bool clinux_guard(void *start, uint64_t length, uint32_t *lost);
// To be called before the mapping is given back.
void clinux_unguard(void *start);

// MARK: Unix sockets with descriptors

enum { clinux_most_descriptors = 8 };

// Receives up to `length` bytes and the descriptors that came with them, of which there are `*count`.
static inline long clinux_receive_message(int fd, void *bytes, size_t length, int *descriptors, int *count) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * clinux_most_descriptors)];
    } control;
    struct iovec part = {bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
    *count = 0;
    long received = clinux_result(recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
    if (received < 0) return received;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        size_t present = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < present && *count < clinux_most_descriptors; i++) {
            memcpy(&descriptors[*count], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            *count += 1;
        }
    }
    return received;
}

// Sends a message, with `count` descriptors beside it, whole or not at all.
static inline long clinux_send_message(int fd, const void *bytes, size_t length, const int *descriptors, int count) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * clinux_most_descriptors)];
    } control;
    if (count > clinux_most_descriptors) return -EINVAL;
    memset(&control, 0, sizeof control);
    struct iovec part = {(void *)bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
        memcpy(CMSG_DATA(&control.header), descriptors, sizeof(int) * (size_t)count);
    }
    return clinux_result(sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

// The number that a file has in its file system; 0 for none.
static inline uint64_t clinux_file_number(const char *path) {
    struct stat status;
    return lstat(path, &status) ? 0 : (uint64_t)status.st_ino;
}
