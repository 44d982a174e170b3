#pragma once

#include "clinux_packet.h"

#include <stdbool.h>
#include <sys/mman.h>

// A ring of slots, shared with the kernel, into which it writes the frames that a packet socket receives. PACKET_MMAP,
// version 2: linux/if_packet.h, packet(7).
enum {
    clinux_ring_slot_size = 2048,
    // The kernel allocates the ring in pieces of this many bytes.
    clinux_ring_block_size = 65536,
};

// Gives socket `fd`, which has its other options and is not bound yet, a ring of `count` slots, a multiple of 32.
// Frames that do not fit into a slot wait whole in the socket's queue.
static inline int clinux_ring_create(int fd, unsigned int count) {
    int error = clinux_set_option(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2);
    if (error) return error;
    // Any length that a slot cannot hold.
    error = clinux_set_option(fd, SOL_PACKET, PACKET_COPY_THRESH, 1);
    if (error) return error;
    struct tpacket_req request = {
        .tp_block_size = clinux_ring_block_size,
        .tp_block_nr = count / (clinux_ring_block_size / clinux_ring_slot_size),
        .tp_frame_size = clinux_ring_slot_size,
        .tp_frame_nr = count,
    };
    return (int)clinux_result(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request));
}

// The slots; NULL, with errno set, when the process may not map them.
static inline void *clinux_ring_map(int fd, unsigned int count) {
    void *slots = mmap(NULL, (size_t)count * clinux_ring_slot_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return slots == MAP_FAILED ? NULL : slots;
}

static inline void clinux_ring_unmap(void *slots, unsigned int count) {
    (void)munmap(slots, (size_t)count * clinux_ring_slot_size);
}

// What the kernel says of a slot: TP_STATUS_USER when there is a frame in it.
static inline uint32_t clinux_ring_status(const void *slot) {
    return __atomic_load_n(&((const struct tpacket2_hdr *)slot)->tp_status, __ATOMIC_ACQUIRE);
}

static inline bool clinux_ring_is_ready(uint32_t status) { return status & TP_STATUS_USER; }

// Whether the frame waits in the socket's queue.
static inline bool clinux_ring_is_elsewhere(uint32_t status) { return status & TP_STATUS_COPY; }

// The frame in a slot, whose bytes are at `data`; `length` is negative when it was cut off.
static inline struct clinux_received_frame clinux_ring_frame(const void *slot, const void **data) {
    const struct tpacket2_hdr *header = (const struct tpacket2_hdr *)slot;
    struct clinux_received_frame frame = {.length = -1};
    *data = (const char *)slot + header->tp_mac;
    if (header->tp_snaplen != header->tp_len) return frame;
    frame.length = header->tp_len;
    frame.header = clinux_packet_header(*data);
    if (header->tp_status & TP_STATUS_VLAN_VALID) {
        frame.tci = header->tp_vlan_tci;
        frame.tpid = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->tp_vlan_tpid : ETH_P_8021Q;
    }
    return frame;
}

// Gives a slot back to the kernel.
static inline void clinux_ring_release(void *slot) {
    __atomic_store_n(&((struct tpacket2_hdr *)slot)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}
