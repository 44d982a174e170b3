"""What a switch that is measured has to say of itself, and what several of them share."""
import struct

from lab import Failure, wait_until
from testbed import LOAD_MACS, PORTS

# Flows of the works with many of them: UDP source ports from FIRST_PORT on.
FLOWS = 1000
FIRST_PORT = 1024


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
    # Seconds that setting it up takes, about.
    starts_in = 1.0
    # Whether it is this project's switch.
    ours = False

    def start(self, bed):
        raise NotImplementedError

    def memory_count(self, bed):
        """Frames that have left by the second port, of a switch that is attached to memory."""
        raise NotImplementedError


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


def transmitted(dump_ports):
    """Frames sent by the only port in the answer to `dump-ports`."""
    return int(dump_ports.partition("tx pkts=")[2].partition(",")[0])


def frame(flow):
    """The shortest frame of load.c, 60 bytes."""
    to, source = (bytes.fromhex(mac.replace(":", "")) for mac in reversed(LOAD_MACS))
    addresses = bytes([10, 97, 0, 101, 10, 97, 0, 102])
    header = struct.pack("!BBHHHBBH", 0x45, 0, 46, 0, 0, 64, 17, 0) + addresses
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xffff) + (total >> 16)
    header = header[:10] + struct.pack("!H", ~((total & 0xffff) + (total >> 16)) & 0xffff) + header[12:]
    return to + source + b"\x08\x00" + header + struct.pack("!HHHH", FIRST_PORT + flow, 9, 26, 0) + bytes(18)


def write_capture(path):
    """A capture file with a frame of each flow."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for flow in range(FLOWS):
            data = frame(flow)
            file.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)


def write_rules(path, kind):
    """Rules from port 1 to port 2: `one` for all, or an `exact` one for each flow."""
    with open(path, "w", encoding="ascii") as file:
        if kind == "one":
            file.write("in_port=1,actions=output:2\n")
        else:
            file.writelines(
                f"priority=100,udp,in_port=1,nw_src=10.97.0.101,nw_dst=10.97.0.102,tp_src={FIRST_PORT + flow},"
                f"tp_dst=9,actions=output:2\n" for flow in range(FLOWS))
