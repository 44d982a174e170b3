// Round trips of UDP datagrams, one at a time.
//
//   exchange answer PORT                     sends every datagram back
//   exchange ask ADDRESS PORT SECONDS        prints a line of JSON; times in microseconds
//   exchange calibrate SECONDS               prints what a datagram from a process to itself takes, in ns
//
// Datagrams have 18 bytes, so that the frames are as short as Ethernet has them. A lost one counts as such and
// takes 200 ms.
#include "frames.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most = 4000000 };

static int compare(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static int answer(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address)) return perror("exchange: bind"), 1;
  for (;;) {
    char data[64];
    socklen_t size = sizeof address;
    ssize_t length = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&address, &size);
    if (length >= 0) sendto(fd, data, (size_t)length, 0, (struct sockaddr *)&address, size);
  }
}

static int ask(const char *host, int port, double seconds) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct timeval patience = {.tv_usec = 200000};
  if (fd < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
      connect(fd, (struct sockaddr *)&address, sizeof address) ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience))
    return perror("exchange: connect"), 1;
  float *times = malloc(sizeof(float) * most);
  if (!times) return 1;
  size_t count = 0;
  unsigned lost = 0;
  uint32_t number = 0;
  double start = now(), end = start;
  while (end - start < seconds && count < most) {
    uint32_t data[5] = {++number};
    double from = now();
    if (send(fd, data, 18, 0) < 0) return perror("exchange: send"), 1;
    ssize_t length;
    // An answer to an earlier datagram that was given up is passed over.
    do length = recv(fd, data, sizeof data, 0);
    while (length >= 0 && data[0] != number);
    end = now();
    if (length < 0) lost++;
    else times[count++] = (float)((end - from) * 1e6);
  }
  qsort(times, count, sizeof *times, compare);
  printf("{\"count\": %zu, \"lost\": %u, \"p50\": %.2f, \"p99\": %.2f}\n", count, lost,
         count ? times[count / 2] : 0, count ? times[count * 99 / 100] : 0);
  return 0;
}

static int calibrate(double seconds) {
  int pair[2];
  char data[64] = {0};
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) return perror("exchange: socketpair"), 1;
  double start = now(), end;
  unsigned long count = 0;
  do {
    for (int i = 0; i < 100; i++, count++)
      if (write(pair[0], data, sizeof data) < 0 || read(pair[1], data, sizeof data) < 0) return 1;
    end = now();
  } while (end - start < seconds);
  printf("{\"ns\": %.1f}\n", (end - start) * 1e9 / (double)count);
  return 0;
}

int main(int count, char **words) {
  if (count == 3 && !strcmp(words[1], "answer")) return answer(atoi(words[2]));
  if (count == 5 && !strcmp(words[1], "ask")) return ask(words[2], atoi(words[3]), atof(words[4]));
  if (count == 3 && !strcmp(words[1], "calibrate")) return calibrate(atof(words[2]));
  fputs("usage: exchange answer PORT | ask ADDRESS PORT SECONDS | calibrate SECONDS\n", stderr);
  return 1;
}
