#pragma once

#include "clinux_base.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static inline int clinux_epoll_create(void) { return (int)clinux_result(epoll_create1(EPOLL_CLOEXEC)); }

static inline int clinux_epoll_control(int epoll, int operation, int fd, uint32_t events, uint64_t tag) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = tag;
    return (int)clinux_result(epoll_ctl(epoll, operation, fd, &event));
}

// `events` has room for `capacity` struct epoll_event. `timeout` in milliseconds, -1 for ever.
static inline int clinux_epoll_wait(int epoll, void *events, int capacity, int timeout) {
    return (int)clinux_result(epoll_wait(epoll, (struct epoll_event *)events, capacity, timeout));
}

static inline size_t clinux_epoll_event_size(void) { return sizeof(struct epoll_event); }

static inline uint64_t clinux_epoll_tag(const void *events, int index) {
    return ((const struct epoll_event *)events)[index].data.u64;
}

static inline uint32_t clinux_epoll_events(const void *events, int index) {
    return ((const struct epoll_event *)events)[index].events;
}

static inline int clinux_eventfd(void) { return (int)clinux_result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }
