// The frames that load.c sends and that capture.c writes: IPv4 with UDP, without an Ethernet trailer.
#include <stdint.h>
#include <string.h>
#include <time.h>

struct flow {
  uint8_t to[6], from[6];
  uint32_t source, destination;
  uint16_t from_port, to_port;
};

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline void put16(uint8_t *bytes, unsigned value) {
  bytes[0] = (uint8_t)(value >> 8), bytes[1] = (uint8_t)value;
}

static inline void put32(uint8_t *bytes, uint32_t value) {
  put16(bytes, value >> 16), put16(bytes + 2, value & 0xffff);
}

// Writes a frame of `length` bytes (60 to 1514). RFC 791 and RFC 768; the UDP checksum is 0, which means none.
static inline void make_frame(uint8_t *frame, unsigned length, const struct flow *flow) {
  memset(frame, 0, length);
  memcpy(frame, flow->to, 6);
  memcpy(frame + 6, flow->from, 6);
  frame[12] = 0x08;
  uint8_t *ip = frame + 14;
  unsigned bytes = length - 14;
  ip[0] = 0x45;
  put16(ip + 2, bytes);
  ip[8] = 64, ip[9] = 17;
  put32(ip + 12, flow->source);
  put32(ip + 16, flow->destination);
  uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  put16(ip + 10, ~((sum & 0xffff) + (sum >> 16)) & 0xffff);
  uint8_t *udp = ip + 20;
  put16(udp, flow->from_port);
  put16(udp + 2, flow->to_port);
  put16(udp + 4, bytes - 20);
}

// A number that looks random, the same for the same `n` (Steele, Lea, Flood: SplitMix, 2014).
static inline uint64_t scatter(uint64_t n) {
  n = (n + 1) * 0x9e3779b97f4a7c15u;
  n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
  n = (n ^ n >> 27) * 0x94d049bb133111ebu;
  return n ^ n >> 31;
}
