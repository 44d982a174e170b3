#pragma once

#include "clinux_link.h"

#include <linux/if_tun.h>
#include <sys/stat.h>
#include <sys/syscall.h>

// virtio_net_hdr_mrg_rxbuf, in host byte order: what tun and packet sockets put in front of a frame.
// Virtual I/O Device specification 1.2, section 5.1.6.
struct clinux_vnet_header {
    uint8_t flags;
    uint8_t gso_type;
    uint16_t header_length;
    uint16_t segment_size;
    uint16_t checksum_start;
    uint16_t checksum_offset;
    uint16_t buffer_count;
};

enum {
    clinux_tun_checksum = 0x01,  // TUN_F_CSUM
    clinux_tun_tso4 = 0x02,
    clinux_tun_tso6 = 0x04,
    clinux_tun_tso_ecn = 0x08,
    clinux_tun_uso4 = 0x20,  // since Linux 6.2
    clinux_tun_uso6 = 0x40,
};

// Makes `fd` (an open /dev/net/tun) the far end of TAP device `name`, or with `packets` of a TUN device, which has no
// Ethernet header. It is created if it is not there. With `several` it is one of the device's queues.
static inline int clinux_tun_attach(int fd, const char *name, int packets, int several) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    request.ifr_flags = (short)((packets ? IFF_TUN : IFF_TAP) | IFF_NO_PI | IFF_VNET_HDR |
                                (several ? IFF_MULTI_QUEUE : 0));
    return (int)clinux_result(ioctl(fd, TUNSETIFF, &request));
}

static inline int clinux_tun_set_header_size(int fd) {
    int size = sizeof(struct clinux_vnet_header);
    return (int)clinux_result(ioctl(fd, TUNSETVNETHDRSZ, &size));
}

static inline int clinux_tun_set_offloads(int fd, unsigned long offloads) {
    return (int)clinux_result(ioctl(fd, TUNSETOFFLOAD, offloads));
}

static inline int clinux_tun_set_persistent(int fd) {
    return (int)clinux_result(ioctl(fd, TUNSETPERSIST, 1ul));
}

// The device that `fd` is a queue of: its name into `name`, which has room for IFNAMSIZ (16) bytes, and its flags (IFF_TAP,
// IFF_NO_PI and so on) as result. -EBADFD when it has none, -ENOTTY or -EINVAL when `fd` is something else. A file that is
// no character device is not asked: whoever serves it may answer when he likes.
static inline int clinux_tun_describe(int fd, char *name) {
    struct stat status;
    if (fstat(fd, &status)) return -errno;
    if (!S_ISCHR(status.st_mode)) return -ENOTTY;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    int error = (int)clinux_result(ioctl(fd, TUNGETIFF, &request));
    if (error) return error;
    memcpy(name, request.ifr_name, IFNAMSIZ);
    return (uint16_t)request.ifr_flags;
}

// A descriptor of the network namespace that the device is in; macvtap has no such call.
static inline int clinux_tun_namespace(int fd) { return (int)clinux_result(ioctl(fd, TUNGETDEVNETNS)); }

static inline int clinux_tun_set_owner(int fd, uid_t owner) {
    return (int)clinux_result(ioctl(fd, TUNSETOWNER, (unsigned long)owner));
}

// Frames are read and written past the library's functions: where there are several threads these mark each call as a place
// where the thread may be cancelled, which is 5 % of what a small frame costs.

// Reads one frame of at most `capacity` bytes to `frame` and its header into the bytes in front of it. Returns the
// frame's length. A longer frame is lost: -EMSGSIZE (the kernel would cut it without a word), which the byte behind
// `capacity` shows, so that must be there too.
static inline long clinux_read_frame(int fd, void *frame, size_t capacity) {
    const size_t front = sizeof(struct clinux_vnet_header);
    long length = syscall(SYS_read, fd, (char *)frame - front, front + capacity + 1);
    if (length < 0) return -(long)errno;
    if ((size_t)length < front) return -EIO;
    length -= (long)front;
    return (size_t)length > capacity ? -EMSGSIZE : length;
}

// The header in front of a frame that was read.
static inline struct clinux_vnet_header clinux_read_header(const void *frame) {
    struct clinux_vnet_header header;
    memcpy(&header, (const char *)frame - sizeof header, sizeof header);
    return header;
}

// Writes one frame. Its header goes into the `headroom` bytes in front of it if they suffice: one buffer costs less
// than two.
static inline long clinux_write_frame(int fd, struct clinux_vnet_header header, void *frame, size_t length,
                                      size_t headroom) {
    if (headroom < sizeof header) {
        struct iovec parts[2] = {{&header, sizeof header}, {frame, length}};
        return clinux_result(writev(fd, parts, 2));
    }
    char *start = (char *)frame - sizeof header;
    memcpy(start, &header, sizeof header);
    return clinux_result(syscall(SYS_write, fd, start, sizeof header + length));
}
