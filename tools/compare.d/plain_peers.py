"""The peers that need little setting up: nothing at all, the kernel's bridge, vde_switch, the bare C loop."""
import os
import subprocess

from hugepages import HugePages
from lab import need_program
from peer import Peer, has_taps, wait_for_start
from testbed import HOST_CPU, PORTS, SWITCH_CPU


class Direct(Peer):
    name, title = "direct-veth", "no switch"
    options = "one veth pair from host to host: the most that hosts and generator can do"
    joins_hosts = True
    skips = ("idle", "lossfree", "double", "load")

    def start(self, bed):
        return None


class Bridge(Peer):
    title = "Linux bridge"
    options = "stp_state 0, mcast_snooping 0; works in the sender's context"

    def __init__(self, attachment):
        self.name, self.attachment = f"bridge-{attachment}", attachment

    def start(self, bed):
        bed.space.ip("link add name br0 type bridge stp_state 0 mcast_snooping 0 forward_delay 0",
                     "link set dev br0 up", *(f"link set dev {port} master br0" for port in PORTS))
        return None


class VDE(Peer):
    name, title, attachment = "vde-tap", "vde_switch", "tap"
    options = "--tap for each port"
    packages = ("vde-switch",)

    def start(self, bed):
        need_program("vde_switch")
        # It ends when its standard input does.
        process = bed.spawn_switch(
            ["vde_switch", "--sock", os.path.join(bed.directory, "vde"), "--tap", PORTS[0], "--tap", PORTS[1]],
            stdin=subprocess.PIPE)
        wait_for_start(bed, process, lambda: has_taps(bed), "no TAP devices")
        return process


class Relay(Peer):
    name, title, attachment = "relay-tap", "bare C loop", "tap"
    options = "tools/compare.d/relay.c: reads and writes as a TAP port of apusd does, looks at nothing"

    def start(self, bed):
        process = bed.spawn_switch([bed.lab.program("relay"), *PORTS])
        wait_for_start(bed, process, lambda: has_taps(bed), "no TAP devices")
        return process


class Testpmd(Peer):
    name, title, attachment = "testpmd-vhost", "dpdk-testpmd", "vhost"
    options = "--forward-mode=io of net_vhost: polls, passes on each frame to the other port, looks at nothing"
    packages = ("dpdk-dev", "librte-bus-vdev23", "librte-mempool-ring23", "librte-net-vhost23", "librte-net-virtio23")
    starts_in = 3.0
    huge_mebibytes = 256
    skips = ("guest-flood", "guest-normal")

    def start(self, bed):
        need_program("dpdk-testpmd")
        HugePages.reserve(self.huge_mebibytes)
        devices = [f"--vdev=net_vhost{i},iface={bed.directory}/{port}" for i, port in enumerate(PORTS)]
        process = bed.spawn_switch(
            ["dpdk-testpmd", f"--lcores=0@{HOST_CPU},1@{SWITCH_CPU}", "--no-pci", "--no-telemetry",
             "-m", str(self.huge_mebibytes), "--file-prefix=apus-compare", f"--huge-dir={HugePages.mount(bed, 'huge')}", *devices,
             "--", "--forward-mode=io", "--auto-start", "--total-num-mbufs=16384"], cpus=None, stdin=subprocess.PIPE)
        wait_for_start(bed, process, lambda: all(os.path.exists(f"{bed.directory}/{port}") for port in PORTS), "no sockets")
        return process
