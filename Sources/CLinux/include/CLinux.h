// What Swift cannot import from Linux's headers: variadic calls, macros with casts, and what glibc declares
// only under _GNU_SOURCE (which the Glibc module is built without). No policy, and no state but what a signal handler needs.
//
// Calls return their result, or the errno negated, so that no Swift code runs between a call and its errno.
#pragma once

#include "clinux_base.h"

#include "clinux_epoll.h"
#include "clinux_ethtool.h"
#include "clinux_heap.h"
#include "clinux_link.h"
#include "clinux_packet.h"
#include "clinux_packet_ring.h"
#include "clinux_processor.h"
#include "clinux_thread.h"
#include "clinux_ticks.h"
#include "clinux_tun.h"
#include "clinux_unix.h"
#include "clinux_vhost.h"
#include "clinux_xdp.h"
