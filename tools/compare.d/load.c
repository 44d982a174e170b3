// Sends frames at a rate, or as fast as it goes, for a time. Prints a line of JSON.
//
//   load device DEVICE TO-MAC FROM-MAC LENGTH PATTERN RATE SECONDS
//       A host with a network device: a packet socket with a transmit ring, past the queueing discipline.
//       "sent": frames that the device was given, those that its full queue threw away among them. The kernel leaves such
//       a frame in the ring and sends it with the next call: then it is another one.
//   load taps DEVICE DEVICE TO-MAC FROM-MAC LENGTH PATTERN RATE SECONDS
//       A virtual machine monitor: writes to the one TAP device and reads from the other.
//       "received": what came until 50 ms behind the last frame; "carried": a second, between two points in time.
//
// LENGTH is in bytes, without the check sequence; RATE is in frames a second, 0 for no limit. PATTERN is how frames
// differ: 'one' (not at all), 'new' (addresses and ports look random), 'scan' (one destination port after the other),
// or 'tuples': single bits of the addresses and ports of three rules are turned, so that each frame needs other bits
// to be told apart from what the rules want (32 x 16 x 16 ways).
#include "frames.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { batch = 32, ring_slots = 1024, slot_bytes = 2048, header = sizeof(struct virtio_net_hdr) };

enum pattern { one, new, scan, tuples };
static const char *const pattern_names[] = {"one", "new", "scan", "tuples"};

struct load {
  struct flow flow;
  enum pattern pattern;
  unsigned length;
  double rate, seconds;
};

// Frame number `number` of a load.
static void make_numbered(uint8_t *frame, const struct load *load, uint64_t number) {
  struct flow flow = load->flow;
  uint64_t random;
  switch (load->pattern) {
  case one: break;
  case new:
    random = scatter(number);
    flow.source = 0x0a620000 | (random & 0xffff), flow.destination = 0x0a630000 | (random >> 16 & 0xffff);
    flow.from_port = (uint16_t)(random >> 32), flow.to_port = (uint16_t)(random >> 48);
    break;
  case scan: flow.to_port = (uint16_t)number; break;
  case tuples:
    flow.source = 0x0a630001 ^ 1u << number % 32;
    flow.from_port = (uint16_t)(12345 ^ 1u << number / 32 % 16);
    flow.to_port = (uint16_t)(80 ^ 1u << number / 512 % 16);
  }
  make_frame(frame, load->length, &flow);
}

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

// How many frames may be sent now, from 0 to `batch`.
static unsigned allowance(const struct load *load, double elapsed, uint64_t sent) {
  if (load->rate <= 0) return batch;
  double due = elapsed * load->rate - (double)sent;
  return due >= batch ? batch : due < 1 ? 0 : (unsigned)due;
}

// Lets the kernel send what is in the ring. Returns how many frames were thrown away because the device's queue was full: 1
// at most, as the call ends there and leaves the rest of the ring for the next one.
static unsigned kick(int fd) {
  if (send(fd, NULL, 0, MSG_DONTWAIT) >= 0 || errno == EAGAIN) return 0;
  if (errno != ENOBUFS) fail("send");
  return 1;
}

static void send_by_device(const struct load *load, const char *device) {
  int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1, version = TPACKET_V2;
  if (fd < 0) fail("socket");
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) fail("PACKET_VERSION");
  if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one)) fail("PACKET_QDISC_BYPASS");
  if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one)) fail("PACKET_VNET_HDR");
  struct tpacket_req request = {.tp_block_size = 1 << 16, .tp_block_nr = ring_slots * slot_bytes >> 16,
                                .tp_frame_size = slot_bytes, .tp_frame_nr = ring_slots};
  if (setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &request, sizeof request)) fail("PACKET_TX_RING");
  uint8_t *ring = mmap(NULL, ring_slots * slot_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (ring == MAP_FAILED) fail("mmap");
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(device)};
  if (!address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof address)) fail(device);

  unsigned data = TPACKET_ALIGN(sizeof(struct tpacket2_hdr)), next = 0, lost = 0;
  // A header length of the whole frame makes the kernel copy it into one piece, as small frames mostly are.
  struct virtio_net_hdr whole = {.hdr_len = (uint16_t)load->length};
  uint64_t sent = 0;
  double start = now(), elapsed = 0;
  for (; elapsed < load->seconds; elapsed = now() - start) {
    unsigned count = allowance(load, elapsed, sent), filled = 0;
    for (; filled < count; filled++) {
      volatile struct tpacket2_hdr *slot = (void *)(ring + next * slot_bytes);
      if (slot->tp_status & (TP_STATUS_SEND_REQUEST | TP_STATUS_SENDING)) break;
      memcpy((uint8_t *)slot + data, &whole, header);
      make_numbered((uint8_t *)slot + data + header, load, sent + filled);
      slot->tp_len = load->length + header;
      __atomic_store_n((uint32_t *)&slot->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
      next = (next + 1) % ring_slots;
    }
    // Nothing new, nothing full and nothing left over: it is too early for the next frame.
    lost = filled || count || lost ? kick(fd) : 0;
    sent += filled + lost;
  }
  // What is still in the ring counts as sent: it goes now.
  for (double end = now() + 0.05; now() < end;) kick(fd);
  printf("{\"sent\": %llu, \"seconds\": %.6f}\n", (unsigned long long)sent, elapsed);
}

