"""What a switch that is measured has to say of itself, and what several of them share."""
import os

from lab import Failure, wait_until
from testbed import PORTS


class Peer:
    """A way to set up a switch. `start` makes it carry frames between the devices of a `Testbed`, and returns the
    process that does, or None when the kernel does."""
    name = title = ""
    attachment = "veth"
    # What of the set-up matters to its speed, for the tables.
    options = ""
    # Debian packages that it needs.
    packages = ()
    # Whether hosts may leave checksums and segmentation to what is behind their device.
    offloads = True
    # Whether it moves its TAP devices to the hosts by itself.
    places_taps = False
    # Whether there is nothing between the hosts.
    joins_hosts = False
    # Whether guests listen at the sockets of their devices, and the switch connects.
    connects = False
    # Huge pages that it reserves for itself.
    huge_mebibytes = 0
    # Seconds that setting it up takes, about.
    starts_in = 1.0
    # Whether it is this project's switch.
    ours = False
    # Works that say nothing of it.
    skips = ()

    def start(self, bed):
        raise NotImplementedError


# From each port to the other.
CROSSED = ["in_port=1,actions=output:2", "in_port=2,actions=output:1"]


class RulePeer(Peer):
    """A switch with OpenFlow rules whose ports can be changed while it runs."""
    # Different frames that a port can hold for `add_source`; more come through a pipe.
    most_frames = None

    def openflow_socket(self, bed):
        return f"{bed.directory}/br0.mgmt"

    def load_rules(self, bed, path, seconds=300.0):
        """Adds the rules of a file, the way that is fastest with this switch's own client."""
        raise NotImplementedError

    def clear_rules(self, bed):
        raise NotImplementedError

    def use_rules(self, bed, rules):
        """Has these rules and no others."""
        path = f"{bed.directory}/rules"
        with open(path, "w", encoding="ascii") as file:
            file.write("".join(f"{rule}\n" for rule in rules))
        self.clear_rules(bed)
        self.load_rules(bed, path)

    def counts(self, bed, number):
        """Frames received and sent by a port."""
        raise NotImplementedError

    def add_source(self, bed, capture):
        """Adds port 1 of a memory set-up, which receives the frames of a capture again and again."""
        raise NotImplementedError

    def remove_source(self, bed):
        raise NotImplementedError

    def settle(self, bed):
        """Called when there are new rules and many flows are to come, for what is then done by hand."""


def wait_for_start(bed, process, condition, what, seconds=10):
    """Waits for a switch to be up. When it ends instead, the error has the end of its log."""
    def check():
        if process.poll() is not None:
            with open(f"{bed.directory}/log", encoding="utf-8", errors="replace") as file:
                raise Failure(f"{bed.peer.name} has ended: {file.read().strip()[-300:]}")
        return condition()
    wait_until(check, f"{bed.peer.name}: {what}", seconds)


def has_taps(bed):
    """Whether both ports are there as devices of the switch's namespace."""
    with open(f"/proc/{bed.space.pid}/net/dev", encoding="ascii") as file:
        text = file.read()
    return all(f"{port}:" in text for port in PORTS)


def frame_counts(dump_ports):
    """Frames received and sent by the only port in the answer to `dump-ports`."""
    return tuple(int(dump_ports.partition(f"{way} pkts=")[2].partition(",")[0]) for way in ("rx", "tx"))


def make_pipe(path):
    """A pipe that is there in place of a capture file."""
    if os.path.exists(path):
        os.remove(path)
    os.mkfifo(path)
