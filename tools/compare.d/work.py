"""What a measurement is made of: its figures, the set-up that it runs on, and how it is asked for."""
import json
import time
from dataclasses import dataclass, field

from lab import Failure
from testbed import LOAD_MACS, PORTS

SMALL, LARGE = 60, 1514  # 64 and 1518 with the check sequence; 1514 carry an IP packet of 1500
WARM_SECONDS = 0.2


@dataclass(frozen=True)
class Metric:
    title: str
    unit: str
    meaning: str
    higher_is_better: bool = True
    # Whether one value in parts of another says something: hardly, when both may be next to nothing.
    has_ratio: bool = True
    # What it is in a table with; metrics of a table follow each other.
    table: str = ""


@dataclass(frozen=True)
class Work:
    """`group` says with which others it shares a set-up, `attachments` where it can be done."""
    name: str
    group: str
    run: object
    metrics: tuple
    about: str
    attachments: tuple
    # Seconds it takes in any case, and times the length of a measurement.
    fixed: float = 0.4
    times: float = 1.0
    # In how many rounds it is done at most: what takes long, or hardly varies, is not done in all.
    rounds: int = 100
    # The only peers that it is for; all when there are none.
    peers: tuple = ()

    def takes(self, seconds):
        return self.fixed + self.times * seconds

    def fits(self, peer):
        return (peer.attachment in self.attachments and self.name not in peer.skips
                and (not self.peers or peer.name in self.peers))


@dataclass
class Context:
    """One set-up of a peer while works of a group run on it."""
    bed: object
    seconds: float
    known: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)

    def flood(self, name, length=SMALL, rate=0.0):
        """Sends for `seconds`; returns the frames/s that arrive. Notes what was offered, and the processor time."""
        bed = self.bed
        if "warm" not in self.known:
            # A few frames find their way before there are too many to look for it.
            self.known["warm"] = self.loss(1000, WARM_SECONDS)
        spell = self.seconds + WARM_SECONDS
        sender = self._sender(length, rate, spell)
        time.sleep(WARM_SECONDS)
        cpu, start, before = bed.cpu_seconds(), time.monotonic(), self._arrived()
        time.sleep(self.seconds - 0.05)
        after, end, cpu_after = self._arrived(), time.monotonic(), bed.cpu_seconds()
        answer = self._answer(sender)
        carried = answer["carried"] if "carried" in answer else (after - before) / (end - start)
        share = None if cpu is None else 100 * (cpu_after - cpu) / (end - start)
        self.notes[name] = {"offered": answer["sent"] / answer["seconds"], "carried": carried, "cpu": share}
        return carried, share

    def loss(self, rate, seconds):
        """The share of small frames lost at a rate."""
        before = self._arrived()
        answer = self._answer(self._sender(SMALL, rate, seconds))
        if "received" not in answer:
            time.sleep(0.05)
            answer["received"] = self._arrived() - before
        # A sender that cannot offer the rate does not say what the switch does at it.
        if answer["sent"] < 0.9 * rate * seconds:
            return 1.0
        return 1 - min(answer["received"] / max(answer["sent"], 1), 1)

    def _sender(self, length, rate, seconds):
        bed = self.bed
        words = [LOAD_MACS[1], LOAD_MACS[0], str(length), "one", f"{rate:.0f}", f"{seconds:.3f}"]
        program = bed.lab.program("load")
        if bed.attachment == "vm":
            command = bed.space.enter([program, "taps", *PORTS, *words])
        else:
            command = bed.host_command(0, [program, "device", bed.hosts[0].device, *words])
        return bed.lab.spawn(command, bed.host_cpus, stdout=-1, stderr=-1)

    def _answer(self, sender):
        output, errors = sender.communicate(timeout=60)
        self.bed.lab.end(sender)
        if sender.returncode:
            raise Failure(errors.decode().strip())
        return json.loads(output)

    def _arrived(self):
        """Frames that the receiving host's device has counted. A virtual machine monitor counts by itself."""
        if self.bed.attachment == "vm":
            return 0
        receiver = self.bed.hosts[1]
        return receiver.namespace.counters(receiver.device)[0]
