#pragma once

#include "clinux_base.h"

#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// Memory of `length` bytes: of `fd` from `offset` on, or new and zeroed when `fd` is -1. NULL, and errno negated in
// `error`, when the kernel refuses.
static inline void *clinux_map(int fd, uint64_t offset, size_t length, int *error) {
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
    void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, flags, fd, (off_t)offset);
    *error = memory == MAP_FAILED ? -errno : 0;
    return memory == MAP_FAILED ? NULL : memory;
}

static inline void clinux_unmap(void *memory, size_t length) { (void)munmap(memory, length); }

// Indices that the kernel shares: what was written before `store` is seen by whoever sees the value with `load`.
static inline __attribute__((always_inline)) uint32_t clinux_load_acquire(const uint32_t *value) {
    return __atomic_load_n(value, __ATOMIC_ACQUIRE);
}

static inline __attribute__((always_inline)) uint32_t clinux_load_relaxed(const uint32_t *value) {
    return __atomic_load_n(value, __ATOMIC_RELAXED);
}

static inline __attribute__((always_inline)) void clinux_store_release(uint32_t *place, uint32_t value) {
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

// MARK: AF_XDP sockets (Documentation/networking/af_xdp.rst of the kernel)

enum { clinux_af_xdp = 44, clinux_sol_xdp = 283 };

static inline int clinux_xdp_register_umem(int fd, void *memory, size_t length, uint32_t chunk) {
    struct xdp_umem_reg request;
    memset(&request, 0, sizeof request);
    request.addr = (uintptr_t)memory;
    request.len = length;
    request.chunk_size = chunk;
    return (int)clinux_result(setsockopt(fd, clinux_sol_xdp, XDP_UMEM_REG, &request, sizeof request));
}

static inline int clinux_xdp_offsets(int fd, struct xdp_mmap_offsets *offsets) {
    socklen_t length = sizeof *offsets;
    int error = (int)clinux_result(getsockopt(fd, clinux_sol_xdp, XDP_MMAP_OFFSETS, offsets, &length));
    // Before Linux 5.4 a ring had no flags.
    return error ? error : length == sizeof *offsets ? 0 : -EOPNOTSUPP;
}

static inline int clinux_xdp_bind(int fd, int index, uint32_t queue, uint16_t flags) {
    struct sockaddr_xdp address;
    memset(&address, 0, sizeof address);
    address.sxdp_family = clinux_af_xdp;
    address.sxdp_ifindex = (uint32_t)index;
    address.sxdp_queue_id = queue;
    address.sxdp_flags = flags;
    return (int)clinux_result(bind(fd, (const struct sockaddr *)&address, sizeof address));
}

// Whether the device reads and writes the frames' memory itself.
static inline int clinux_xdp_is_zero_copy(int fd) {
    struct xdp_options options = {0};
    socklen_t length = sizeof options;
    return getsockopt(fd, clinux_sol_xdp, XDP_OPTIONS, &options, &length) == 0
        && options.flags & XDP_OPTIONS_ZEROCOPY;
}

// Counts since the socket was made; zeros when the kernel has none.
static inline struct xdp_statistics clinux_xdp_statistics(int fd) {
    struct xdp_statistics statistics;
    memset(&statistics, 0, sizeof statistics);
    socklen_t length = sizeof statistics;
    (void)getsockopt(fd, clinux_sol_xdp, XDP_STATISTICS, &statistics, &length);
    return statistics;
}

// Has the kernel look at the transmit ring.
static inline int clinux_xdp_kick_transmit(int fd) {
    return (int)clinux_result(sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0));
}

// Has the driver look at the fill ring.
static inline void clinux_xdp_kick_receive(int fd) { (void)recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL); }

// MARK: XDP programs (bpf(2)). <linux/bpf.h> cannot be included: libpcap's headers have another struct bpf_insn.

static inline int clinux_bpf(int command, void *attributes, unsigned int size) {
    return (int)clinux_result(syscall(SYS_bpf, command, attributes, size));
}

// A map from queues, 0 to `queues` - 1, to AF_XDP sockets.
static inline int clinux_xdp_make_map(uint32_t queues) {
    struct {
        uint32_t type, key_size, value_size, entries, flags;
    } request = {17 /* BPF_MAP_TYPE_XSKMAP */, sizeof(uint32_t), sizeof(int), queues, 0};
    return clinux_bpf(0 /* BPF_MAP_CREATE */, &request, sizeof request);
}

static inline int clinux_xdp_map_set(int map, uint32_t queue, int socket) {
    struct {
        uint32_t map, unused;
        uint64_t key, value, flags;
    } request = {(uint32_t)map, 0, (uintptr_t)&queue, (uintptr_t)&socket, 0};
    return clinux_bpf(2 /* BPF_MAP_UPDATE_ELEM */, &request, sizeof request);
}

struct clinux_bpf_instruction {
    uint8_t code;
    // The destination in the low four bits, the source in the high ones.
    uint8_t registers;
    int16_t offset;
    int32_t value;
};

// A program that gives each frame to the socket that `map` has for the frame's queue, or to the host's network stack
// when it has none.
static inline int clinux_xdp_load_program(int map) {
    struct clinux_bpf_instruction program[] = {
        {0x61, 0x12, 16, 0},   // r2 = the 32 bits at r1 + 16: struct xdp_md, rx_queue_index
        {0x18, 0x11, 0, map},  // r1 = map, 64 bits: two instructions
        {0, 0, 0, 0},
        {0xb7, 0x03, 0, 2},  // r3 = XDP_PASS, what to do without a socket
        {0x85, 0, 0, 51},    // r0 = bpf_redirect_map(r1, r2, r3)
        {0x95, 0, 0, 0},     // return r0
    };
    static const char license[] = "Apache-2.0";
    struct {
        uint32_t type, count;
        uint64_t instructions, license;
        uint32_t log_level, log_size;
        uint64_t log;
        uint32_t kernel_version, flags;
        char name[16];
    } request = {
        .type = 6 /* BPF_PROG_TYPE_XDP */, .count = sizeof program / sizeof program[0],
        .instructions = (uintptr_t)program, .license = (uintptr_t)license, .name = "apus_afxdp"};
    return clinux_bpf(5 /* BPF_PROG_LOAD */, &request, sizeof request);
}

enum {
    clinux_xdp_generic = 1 << 1,  // XDP_FLAGS_SKB_MODE
    clinux_xdp_native = 1 << 2,   // XDP_FLAGS_DRV_MODE
};

// Attaches `program` to device `index` of the thread's namespace for as long as the returned descriptor is open.
static inline int clinux_xdp_attach(int program, int index, uint32_t mode) {
    struct {
        uint32_t program, index, type, flags;
    } request = {(uint32_t)program, (uint32_t)index, 37 /* BPF_XDP */, mode};
    return clinux_bpf(28 /* BPF_LINK_CREATE */, &request, sizeof request);
}
