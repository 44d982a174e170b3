#pragma once

#include "clinux_base.h"

#include <sys/un.h>

// The same function under a name of our own: glibc declares it only under _GNU_SOURCE.
extern int clinux_libc_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) __asm__("accept4");

// A Unix socket of `type` that does not block.
static inline int clinux_unix_socket(int type) {
    return (int)clinux_result(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// `path` into `address`, which is cleared first. -ENAMETOOLONG when it has more than 107 bytes or none.
static inline int clinux_unix_address(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memcpy(address->sun_path, path, length);
    return 0;
}

static inline int clinux_unix_bind(int fd, const struct sockaddr_un *address) {
    return (int)clinux_result(bind(fd, (const struct sockaddr *)address, sizeof *address));
}

static inline int clinux_unix_connect(int fd, const struct sockaddr_un *address) {
    return (int)clinux_result(connect(fd, (const struct sockaddr *)address, sizeof *address));
}

// The next connection of a listening socket, which does not block either.
static inline int clinux_unix_accept(int fd) {
    return (int)clinux_result(clinux_libc_accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

// Who connected, as the kernel noted it then.
struct clinux_peer {
    int32_t process;
    uint32_t user;
    uint32_t group;
};
static inline int clinux_unix_peer(int fd, struct clinux_peer *peer) {
    socklen_t length = sizeof *peer;
    return (int)clinux_result(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &length));
}

// Whether the peer's supplementary groups, up to 256 of them, have `group` among them.
static inline int clinux_unix_peer_has_group(int fd, uint32_t group) {
    gid_t groups[256];
    socklen_t length = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, 59 /* SO_PEERGROUPS */, groups, &length)) return 0;
    for (size_t i = 0; i < length / sizeof groups[0]; i++) {
        if (groups[i] == group) return 1;
    }
    return 0;
}

// One datagram. Of one that is longer than `capacity` the whole length is returned, and its end is lost.
static inline long clinux_unix_receive(int fd, void *buffer, size_t capacity) {
    return clinux_result(recv(fd, buffer, capacity, MSG_DONTWAIT | MSG_TRUNC));
}

static inline long clinux_unix_send_to(int fd, const struct sockaddr_un *address, const void *data, size_t length) {
    return clinux_result(sendto(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)address,
                                sizeof *address));
}

// Frames of one call on a stream, each behind its length in network byte order.
struct clinux_stream_batch {
    struct iovec parts[64];
    uint32_t lengths[32];
};

static inline void clinux_stream_put(struct clinux_stream_batch *batch, int index, const void *frame, uint32_t length) {
    batch->lengths[index] = __builtin_bswap32(length);
    batch->parts[2 * index] = (struct iovec){.iov_base = &batch->lengths[index], .iov_len = 4};
    batch->parts[2 * index + 1] = (struct iovec){.iov_base = (void *)frame, .iov_len = length};
}

// Sends the first `count` frames, or as much of them as there is room for, and returns how many bytes went.
static inline long clinux_stream_send(int fd, struct clinux_stream_batch *batch, int count) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = batch->parts;
    message.msg_iovlen = (size_t)(2 * count);
    return clinux_result(sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

static inline long clinux_stream_send_rest(int fd, const void *data, size_t length) {
    return clinux_result(send(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL));
}

static inline long clinux_stream_receive(int fd, void *buffer, size_t length) {
    return clinux_result(recv(fd, buffer, length, MSG_DONTWAIT));
}
