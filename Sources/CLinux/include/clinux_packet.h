#pragma once

#include "clinux_link.h"
#include "clinux_tun.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

enum {
    clinux_packet_batch_capacity = 32,
    // A packet socket's offload header has no buffer count unless asked for.
    clinux_packet_header_size = 10,
};

// struct mmsghdr: glibc declares it and its calls only under _GNU_SOURCE.
struct clinux_message {
    struct msghdr header;
    unsigned int length;
};
extern int clinux_libc_recvmmsg(int fd, struct clinux_message *messages, unsigned int count, int flags,
                                struct timespec *timeout) __asm__("recvmmsg");
extern int clinux_libc_sendmmsg(int fd, struct clinux_message *messages, unsigned int count, int flags)
    __asm__("sendmmsg");

// What recvmmsg and sendmmsg need for up to 32 frames. It points into itself: it must not be moved after
// `clinux_packet_batch_init`.
struct clinux_packet_batch {
    struct clinux_message messages[clinux_packet_batch_capacity];
    struct iovec parts[clinux_packet_batch_capacity][2];
    struct clinux_vnet_header headers[clinux_packet_batch_capacity];
    union {
        struct cmsghdr first;
        char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
    } controls[clinux_packet_batch_capacity];
};

static inline void clinux_packet_batch_init(struct clinux_packet_batch *batch) {
    memset(batch, 0, sizeof *batch);
    for (int i = 0; i < clinux_packet_batch_capacity; i++) {
        batch->messages[i].header.msg_iov = batch->parts[i];
    }
}

// The offload header in front of a frame.
static inline struct clinux_vnet_header clinux_packet_header(const void *frame) {
    struct clinux_vnet_header header = {0};
    memcpy(&header, (const char *)frame - clinux_packet_header_size, clinux_packet_header_size);
    return header;
}

// Message `index` is to be read into `capacity` bytes at `frame`, and its header into those in front of it.
static inline void clinux_packet_expect(struct clinux_packet_batch *batch, int index, void *frame,
                                        size_t capacity) {
    batch->parts[index][0].iov_base = (char *)frame - clinux_packet_header_size;
    batch->parts[index][0].iov_len = capacity + clinux_packet_header_size;
    struct msghdr *header = &batch->messages[index].header;
    header->msg_iovlen = 1;
    header->msg_control = &batch->controls[index];
    header->msg_controllen = sizeof batch->controls[index];
    header->msg_flags = 0;
}

// Receives up to `count` frames into messages 0 to count - 1.
static inline int clinux_packet_receive(int fd, struct clinux_packet_batch *batch, int count) {
    return (int)clinux_result(
        clinux_libc_recvmmsg(fd, batch->messages, (unsigned int)count, MSG_DONTWAIT, NULL));
}

struct clinux_received_frame {
    // Bytes of the frame; negative when it was cut off.
    long length;
    struct clinux_vnet_header header;
    // The tag that the kernel took out of the frame; `tpid` is 0 when there was none.
    uint16_t tpid;
    uint16_t tci;
};

static inline struct clinux_received_frame clinux_packet_received(struct clinux_packet_batch *batch, int index) {
    struct clinux_received_frame frame = {.length = -1};
    struct msghdr *header = &batch->messages[index].header;
    unsigned int length = batch->messages[index].length;
    if (length >= clinux_packet_header_size && !(header->msg_flags & MSG_TRUNC)) {
        frame.length = (long)length - clinux_packet_header_size;
        frame.header = clinux_packet_header((char *)header->msg_iov->iov_base + clinux_packet_header_size);
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
        struct tpacket_auxdata aux;
        memcpy(&aux, CMSG_DATA(c), sizeof aux);
        if (aux.tp_status & TP_STATUS_VLAN_VALID) {
            frame.tci = aux.tp_vlan_tci;
            frame.tpid = aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : ETH_P_8021Q;
        }
    }
    return frame;
}

// Message `index` is to carry `length` bytes at `frame`. The header goes into the `headroom` bytes in front of them
// if they suffice.
static inline void clinux_packet_put(struct clinux_packet_batch *batch, int index,
                                     struct clinux_vnet_header header, void *frame, size_t length,
                                     size_t headroom) {
    struct iovec *parts = batch->parts[index];
    if (headroom < clinux_packet_header_size) {
        batch->headers[index] = header;
        parts[0].iov_base = &batch->headers[index];
        parts[0].iov_len = clinux_packet_header_size;
        parts[1].iov_base = frame;
        parts[1].iov_len = length;
        batch->messages[index].header.msg_iovlen = 2;
        return;
    }
    char *start = (char *)frame - clinux_packet_header_size;
    memcpy(start, &header, clinux_packet_header_size);
    parts[0].iov_base = start;
    parts[0].iov_len = clinux_packet_header_size + length;
    batch->messages[index].header.msg_iovlen = 1;
}

// Sends messages `first` to first + count - 1; returns how many, or why not even the first one.
static inline int clinux_packet_send(int fd, struct clinux_packet_batch *batch, int first, int count) {
    return (int)clinux_result(
        clinux_libc_sendmmsg(fd, &batch->messages[first], (unsigned int)count, MSG_DONTWAIT));
}

// Receives every frame of device `index` from now on.
static inline int clinux_packet_bind(int fd, int index) {
    struct sockaddr_ll address;
    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = index;
    return (int)clinux_result(bind(fd, (const struct sockaddr *)&address, sizeof address));
}

// Makes a bound socket part of fanout group `number`, or of a new one if that is negative; returns the group's number.
// Frames go to the sockets of a group by a hash of addresses and ports that is the same both ways, and those that the
// host sends go to none.
static inline int clinux_packet_fan_out(int fd, int number) {
    const uint32_t ignore_outgoing = 0x4000;  // PACKET_FANOUT_FLAG_IGNORE_OUTGOING
    const uint32_t unique_number = 0x2000;    // PACKET_FANOUT_FLAG_UNIQUEID
    uint32_t type = PACKET_FANOUT_HASH | ignore_outgoing | (number < 0 ? unique_number : 0);
    uint32_t value = (number < 0 ? 0 : (uint32_t)number & 0xffff) | type << 16;
    if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof value) < 0) return -errno;
    socklen_t length = sizeof value;
    if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, &length) < 0) return -errno;
    return (int)(value & 0xffff);
}

// The socket receives no frame from now on, or all again.
static inline int clinux_packet_refuse_all(int fd) {
    struct sock_filter refuse = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog program = {1, &refuse};
    return (int)clinux_result(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
}

static inline int clinux_packet_refuse_none(int fd) {
    int unused = 0;
    return (int)clinux_result(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused));
}

static inline int clinux_packet_set_promiscuous(int fd, int index) {
    struct packet_mreq request;
    memset(&request, 0, sizeof request);
    request.mr_ifindex = index;
    request.mr_type = PACKET_MR_PROMISC;
    return (int)clinux_result(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request));
}

// Whether the kernel knows PACKET_VNET_HDR_SZ (24).
static inline int clinux_packet_knows_header_size(int fd) {
    int size = 0;
    socklen_t length = sizeof size;
    return getsockopt(fd, SOL_PACKET, 24, &size, &length) == 0;
}

// The error that the socket has had and nobody was told of, as an errno; 0 for none.
static inline int clinux_take_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

// Frames dropped because the socket's buffer or its ring was full, since the last call.
static inline uint32_t clinux_packet_take_drops(int fd) {
    struct tpacket_stats statistics = {0, 0};
    socklen_t length = sizeof statistics;
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) != 0) return 0;
    return statistics.tp_drops;
}
