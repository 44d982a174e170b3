"""Two hosts and a switch between them: three namespaces, and the devices between these.

`attachment` says what lies between a host and the switch:

veth    the host has one end of a veth pair, the switch opens the other
tap     the switch holds a TAP device, the host sees its interface
vm      a program holds a TAP device as a virtual machine monitor does, the switch opens its interface; there is no
        network stack at the far end, so nothing but frames can be measured
vhost   two virtual machines share their memory with the switch, by sockets with the ports' names; the works start
        them (`guests.py`)
memory  no hosts; frames come from a file in memory and end nowhere. Port 1 is added by the works, each with its
        capture; behind port 2 are the hosts of `learned`; nothing is to get to port 3
"""
import os
import time

from lab import Failure, Namespace, wait_until
from traffic import HOSTS, capture

SWITCH_CPU = 0
HOST_CPU = 1
PORTS = ("pa", "pb")
# Ports of whoever attacks: where the frames come in and where they go.
ATTACKER_PORTS = ("pc", "pd")
# The third port of a memory set-up: no frame is to get there.
WRONG_PORT = "pc"
# Addresses that no device has: the receiver counts the frames and its network stack looks no further.
LOAD_MACS = ("02:00:00:00:97:01", "02:00:00:00:97:02")
# Of a process's clock, clock_getcpuclockid(3): what the scheduler has counted, in nanoseconds.
CPUCLOCK_SCHED = 2
OFFLOADS = ["tx", "off", "tso", "off", "gso", "off", "gro", "off"]


class Host:
    def __init__(self, namespace, device, address):
        self.namespace, self.device, self.address = namespace, device, address

    def settle(self):
        self.namespace.ip(f"link set dev {self.device} up",
                          f"address add {self.address}/24 dev {self.device}")


class Testbed:
    def __init__(self, lab, peer, pinned=True, attacked=False):
        self.lab, self.peer, self.pinned = lab, peer, pinned
        self.attachment = peer.attachment
        self.ports = PORTS + (ATTACKER_PORTS if attacked else ())
        if self.attachment == "memory":
            self.ports += (WRONG_PORT,)
            # A capture with a frame from each host that is behind port 2.
            self.learned = capture(lab, "hosts", HOSTS)
        self.switch_cpus = {SWITCH_CPU} if pinned else None
        self.host_cpus = {HOST_CPU} if pinned else None
        # Where a switch that polls on its processor has its other threads.
        self.housekeeping_cpus = {HOST_CPU} if pinned else None
        self.directory = os.path.join(lab.directory, peer.name)
        os.mkdir(self.directory)
        self.space = Namespace(lab)
        self.switch = None
        self.hosts = []
        if self.attachment in ("veth", "tap"):
            self.hosts = [Host(Namespace(lab), port, f"10.97.0.{i + 1}") for i, port in enumerate(PORTS)]
        # Its network stack is not to see what the switch sends to its second device.
        self.attacker = Namespace(lab) if attacked else None
        self._start()

    def _start(self):
        if self.attachment == "vm":
            for port in PORTS:
                self.space.ip(f"tuntap add dev {port} mode tap vnet_hdr", f"link set dev {port} up")
        if self.attachment == "veth":
            for host in self.hosts:
                host.device = "eth0"
            if self.peer.joins_hosts:
                a, b = self.hosts
                a.namespace.ip(f"link add eth0 type veth peer name eth0 netns {b.namespace.pid}")
            else:
                for port, host in zip(PORTS, self.hosts):
                    self._connect(port, "eth0", host.namespace)
        if self.attacker:
            for i, port in enumerate(ATTACKER_PORTS):
                self._connect(port, f"eth{i}", self.attacker)
                self.attacker.ip(f"link set dev eth{i} up")
                if not self.peer.offloads:
                    self.attacker.run(["ethtool", "-K", f"eth{i}", "tx", "off", "txvlan", "off"])
        # The peer says which of its processes carries the frames; none when the kernel does.
        self.switch = self.peer.start(self)
        if self.attachment == "tap" and not self.peer.places_taps:
            for port, host in zip(PORTS, self.hosts):
                self.space.ip(f"link set dev {port} netns {host.namespace.pid}")
        for host in self.hosts:
            host.settle()
            if not self.peer.offloads:
                self.set_offloads(host, "tx", "off", "txvlan", "off")
        if self.hosts:
            self._wait_for_exchange()
            self._announce()

    def _connect(self, port, device, namespace):
        self.space.ip(f"link add {port} type veth peer name {device} netns {namespace.pid}",
                      f"link set dev {port} up")

    def set_offloads(self, host, *words):
        host.namespace.run(["ethtool", "-K", host.device, *words])

    def offloads_off(self):
        for host in self.hosts:
            self.set_offloads(host, *OFFLOADS)

    def spawn_switch(self, command, cpus="switch", log="log", **options):
        """Starts a process of the switch in the middle namespace, by default on the switch's processor. What it says
        goes into the file `log`."""
        cpus = self.switch_cpus if cpus == "switch" else cpus
        with open(f"{self.directory}/{log}", "wb") as file:
            return self.lab.spawn(self.space.enter(command), cpus, stdout=file, stderr=file, **options)

    def host_command(self, index, command):
        return self.hosts[index].namespace.enter(command)

    def ask(self, seconds):
        """Exchanges datagrams between the hosts, one at a time."""
        return self.lab.run_json(
            self.host_command(0, [self.lab.program("exchange"), "ask", self.hosts[1].address, "9797", str(seconds)]),
            cpus=self.host_cpus)

    def answering(self):
        """Starts what answers on the second host."""
        return self.lab.spawn(self.host_command(1, [self.lab.program("exchange"), "answer", "9797"]), self.host_cpus)

    def _wait_for_exchange(self):
        process = self.answering()
        try:
            wait_until(lambda: self.ask(0.01)["count"] > 0, f"{self.peer.name}: no datagram passes", 15)
        finally:
            self.lab.end(process)

    def _announce(self):
        """Lets the switch learn where the addresses of the load are: a broadcast from each."""
        for host, mac in zip(self.hosts, LOAD_MACS):
            frame = b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) + b"\x88\xb5" + bytes(46)
            host.namespace.send(host.device, frame)
        time.sleep(0.02)

    def cpu_seconds(self):
        """Processor time that the switch's process has used, also by threads that have ended, or None when it has no
        process of its own."""
        if self.switch is None:
            return None
        if self.switch.poll() is not None:
            raise Failure(f"{self.peer.name} has ended with status {self.switch.returncode}")
        return time.clock_gettime(~self.switch.pid << 3 | CPUCLOCK_SCHED)
