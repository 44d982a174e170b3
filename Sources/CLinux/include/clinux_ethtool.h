#pragma once

#include "clinux_link.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>

// The value that the ethtool request `command` has for device `name` of `fd`'s namespace. -EOPNOTSUPP when the driver
// has none.
static inline long clinux_ethtool_value(int fd, const char *name, uint32_t command) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    struct ethtool_value value = {.cmd = command, .data = 0};
    request.ifr_data = (char *)&value;
    error = (int)clinux_result(ioctl(fd, SIOCETHTOOL, &request));
    return error ? error : (long)value.data;
}

struct clinux_queues {
    uint32_t receive, transmit;
};

// How many queues device `name` receives and sends by; 0 when the driver does not say.
static inline struct clinux_queues clinux_ethtool_queues(int fd, const char *name) {
    struct clinux_queues queues = {0, 0};
    struct ifreq request;
    if (clinux_link_request(&request, name)) return queues;
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
    request.ifr_data = (char *)&channels;
    if (ioctl(fd, SIOCETHTOOL, &request)) return queues;
    queues.receive = channels.rx_count + channels.combined_count;
    queues.transmit = channels.tx_count + channels.combined_count;
    return queues;
}
