// The frames that load.c sends: IPv4 with UDP to an address that no host has, without an Ethernet trailer.
#include <stdint.h>
#include <string.h>
#include <time.h>

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Writes a frame of `length` bytes (60 to 1514) from `source` to `destination`. `flow` is its UDP source port
// less 1024. RFC 791 and RFC 768; the UDP checksum is 0, which means none.
static inline void make_frame(uint8_t *frame, unsigned length, const uint8_t *destination, const uint8_t *source,
                              unsigned flow) {
  memset(frame, 0, length);
  memcpy(frame, destination, 6);
  memcpy(frame + 6, source, 6);
  frame[12] = 0x08;
  uint8_t *ip = frame + 14;
  unsigned bytes = length - 14;
  ip[0] = 0x45;
  ip[2] = (uint8_t)(bytes >> 8), ip[3] = (uint8_t)bytes;
  ip[8] = 64, ip[9] = 17;
  memcpy(ip + 12, (uint8_t[]){10, 97, 0, 101, 10, 97, 0, 102}, 8);
  uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = ~((sum & 0xffff) + (sum >> 16));
  ip[10] = (uint8_t)(sum >> 8), ip[11] = (uint8_t)sum;
  uint8_t *udp = ip + 20;
  unsigned port = 1024 + flow;
  udp[0] = (uint8_t)(port >> 8), udp[1] = (uint8_t)port;
  udp[3] = 9;
  udp[4] = (uint8_t)((bytes - 20) >> 8), udp[5] = (uint8_t)(bytes - 20);
}
