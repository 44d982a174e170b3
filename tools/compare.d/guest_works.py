"""Frames between virtual machines whose memory the switch shares."""
import time

from guests import Guests
from lab import Failure
from work import LARGE, SMALL, WARM_SECONDS, Metric, Work

# Until addresses are learned, and flows of before are forgotten: Open vSwitch looks after its own twice a second.
SETTLING_SECONDS = 1.5

METRICS = {
    "guest-small": Metric("64 bytes", "kframes/s", "64-byte frames that two guests receive while both send as fast as they "
                          "can; rules from port to port", table="One processor for the guests, one for the switch"),
    "guest-flood": Metric("64 bytes, flooded", "kframes/s", "the same with one rule, actions=NORMAL, to an address that is "
                          "not known", table="One processor for the guests, one for the switch"),
    "guest-large": Metric("1500 bytes", "kframes/s", "packets of 1500 bytes, rules from port to port",
                          table="One processor for the guests, one for the switch"),
    "guest-loop": Metric("64 bytes, loop", "kframes/s", "512 frames that the guests send back to each other, rules from port "
                         "to port", table="One processor for the guests, one for the switch"),
    "guest-normal": Metric("loop, NORMAL", "kframes/s", "the same with one rule, actions=NORMAL, between addresses that are "
                           "learned", table="One processor for the guests, one for the switch"),
    "guest-idle": Metric("idle CPU", "%", "processor time of the switch while the guests send nothing", False, False,
                         table="One processor for the guests, one for the switch"),
}


def guests(context):
    if "guests" not in context.known:
        context.known["guests"] = Guests(context.bed)
    return context.known["guests"]


def measure(key, mode, length, warm=WARM_SECONDS):
    def run(context):
        rate, cpu = guests(context).rate(mode, length, context.seconds, warm)
        context.notes[key] = {"carried": rate, "cpu": cpu}
        if not rate:
            raise Failure("no frame arrives")
        return {key: rate / 1e3}
    return run


def normal(key, mode):
    """testpmd's `flowgen` writes addresses of its own, the same by both devices; what it sends in a loop has the devices'."""
    def run(context):
        context.bed.peer.use_rules(context.bed, ["actions=NORMAL"])
        return measure(key, mode, SMALL, SETTLING_SECONDS)(context)
    return run


def idle(context):
    guests(context)
    cpu, start = context.bed.cpu_seconds(), time.monotonic()
    time.sleep(max(1.0, 2 * context.seconds))
    return {"guest-idle": 100 * (context.bed.cpu_seconds() - cpu) / (time.monotonic() - start)}


def work(key, about, run, **words):
    return Work(key, "guests", run, (key,), about, ("vhost",), **words)


# Those with NORMAL come last: they take the other rules away.
WORKS = [
    work("guest-idle", "processor time while guests are idle", idle, fixed=0, times=2, rounds=2),
    work("guest-small", "64-byte frames between guests", measure("guest-small", "flowgen", SMALL)),
    work("guest-large", "1500-byte packets between guests", measure("guest-large", "flowgen", LARGE)),
    work("guest-loop", "64-byte frames in a loop between guests", measure("guest-loop", "io", SMALL)),
    work("guest-flood", "64-byte frames between guests, flooded", normal("guest-flood", "flowgen"), fixed=2.0),
    work("guest-normal", "64-byte frames in a loop, NORMAL", normal("guest-normal", "io"), fixed=2.0, rounds=3),
]
