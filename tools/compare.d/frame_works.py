"""Frames as fast as they can be sent, and at rates: what arrives, and what it costs."""
from work import LARGE, Metric, Work

LOSS_FREE, HOPELESS = 0.001, 0.05
LIGHT_RATE = 100_000
# Halvings of what is left of the search.
STEPS = 6

METRICS = {
    "small": Metric("64 bytes", "kframes/s", "64-byte frames that arrive while as many are sent as the sender can"),
    "cost": Metric("CPU/frame", "ns", "processor time of the switch's process meanwhile, for a frame that arrives", False),
    "lossfree": Metric("loss-free", "kframes/s",
                       f"highest rate of 64-byte frames with less than {LOSS_FREE:.1%} lost, by bisection"),
    "double": Metric("kept at 2x", "%", "what arrives of 64-byte frames at twice the rate that the switch carries (the "
                     "better of the two before), in percent of that rate; 100 when it does not give in, and nothing when the "
                     "sender cannot offer as much"),
    "large": Metric("1500 bytes", "kframes/s", "the same as 64 bytes with packets of 1500 bytes"),
    "load-cpu": Metric("CPU at 100k", "%", "processor time of the switch's process at 100,000 64-byte frames/s, if "
                       "they arrive", False),
}


def small(context):
    carried, cpu = context.flood("small")
    context.known["small"] = carried
    return {"small": carried / 1e3, "cost": 1e7 * cpu / carried if cpu is not None and carried else None}


def lossfree(context):
    if "small" not in context.known:
        small(context)

    def carries(rate):
        # A pause of the machine's own loses frames too: a rate has two tries, unless it is far too high.
        for _ in range(2):
            lost = context.loss(rate, max(0.25, context.seconds / 2))
            if lost < LOSS_FREE or lost > HOPELESS:
                break
        return lost < LOSS_FREE

    start = context.known["small"] or LIGHT_RATE
    low, high = 0.0, 1.1 * start
    # Overload may have brought the switch below what it can do.
    while high < 4 * start and carries(high):
        low, high = high, 1.5 * high
    for _ in range(STEPS):
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


def load(context):
    carried, cpu = context.flood("load", rate=LIGHT_RATE)
    return {"load-cpu": cpu if carried > 0.95 * LIGHT_RATE else None}


FRAMES = ("tap", "veth", "vm")
WORKS = [
    Work("small", "main", small, ("small", "cost"), "64-byte frames one way, as fast as they can be sent", FRAMES, 1.0),
    Work("lossfree", "main", lossfree, ("lossfree",), "the highest rate without loss", FRAMES, 3, 4, rounds=2),
    Work("double", "main", double, ("double",), "twice the rate that is carried", FRAMES, rounds=2),
    Work("large", "main", large, ("large",), "1500-byte packets one way", FRAMES),
    Work("load", "main", load, ("load-cpu",), "processor time at 100,000 frames/s", FRAMES, rounds=2),
]
