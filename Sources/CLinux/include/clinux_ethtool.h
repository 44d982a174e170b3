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

// How many queues device `name` receives by.
static inline long clinux_ethtool_receive_queues(int fd, const char *name) {
    struct ifreq request;
    int error = clinux_link_request(&request, name);
    if (error) return error;
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
    request.ifr_data = (char *)&channels;
    error = (int)clinux_result(ioctl(fd, SIOCETHTOOL, &request));
    return error ? error : (long)channels.rx_count + (long)channels.combined_count;
}
