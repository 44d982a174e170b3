// Writes a capture file with 60-byte frames of many flows, for switches that are measured from memory to memory.
//
//   capture FILE flows FLOWS HOSTS       a frame of each flow, in an order that looks random
//   capture FILE zipf FLOWS HOSTS DRAWS  so many frames, the n-th flow in proportion to 1/n
//   capture FILE hosts HOSTS             a broadcast from each host behind the second port
//   capture FILE endless FLOWS HOSTS     the same as 'flows' again and again, until the reader of a pipe is gone
//
// Flow f goes from 10.96.0.1 to 10.0.0.0 + f, from UDP port f / 65536 to f % 65536, between the hosts f % HOSTS of
// both ports. Host h has the address 02:00:00:01:hh:hh behind the second port and 02:00:00:02:hh:hh behind the first.
#define _GNU_SOURCE
#include "frames.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { length = 60, record = 16 + length };

static FILE *file;

// The number of bytes that a pipe is made to hold: the most that the kernel gives.
enum { pipe_bytes = 1 << 20 };

static void put_number(uint8_t *bytes, uint32_t value) { memcpy(bytes, &value, 4); }

static void write_all(const void *bytes, size_t count) {
  if (fwrite(bytes, 1, count, file) != count) perror("capture"), exit(1);
}

static void write_flow(uint32_t number, uint32_t hosts) {
  uint8_t bytes[record] = {0};
  uint32_t host = number % hosts;
  struct flow flow = {.to = {2, 0, 0, 1}, .from = {2, 0, 0, 2}, .source = 0x0a600001,
                      .destination = 0x0a000000 + (number & 0xffffff), .from_port = (uint16_t)(number >> 16),
                      .to_port = (uint16_t)number};
  put16(flow.to + 4, host);
  put16(flow.from + 4, host);
  put_number(bytes + 8, length), put_number(bytes + 12, length);
  make_frame(bytes + 16, length, &flow);
  write_all(bytes, record);
}

static void write_host(uint32_t host) {
  uint8_t bytes[record] = {0};
  struct flow flow = {.to = {255, 255, 255, 255, 255, 255}, .from = {2, 0, 0, 1}};
  put16(flow.from + 4, host);
  put_number(bytes + 8, length), put_number(bytes + 12, length);
  make_frame(bytes + 16, length, &flow);
  // IEEE 802, clause 9.2.3: an EtherType for experiments.
  put16(bytes + 16 + 12, 0x88b5);
  write_all(bytes, record);
}

// The numbers from 0 to `count` - 1 in an order that looks random (Fisher and Yates).
static uint32_t *shuffled(uint32_t count) {
  uint32_t *numbers = malloc(sizeof *numbers * count);
  if (!numbers) perror("capture"), exit(1);
  for (uint32_t i = 0; i < count; i++) numbers[i] = i;
  for (uint32_t i = count - 1; i > 0; i--) {
    uint32_t j = (uint32_t)(scatter(i) % (i + 1)), other = numbers[j];
    numbers[j] = numbers[i], numbers[i] = other;
  }
  return numbers;
}

// Flows stand in the order of their rank for Zipf's law, so that neighbours are of all masks.
static void write_zipf(uint32_t flows, uint32_t hosts, uint32_t draws) {
  double *sums = malloc(sizeof *sums * flows), sum = 0;
  if (!sums) perror("capture"), exit(1);
  for (uint32_t i = 0; i < flows; i++) sums[i] = sum += 1.0 / (i + 1);
  for (uint32_t draw = 0; draw < draws; draw++) {
    double wanted = sum * (double)(scatter(draw) >> 11) * 0x1p-53;
    uint32_t low = 0, high = flows - 1;
    while (low < high) {
      uint32_t middle = (low + high) / 2;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    write_flow(low, hosts);
  }
}

int main(int count, char **words) {
  const char *kind = count > 3 ? words[2] : "";
  uint32_t first = count > 3 ? (uint32_t)strtoul(words[3], NULL, 10) : 0;
  uint32_t second = count > 4 ? (uint32_t)strtoul(words[4], NULL, 10) : 0;
  uint32_t third = count > 5 ? (uint32_t)strtoul(words[5], NULL, 10) : 0;
  int endless = !strcmp(kind, "endless"), flows = endless || !strcmp(kind, "flows");
  int zipf = !strcmp(kind, "zipf"), hosts = !strcmp(kind, "hosts");
  if (!first || count != 4 + flows + 2 * zipf || !(flows || zipf || hosts) || (!hosts && !second) || (zipf && !third)) {
    fputs("usage: capture FILE flows|endless FLOWS HOSTS | zipf FLOWS HOSTS DRAWS | hosts HOSTS\n", stderr);
    return 1;
  }
  // The reader of a pipe may go.
  signal(SIGPIPE, SIG_DFL);
  file = fopen(words[1], "wb");
  if (!file) return perror(words[1]), 1;
  setvbuf(file, NULL, _IOFBF, 1 << 16);
  // The header of a capture file, version 2.4, microseconds, Ethernet.
  write_all((uint32_t[]){0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1}, 24);
  if (hosts) for (uint32_t i = 0; i < first; i++) write_host(i);
  if (zipf) write_zipf(first, second, third);
  if (flows) {
    uint32_t *numbers = shuffled(first);
    // What is written again and again is made once.
    FILE *out = file;
    char *all = NULL;
    size_t size = 0;
    if (endless && !(file = open_memstream(&all, &size))) return perror("capture"), 1;
    for (uint32_t i = 0; i < first; i++) write_flow(numbers[i], second);
    if (endless) {
      if (fclose(file) || fflush(out)) return perror("capture"), 1;
      fcntl(fileno(out), F_SETPIPE_SZ, pipe_bytes);
      for (size_t done = 0;; done %= size) {
        size_t rest = size - done;
        ssize_t count = write(fileno(out), all + done, rest < pipe_bytes ? rest : pipe_bytes);
        if (count < 0) return perror(words[1]), 1;
        done += (size_t)count;
      }
    }
  }
  if (fclose(file)) return perror(words[1]), 1;
  return 0;
}
