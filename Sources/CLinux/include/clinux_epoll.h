#pragma once

#include "clinux_base.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

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

// Takes one event that is there and forgets it; how many there were, 0 or 1.
static inline int clinux_epoll_forget(int epoll) {
    struct epoll_event event;
    return (int)clinux_result(epoll_wait(epoll, &event, 1, 0));
}

static inline size_t clinux_epoll_event_size(void) { return sizeof(struct epoll_event); }

static inline uint64_t clinux_epoll_tag(const void *events, int index) {
    return ((const struct epoll_event *)events)[index].data.u64;
}

static inline uint32_t clinux_epoll_events(const void *events, int index) {
    return ((const struct epoll_event *)events)[index].events;
}

static inline int clinux_eventfd(void) { return (int)clinux_result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

// Sleeps until `fd` is readable or a signal came.
static inline void clinux_wait_readable(int fd) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    (void)poll(&wanted, 1, -1);
}

// Whether `fd` is readable now.
static inline int clinux_is_readable(int fd) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    return poll(&wanted, 1, 0) > 0;
}

// A descriptor of process `pid`, readable when that has ended. Linux 5.3.
static inline int clinux_process(int pid) { return (int)clinux_result(syscall(434 /* SYS_pidfd_open */, pid, 0)); }

static inline int clinux_timerfd(void) {
    return (int)clinux_result(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
}

// Makes `fd` readable at `nanoseconds` of CLOCK_MONOTONIC, or never when that is 0.
static inline int clinux_timerfd_set(int fd, uint64_t nanoseconds) {
    struct itimerspec when;
    memset(&when, 0, sizeof when);
    when.it_value.tv_sec = (time_t)(nanoseconds / 1000000000u);
    when.it_value.tv_nsec = (long)(nanoseconds % 1000000000u);
    return (int)clinux_result(timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL));
}
