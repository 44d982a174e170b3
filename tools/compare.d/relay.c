// The ceiling for a switch between TAP devices: carries frames between two of them and does nothing else.
//
//   relay DEVICE DEVICE
//
// As the switch's own TAP ports: virtio headers with all offloads, one non-blocking read and one write for a
// frame, 32 frames at a time, asleep in epoll when there are none. No lookup, no learning, no counters.
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { batch = 32, room = 12 + 14 + 65536, header = 12 };

static uint8_t frames[batch][room];
static ssize_t lengths[batch];

static int open_tap(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), size = header;
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  unsigned udp = 0x20 | 0x40;  // USO4 and USO6, since Linux 6.2
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETVNETHDRSZ, &size) ||
      (ioctl(fd, TUNSETOFFLOAD, tcp | udp) && ioctl(fd, TUNSETOFFLOAD, tcp))) {
    fprintf(stderr, "relay: %s: %s\n", name, strerror(errno));
    _exit(1);
  }
  return fd;
}

int main(int count, char **words) {
  if (count != 3) {
    fputs("usage: relay DEVICE DEVICE\n", stderr);
    return 1;
  }
  int taps[2] = {open_tap(words[1]), open_tap(words[2])}, sleeper = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    if (epoll_ctl(sleeper, EPOLL_CTL_ADD, taps[i], &event)) return 1;
  }
  for (;;) {
    struct epoll_event ready[2];
    int number = epoll_wait(sleeper, ready, 2, -1);
    for (int i = 0; i < number; i++) {
      int from = taps[ready[i].data.u32], to = taps[1 - ready[i].data.u32], read_count = 0;
      while (read_count < batch && (lengths[read_count] = read(from, frames[read_count], room)) > 0) read_count++;
      for (int j = 0; j < read_count; j++) {
        // A device that is down or full loses the frame.
        if (write(to, frames[j], (size_t)lengths[j]) < 0) continue;
      }
    }
  }
}
