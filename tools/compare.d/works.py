"""What is measured, and how.

A work runs on a `Testbed` and returns numbers by the keys of METRICS. Works of a group share one set-up of a peer, and
may use in `known` what earlier ones found. What is in `notes` goes into the JSON only.
"""
import json
import time
from dataclasses import dataclass, field

from lab import Failure, wait_until
from peer import FLOWS
from testbed import LOAD_MACS, PORTS

SMALL, LARGE = 60, 1514  # 64 and 1518 with the check sequence; 1514 carry an IP packet of 1500
LOSS_FREE = 0.001
LIGHT_RATE = 100_000
WARM_SECONDS = 0.2


@dataclass(frozen=True)
class Metric:
    title: str
    unit: str
    meaning: str
    higher_is_better: bool = True
    # Whether one value in parts of another says something: hardly, when both may be next to nothing.
    has_ratio: bool = True


METRICS = {
    "small": Metric("64 bytes", "kframes/s", "64-byte frames that arrive while as many are sent as the sender can"),
    "cost": Metric("CPU/frame", "ns", "processor time of the switch's process meanwhile, for a frame that arrives", False),
    "lossfree": Metric("loss-free", "kframes/s",
                       f"highest rate of 64-byte frames with less than {LOSS_FREE:.1%} lost, by bisection"),
    "double": Metric("kept at 2x", "%", "what arrives of 64-byte frames at twice the rate that the switch carries (the "
                     "better of the two before), in percent of that rate; 100 when it does not give in, and nothing when the "
                     "sender cannot offer as much"),
    "large": Metric("1500 bytes", "kframes/s", "the same as 64 bytes with packets of 1500 bytes"),
    "flows": Metric("1k flows", "kframes/s", "the same as 64 bytes, with 1,000 UDP source ports in turn"),
    "load-cpu": Metric("CPU at 100k", "%", "processor time of the switch's process at 100,000 64-byte frames/s, if "
                       "they arrive", False),
    "tcp1": Metric("TCP, 1", "Gbit/s", "iperf3, one stream, with the offloads that the hosts' devices have"),
    "tcp4": Metric("TCP, 4", "Gbit/s", "the same with four streams"),
    "tcpplain": Metric("TCP, plain", "Gbit/s", "one stream; checksum and segmentation offloads off at the hosts"),
    "p50": Metric("RTT p50", "us", "UDP datagram there and back, one at a time", False),
    "p99": Metric("RTT p99", "us", "the same, of a hundred the second slowest", False),
    "idle-cpu": Metric("idle CPU", "%", "processor time of the switch's process with nothing to do", False, False),
    "free-p50": Metric("free p50", "us", "round trips when nothing is bound to a processor (polling threads are)", False),
    "free-p99": Metric("free p99", "us", "the same, of a hundred the second slowest", False),
    "rule1": Metric("one rule", "kframes/s", "frames of 1,000 flows from memory to memory, one rule on the port"),
    "rules1k": Metric("1k rules", "kframes/s", "the same with a rule on addresses and ports for each flow"),
}


@dataclass
class Context:
    """One set-up of a peer while works of a group run on it."""
    bed: object
    seconds: float
    known: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)

    def flood(self, name, length=SMALL, flows=1, rate=0.0):
        """Sends for `seconds`; returns the frames/s that arrive. Notes what was offered, and the processor time."""
        bed = self.bed
        if "warm" not in self.known:
            # A few frames find their way before there are too many to look for it.
            self.known["warm"] = self.loss(1000, WARM_SECONDS)
        spell = self.seconds + WARM_SECONDS
        sender = self._sender(length, flows, rate, spell)
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
        answer = self._answer(self._sender(SMALL, 1, rate, seconds))
        if "received" not in answer:
            time.sleep(0.05)
            answer["received"] = self._arrived() - before
        # A sender that cannot offer the rate does not say what the switch does at it.
        if answer["sent"] < 0.9 * rate * seconds:
            return 1.0
        return 1 - min(answer["received"] / max(answer["sent"], 1), 1)

    def _sender(self, length, flows, rate, seconds):
        bed = self.bed
        words = [LOAD_MACS[1], LOAD_MACS[0], str(length), str(flows), f"{rate:.0f}", f"{seconds:.3f}"]
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


def small(context):
    carried, cpu = context.flood("small")
    context.known["small"] = carried
    return {"small": carried / 1e3, "cost": 1e7 * cpu / carried if cpu is not None and carried else None}


def lossfree(context):
    if "small" not in context.known:
        small(context)
    def carries(rate):
        # A pause of the machine's own loses frames too: a rate has two tries.
        return any(context.loss(rate, max(0.3, context.seconds / 2)) < LOSS_FREE for _ in range(2))

    start = context.known["small"] or LIGHT_RATE
    low, high = 0.0, 1.1 * start
    # Overload may have brought the switch below what it can do.
    while high < 4 * start and carries(high):
        low, high = high, 1.5 * high
    for _ in range(6):
        middle = (low + high) / 2
        if carries(middle):
            low = middle
        else:
            high = middle
    context.known["lossfree"] = low
    return {"lossfree": low / 1e3}