static int open_tap(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), size = header;
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETVNETHDRSZ, &size)) fail(name);
  return fd;
}

static void send_by_taps(const struct load *load, const char *out, const char *in) {
  int writer = open_tap(out), reader = open_tap(in);
  uint8_t frame[slot_bytes] = {0}, buffer[1 << 17];
  // The switch learns where the receiver is.
  struct flow hello = {.to = {255, 255, 255, 255, 255, 255}};
  memcpy(hello.from, load->flow.to, 6);
  make_frame(frame + header, 60, &hello);
  if (write(reader, frame, header + 60) < 0) fail("write");
  usleep(20000);
  while (read(writer, buffer, sizeof buffer) > 0) {}
  while (read(reader, buffer, sizeof buffer) > 0) {}

  uint64_t sent = 0, received = 0, carried_from = 0;
  double start = now(), elapsed = 0, warm = load->seconds / 5, window_from = 0, window = 0;
  uint64_t carried = 0;
  while (elapsed < load->seconds + 0.05) {
    if (elapsed < load->seconds) {
      for (unsigned count = allowance(load, elapsed, sent); count; count--, sent++) {
        make_numbered(frame + header, load, sent);
        if (write(writer, frame, header + load->length) < 0 && errno != EAGAIN && errno != ENOBUFS) fail("write");
      }
    }
    for (int i = 0; i < batch; i++) {
      ssize_t length = read(reader, buffer, sizeof buffer);
      if (length < 0) break;
      received += length == (ssize_t)(header + load->length);
    }
    elapsed = now() - start;
    if (!window_from && elapsed >= warm) window_from = elapsed, carried_from = received;
    if (elapsed < load->seconds) window = elapsed - window_from, carried = received - carried_from;
  }
  printf("{\"sent\": %llu, \"seconds\": %.6f, \"received\": %llu, \"carried\": %.1f}\n", (unsigned long long)sent,
         load->seconds, (unsigned long long)received, window > 0 ? (double)carried / window : 0);
}

static int read_mac(const char *text, uint8_t *mac) {
  return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) == 6;
}

static int read_pattern(const char *text, enum pattern *pattern) {
  for (*pattern = one; *pattern <= tuples; ++*pattern)
    if (!strcmp(text, pattern_names[*pattern])) return 1;
  return 0;
}

int main(int count, char **words) {
  int taps = count == 10 && !strcmp(words[1], "taps");
  if (!taps && (count != 9 || strcmp(words[1], "device"))) {
    fputs("usage: load device DEVICE TO-MAC FROM-MAC LENGTH PATTERN RATE SECONDS\n"
          "       load taps DEVICE DEVICE TO-MAC FROM-MAC LENGTH PATTERN RATE SECONDS\n", stderr);
    return 1;
  }
  char **rest = words + 3 + taps;
  struct load load = {.flow = {.source = 0x0a610065, .destination = 0x0a610066, .from_port = 1024, .to_port = 9},
                      .length = (unsigned)atoi(rest[2]), .rate = atof(rest[4]), .seconds = atof(rest[5])};
  if (!read_mac(rest[0], load.flow.to) || !read_mac(rest[1], load.flow.from) || load.length < 60 ||
      load.length > 1514 || !read_pattern(rest[3], &load.pattern) || load.rate < 0 || load.seconds <= 0) {
    fputs("load: a MAC address, LENGTH (60 to 1514), PATTERN (one, new, scan, tuples), RATE or SECONDS is wrong\n",
          stderr);
    return 1;
  }
  if (taps) send_by_taps(&load, words[2], words[3]);
  else send_by_device(&load, words[2]);
}
