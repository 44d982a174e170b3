"""This project's switch."""
import os

from lab import Failure, Unavailable
from peer import Peer, transmitted, wait_for_start, write_capture, write_rules
from testbed import PORTS


class Apus(Peer):
    ours = True
    # Where apusd and apus are; main.py sets it.
    programs = ""

    def __init__(self, name, attachment, kind, options):
        self.name, self.attachment, self.kind, self.options = name, attachment, kind, options
        self.title = "apusd, AF_XDP" if kind == "afxdp" else "apusd"
        self.places_taps = attachment == "tap"
        # AF_XDP has no place to say what of a frame is unfinished.
        self.offloads = kind != "afxdp"

    def start(self, bed):
        process = bed.spawn_switch([f"{self.programs}/apusd", "--run-dir", bed.directory])
        wait_for_start(bed, process, lambda: os.path.exists(f"{bed.directory}/apusd.sock"), "no socket")
        self._apus(bed, "add-br", "br0")
        if bed.rules:
            write_capture(f"{bed.directory}/frames")
            write_rules(f"{bed.directory}/rules", bed.rules)
            self._apus(bed, "del-flows", "br0")
            self._apus(bed, "add-flows", "br0", f"{bed.directory}/rules")
        for i in reversed(range(len(PORTS))):
            try:
                self._apus(bed, "add-port", "br0", PORTS[i], "--", "set", "interface", PORTS[i],
                           f"ofport_request={i + 1}", *self._words(bed, i))
            except Failure as error:
                if self.kind == "afxdp":
                    raise Unavailable(f"this apusd has no such ports: {error.detail}") from None
                raise
        return process

    def _words(self, bed, i):
        """The settings of the interface of a port."""
        match self.kind:
            case "tap":
                return ["type=tap", f"options:netns-pid={bed.hosts[i].namespace.pid}"]
            case "memory":
                source = ["type=pcap", f"options:rx_pcap={bed.directory}/frames", "options:loop=true"]
                return ["type=null"] if i else source
            case kind:
                return [f"type={kind}"]

    def _apus(self, bed, *words):
        return bed.lab.run([f"{self.programs}/apus", f"--run-dir={bed.directory}", *words])

    def memory_count(self, bed):
        return transmitted(self._apus(bed, "dump-ports", "br0", PORTS[1]))
