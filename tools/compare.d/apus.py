"""This project's switch."""
import os

from lab import Failure, Unavailable
from peer import CROSSED, RulePeer, frame_counts, wait_for_start


class Apus(RulePeer):
    ours = True
    # Where apusd and apus are; main.py sets it.
    programs = ""

    def __init__(self, name, attachment, kind, options, skips=()):
        self.name, self.attachment, self.kind, self.options, self.skips = name, attachment, kind, options, skips
        self.title = "apusd, AF_XDP" if kind == "afxdp" else "apusd"
        self.places_taps = attachment == "tap"
        # AF_XDP has no place to say what of a frame is unfinished.
        self.offloads = kind != "afxdp"

    def start(self, bed):
        process = bed.spawn_switch([f"{self.programs}/apusd", "--run-dir", bed.directory])
        wait_for_start(bed, process, lambda: os.path.exists(f"{bed.directory}/apusd.sock"), "no socket")
        self._apus(bed, "add-br", "br0")
        for i in reversed(range(len(bed.ports))):
            # The first port of a memory set-up comes and goes.
            if bed.attachment == "memory" and i == 0:
                continue
            try:
                self._add_port(bed, i, *self._words(bed, i))
            except Failure as error:
                if self.kind == "afxdp":
                    raise Unavailable(f"this apusd has no such ports: {error.detail}") from None
                raise
        if bed.attachment == "vhost":
            self.use_rules(bed, CROSSED)
        return process

    def _words(self, bed, i):
        """The settings of the interface of a port."""
        match self.kind:
            case "tap":
                return ["type=tap", f"options:netns-pid={bed.hosts[i].namespace.pid}"]
            case "memory":
                return ["type=null"] if i > 1 else ["type=pcap", f"options:rx_pcap={bed.learned}"]
            case "vhost-user":
                return ["type=vhost-user", f"options:socket={bed.directory}/{bed.ports[i]}"]
            case kind:
                return [f"type={kind}"]

    def _add_port(self, bed, i, *words):
        port = bed.ports[i]
        self._apus(bed, "add-port", "br0", port, "--", "set", "interface", port, f"ofport_request={i + 1}", *words)

    def _apus(self, bed, *words, seconds=60.0):
        return bed.lab.run([f"{self.programs}/apus", f"--run-dir={bed.directory}", f"--timeout={seconds:.0f}", *words],
                           cpus=bed.housekeeping_cpus, seconds=seconds + 5)

    def load_rules(self, bed, path, seconds=300.0):
        self._apus(bed, "add-flows", "br0", path, seconds=seconds)

    def clear_rules(self, bed):
        self._apus(bed, "del-flows", "br0")

    def counts(self, bed, number):
        return frame_counts(self._apus(bed, "dump-ports", "br0", bed.ports[number - 1]))

    def add_source(self, bed, capture):
        self._add_port(bed, 0, "type=pcap", f"options:rx_pcap={capture}", "options:loop=true")

    def remove_source(self, bed):
        self._apus(bed, "del-port", "br0", bed.ports[0])