def double(context):
    if "small" not in context.known:
        small(context)
    rate = max(context.known["small"], context.known.get("lossfree", 0))
    carried, _ = context.flood("double", rate=2 * rate)
    # A sender that hardly gets beyond the rate does not put the switch to the test.
    tested = context.notes["double"]["offered"] > 1.2 * rate > 0
    return {"double": 100 * carried / rate if tested else None}


def large(context):
    return {"large": context.flood("large", length=LARGE)[0] / 1e3}


def flows(context):
    return {"flows": context.flood("flows", flows=FLOWS)[0] / 1e3}


def load(context):
    carried, cpu = context.flood("load", rate=LIGHT_RATE)
    return {"load-cpu": cpu if carried > 0.95 * LIGHT_RATE else None}


def iperf(context, streams):
    bed = context.bed
    server = bed.lab.spawn(bed.host_command(1, ["iperf3", "--server", "--one-off"]), bed.host_cpus)
    try:
        wait_until(lambda: bed.hosts[1].namespace.listens(5201), "iperf3 does not listen")
        answer = bed.lab.run_json(
            bed.host_command(0, ["iperf3", "--client", bed.hosts[1].address, "--parallel", str(streams), "--time",
                                 str(max(1, round(2 * context.seconds))), "--connect-timeout", "5000", "--json"]),
            cpus=bed.host_cpus)
    finally:
        bed.lab.end(server)
    return answer["end"]["sum_received"]["bits_per_second"] / 1e9


def tcpplain(context):
    context.bed.offloads_off()
    return {"tcpplain": iperf(context, 1)}


def round_trips(context, prefix=""):
    bed = context.bed
    answering = bed.answering()
    try:
        time.sleep(0.1)
        bed.ask(0.05)
        answer = bed.ask(context.seconds)
    finally:
        bed.lab.end(answering)
    context.notes[prefix + "rtt"] = answer
    if not answer["count"]:
        raise Failure("no datagram came back")
    return {prefix + "p50": answer["p50"], prefix + "p99": answer["p99"]}


def idle(context):
    cpu, start = context.bed.cpu_seconds(), time.monotonic()
    if cpu is None:
        return {"idle-cpu": None}
    time.sleep(max(1.0, 2 * context.seconds))
    return {"idle-cpu": 100 * (context.bed.cpu_seconds() - cpu) / (time.monotonic() - start)}


def memory(context, metric):
    peer, bed = context.bed.peer, context.bed
    time.sleep(0.5)
    start, before = time.monotonic(), peer.memory_count(bed)
    time.sleep(context.seconds)
    # The answer takes a moment; the time is taken when it is here, both times.
    after, end = peer.memory_count(bed), time.monotonic()
    return {metric: (after - before) / (end - start) / 1e3}


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

    def takes(self, seconds):
        return self.fixed + self.times * seconds


HOSTED = ("tap", "veth")
FRAMES = ("tap", "veth", "vm")
WORKS = [
    Work("small", "frames", small, ("small", "cost"), "64-byte frames one way, as fast as they can be sent", FRAMES),
    Work("lossfree", "frames", lossfree, ("lossfree",), "the highest rate without loss", FRAMES, 1.5, 5),
    Work("double", "frames", double, ("double",), "twice the rate that is carried", FRAMES),
    Work("large", "frames", large, ("large",), "1500-byte packets one way", FRAMES),
    Work("flows", "frames", flows, ("flows",), "64-byte frames of 1,000 flows", FRAMES),
    Work("load", "frames", load, ("load-cpu",), "processor time at 100,000 frames/s", FRAMES),
    Work("tcp1", "tcp", lambda c: {"tcp1": iperf(c, 1)}, ("tcp1",), "TCP, one stream", HOSTED, 0.6, 2),
    Work("tcp4", "tcp", lambda c: {"tcp4": iperf(c, 4)}, ("tcp4",), "TCP, four streams", HOSTED, 0.6, 2),
    Work("tcpplain", "tcp", tcpplain, ("tcpplain",), "TCP without offloads at the hosts", HOSTED, 0.6, 2),
    Work("rtt", "quiet", round_trips, ("p50", "p99"), "round trips of UDP datagrams", HOSTED),
    Work("idle", "quiet", idle, ("idle-cpu",), "processor time with nothing to do", FRAMES, 0, 2),
    Work("rtt-free", "free", lambda c: round_trips(c, "free-"), ("free-p50", "free-p99"),
         "round trips with nothing bound to a processor", HOSTED),
    Work("rule1", "one", lambda c: memory(c, "rule1"), ("rule1",), "the datapath alone, one rule", ("memory",)),
    Work("rules1k", "exact", lambda c: memory(c, "rules1k"), ("rules1k",), "the datapath alone, 1,000 rules",
         ("memory",)),
]
# What the groups want of the set-up.
GROUPS = {
    "frames": {}, "tcp": {}, "quiet": {}, "free": {"pinned": False}, "one": {"rules": "one"},
    "exact": {"rules": "exact"},
}
