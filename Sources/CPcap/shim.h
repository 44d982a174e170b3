// libpcap: reading and writing capture files.
#pragma once

#include <pcap/pcap.h>
#include <stdint.h>

// A record's time in nanoseconds, when the file was opened with nanosecond precision.
static inline uint64_t cpcap_nanoseconds(const struct pcap_pkthdr *header) {
    return (uint64_t)header->ts.tv_sec * 1000000000u + (uint64_t)header->ts.tv_usec;
}

static inline void cpcap_dump(pcap_dumper_t *dumper, uint64_t nanoseconds, const void *frame, uint32_t length) {
    struct pcap_pkthdr header;
    header.ts.tv_sec = (time_t)(nanoseconds / 1000000000u);
    header.ts.tv_usec = (suseconds_t)(nanoseconds % 1000000000u);
    header.caplen = length;
    header.len = length;
    pcap_dump((u_char *)dumper, &header, (const u_char *)frame);
}
