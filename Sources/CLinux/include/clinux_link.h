#pragma once

#include "clinux_base.h"

#include <linux/netlink.h>
#include <net/if.h>  // never <linux/if.h>: it redefines types of the Glibc module
#include <net/if_arp.h>

static inline int clinux_link_request(struct ifreq *request, const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length >= IFNAMSIZ) return -ENAMETOOLONG;
    memset(request, 0, sizeof *request);
    memcpy(request->ifr_name, name, length);
    return 0;
}

// `fd` is any socket of the namespace that the device `name` lives in.

static inline int clinux_link_set_mtu(int fd, const char *name, int mtu) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    request.ifr_mtu = mtu;
    return (int)clinux_result(ioctl(fd, SIOCSIFMTU, &request));
}

static inline int clinux_link_mtu(int fd, const char *name) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    error = (int)clinux_result(ioctl(fd, SIOCGIFMTU, &request));
    return error ? error : request.ifr_mtu;
}

static inline int clinux_link_index(int fd, const char *name) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    error = (int)clinux_result(ioctl(fd, SIOCGIFINDEX, &request));
    return error ? error : request.ifr_ifindex;
}

// `mac` in the low 48 bits, first byte highest.
static inline int clinux_link_set_mac(int fd, const char *name, uint64_t mac) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    for (int i = 0; i < 6; i++) request.ifr_hwaddr.sa_data[i] = (char)(mac >> (40 - 8 * i));
    return (int)clinux_result(ioctl(fd, SIOCSIFHWADDR, &request));
}

static inline long clinux_link_mac(int fd, const char *name) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    error = (int)clinux_result(ioctl(fd, SIOCGIFHWADDR, &request));
    if (error) return error;
    uint64_t mac = 0;
    for (int i = 0; i < 6; i++) mac = mac << 8 | (uint8_t)request.ifr_hwaddr.sa_data[i];
    return (long)mac;
}

// IFF_UP, IFF_RUNNING and so on.
static inline int clinux_link_flags(int fd, const char *name) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    error = (int)clinux_result(ioctl(fd, SIOCGIFFLAGS, &request));
    return error ? error : (uint16_t)request.ifr_flags;
}

static inline int clinux_link_set_up(int fd, const char *name, int up) {
    struct ifreq request;
    int flags = clinux_link_flags(fd, name);
    if (flags < 0) return flags;
    clinux_link_request(&request, name);
    request.ifr_flags = (short)(up ? flags | IFF_UP : flags & ~IFF_UP);
    return (int)clinux_result(ioctl(fd, SIOCSIFFLAGS, &request));
}

// A route netlink socket that hears of changes of links when `groups` is RTMGRP_LINK (1), of nothing when 0.
static inline int clinux_netlink_open(uint32_t groups) {
    int fd = (int)clinux_result(
        socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    if (fd < 0) return fd;
    struct sockaddr_nl address;
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    int error = (int)clinux_result(bind(fd, (const struct sockaddr *)&address, sizeof address));
    if (error == 0) return fd;
    close(fd);
    return error;
}

// One datagram of at most `capacity` bytes. A longer one, or one that the kernel did not send (any process may
// write to a netlink socket), is -EBADMSG.
static inline long clinux_netlink_receive(int fd, void *buffer, size_t capacity) {
    struct sockaddr_nl sender;
    memset(&sender, 0, sizeof sender);
    struct iovec part = {buffer, capacity};
    struct msghdr message = {
        .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part, .msg_iovlen = 1};
    ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);
    if (length < 0) return -(long)errno;
    return sender.nl_pid != 0 || (message.msg_flags & MSG_TRUNC) ? -EBADMSG : length;
}
