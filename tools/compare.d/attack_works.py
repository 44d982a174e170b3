"""One port whose frames are made to cost much, beside two hosts that want to be left alone. What these get is compared
with what they get alone, on the same set-up, a moment before."""
import contextlib
import time

import traffic
from frame_works import LIGHT_RATE
from host_works import ask
from openflow import Churn
from testbed import LOAD_MACS
from work import Metric, Work

# Frames/s at which rules change: less than any switch carries, so that only the changes can lose some.
CHURN_RATE, CHANGES = 150_000, 1000
# How often what the hosts get alone is looked at again when it is too little.
RETRIES = 2
# A datagram that does not come back is given up after this many microseconds.
GIVEN_UP = 200_000.0
VICTIM = ["priority=50,in_port=1,actions=output:2", "priority=50,in_port=2,actions=output:1"]
OTHERWISE = "priority=1,in_port=3,actions=output:4"


def services():
    """Rules for twenty ports, such as a scan looks for."""
    ports = [21, 22, 23, 25, 53, 80, 110, 143, 443, 445, 993, 995, 3306, 3389, 5060, 5432, 6379, 8080, 9200, 27017]
    return [f"priority=100,udp,in_port=3,tp_dst={port},actions=output:4" for port in ports]


def networks():
    """A thousand rules of 32 masks on what the frames of 'new' differ in."""
    return [f"priority=100,udp,in_port=3,nw_src=10.98.{n % 256}.{n // 4}/{32 - n % 32},"
            f"nw_dst=10.99.{n // 4}.{n % 256}/{32 - n % 16},tp_dst={n * 61 % 65536},actions=output:4" for n in range(1000)]


def three_rules():
    """What the frames of 'tuples' come near to: an address and two ports, each in a rule of its own."""
    return ["priority=103,udp,in_port=3,tp_dst=80,actions=output:4",
            "priority=102,udp,in_port=3,tp_src=12345,actions=output:4",
            "priority=101,udp,in_port=3,nw_src=10.99.0.1,actions=output:4"]


# The pattern of load.c, what a reader is told of it, and the rules beside VICTIM.
ATTACKS = {
    "flood": ("one", "one flow as fast as it can be sent", lambda: []),
    "scan": ("scan", "one destination port after the other, with rules for twenty", services),
    "new": ("new", "each frame of a new flow, with 1,000 rules of 32 masks", networks),
    "tuples": ("tuples", "8,192 kinds of frames, each with other bits that tell it from three rules", three_rules),
}
TABLE = "Beside a port that sends as fast as it can"
METRICS = {
    key: metric for name, (_, what, _) in ATTACKS.items() for key, metric in (
        (f"{name}-kept", Metric(f"{name}, kept", "%", f"{what}: how many of the other hosts' frames arrive, about {LIGHT_RATE:,} "
                                "sent a second, in percent of how many do without it", table=TABLE)),
        (f"{name}-p99", Metric(f"{name}, p99", "times", f"{what}: the 99th percentile of the other hosts' round trips, in parts "
                               "of that without it", False, table=TABLE)))
} | {
    "veth-churn": Metric("1k changes/s, kept", "%", f"{CHURN_RATE:,} frames/s sent while {CHANGES:,} rules a second are changed: "
                         "how many of them arrive in percent of how many do without changes", table=TABLE),
    "veth-wrong": Metric("sent wrongly", "frames", "frames that got to another port meanwhile", False, False, table=TABLE),
}


@contextlib.contextmanager
def attacker(context, pattern):
    bed = context.bed
    command = [bed.lab.program("load"), "device", "eth0", *reversed(LOAD_MACS), "60", pattern, "0", "60"]
    # What the other hosts do goes before, as if they had a processor of their own.
    process = bed.lab.spawn(bed.attacker.enter(["nice", "-n", "19", *command]), bed.host_cpus)
    try:
        time.sleep(0.3)
        yield
    finally:
        bed.lab.end(process)


def arriving(context, note, rate):
    """The share of the frames sent that arrive. What the sender could not send is not the switch's doing."""
    carried, _ = context.flood(note, rate=rate)
    return min(carried / max(context.notes[note]["offered"], 1), 1)


def victim(context, note):
    """What the two hosts get now: the share of their frames, and the round trips' 99th percentile."""
    share = arriving(context, note, LIGHT_RATE)
    answer = ask(context, f"{note}-rtt")
    return share, answer["p99"] if answer["count"] else GIVEN_UP


def attack(context, name):
    bed, (pattern, _, rules) = context.bed, ATTACKS[name]
    bed.peer.clear_rules(bed)
    bed.peer.load_rules(bed, traffic.rule_file(bed, VICTIM + rules() + [OTHERWISE]))
    share, p99 = victim(context, f"{name}-alone")
    for _ in range(RETRIES):
        # What is not even there without an attack is the machine's doing.
        if share > 0.95:
            break
        again, p99_again = victim(context, f"{name}-alone")
        share, p99 = max(share, again), min(p99, p99_again)
    with attacker(context, pattern):
        attacked_share, attacked_p99 = victim(context, name)
    return {f"{name}-kept": 100 * attacked_share / share if share else None, f"{name}-p99": attacked_p99 / p99}


def churn(context):
    bed = context.bed
    bed.peer.clear_rules(bed)
    bed.peer.load_rules(bed, traffic.rule_file(bed, VICTIM))
    before = arriving(context, "churn-before", CHURN_RATE)
    wrong = bed.peer.counts(bed, 3)[1]
    with Churn(bed.peer.openflow_socket(bed), CHANGES, 0x0a610066, 1024, 9) as changes:
        meanwhile = arriving(context, "churn", CHURN_RATE)
        context.notes["changes"] = changes.made
    wrong = bed.peer.counts(bed, 3)[1] - wrong
    without = max(before, arriving(context, "churn-after", CHURN_RATE))
    return {"veth-churn": 100 * meanwhile / without if without else None, "veth-wrong": wrong}


PEERS = ("apus-veth", "ovs-veth-tso", "dpdk-afpacket")
WORKS = [
    Work(name, "attack", lambda c, name=name: attack(c, name), (f"{name}-kept", f"{name}-p99"), what, ("veth",), 1.5, 4,
         rounds=3, peers=PEERS) for name, (_, what, _) in ATTACKS.items()
] + [
    Work("veth-churn", "attack", churn, ("veth-churn", "veth-wrong"), "1,000 changes of rules a second", ("veth",), 1, 3,
         rounds=3, peers=PEERS)
]
