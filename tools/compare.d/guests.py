"""Two guests whose virtio devices are connected to the switch by shared memory: one dpdk-testpmd that drives both.

It polls on the hosts' processor, and its prompt does the measuring: doc/guides/testpmd_app_ug and nics/virtio of DPDK.
"""
import re
import subprocess
import time

from hugepages import HugePages
from lab import Failure, need_program, wait_until
from testbed import HOST_CPU, LOAD_MACS, PORTS

MEBIBYTES = 256
PROMPT = "testpmd> "
# Descriptors of a ring, what QEMU gives a device.
RING = 256


class Guests:
    def __init__(self, bed):
        self.bed = bed
        need_program("dpdk-testpmd")
        HugePages.reserve(MEBIBYTES + bed.peer.huge_mebibytes)
        devices = [f"--vdev=net_virtio_user{i},path={bed.directory}/{port},mac={mac},queue_size={RING}"
                   + (",server=1" if bed.peer.connects else "")
                   for i, (port, mac) in enumerate(zip(PORTS, LOAD_MACS))]
        with open(f"{bed.directory}/guests", "wb") as log:
            self.process = bed.lab.spawn(
                bed.space.enter(
                    ["stdbuf", "--output=0", "dpdk-testpmd", f"--lcores=0@{HOST_CPU},1@{HOST_CPU}", "--no-pci", "--no-telemetry",
                     "-m", str(MEBIBYTES), "--single-file-segments", "--file-prefix=apus-guests",
                     f"--huge-dir={HugePages.mount(bed, 'guests-huge')}", *devices, "--", "--interactive",
                     "--total-num-mbufs=16384", f"--txd={RING}", f"--rxd={RING}",
                     *(f"--eth-peer={i},{mac}" for i, mac in enumerate(reversed(LOAD_MACS)))]),
                bed.host_cpus, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self._seen = 0
        self._prompt("no prompt", 30)

    def _prompt(self, what, seconds=10.0):
        """Waits for the next prompt; returns what was printed before it."""
        def read():
            with open(f"{self.bed.directory}/guests", encoding="utf-8", errors="replace") as file:
                file.seek(self._seen)
                text = file.read()
            if self.process.poll() is not None:
                raise Failure(f"the guests have ended: {text.strip()[-300:]}")
            return text if text.endswith(PROMPT) else None
        text = wait_until(read, f"{self.bed.peer.name}, guests: {what}", seconds)
        self._seen += len(text.encode())
        return text

    def say(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()
        return self._prompt(f"no answer to '{command}'")

    def begin(self, mode, length):
        """Lets frames flow: `flowgen` sends from both as fast as it can, `io` sends back what comes."""
        self.say(f"set fwd {mode}")
        self.say(f"set txpkts {length}")
        self.say("start" if mode == "flowgen" else "start tx_first 8")

    def stop(self):
        self.say("stop")

    def received(self):
        """Frames that both have received since they are there."""
        counts = re.findall(r"RX-packets:\s*(\d+)", self.say("show port stats all"))
        if len(counts) != len(PORTS):
            raise Failure("the guests' counters cannot be read")
        return sum(map(int, counts))

    def rate(self, mode, length, seconds, warm):
        """Frames a second that both receive, and what the switch's process used of its processor's time, in percent."""
        self.begin(mode, length)
        try:
            time.sleep(warm)
            before, start, cpu = self.received(), time.monotonic(), self.bed.cpu_seconds()
            time.sleep(seconds)
            after, end, cpu_after = self.received(), time.monotonic(), self.bed.cpu_seconds()
        finally:
            self.stop()
        return (after - before) / (end - start), 100 * (cpu_after - cpu) / (end - start)
