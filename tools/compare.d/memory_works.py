"""The datapath alone, from memory to memory: flows, rules, new flows at once, changes of rules while it runs."""
import contextlib
import os
import threading
import time

import traffic
from lab import Failure
from openflow import Churn
from peer import make_pipe
from work import Metric, Work

COUNTS = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LARGEST = "1m"
MASKS = (1, 5, 32)
ORDERS = {"flows": "uniform", "zipf": "Zipf"}
CHANGES = 1000
# Flows become known before a measurement begins: a fixed time, and so many a second.
WARM_SECONDS, WARM_RATE = 0.3, 150_000
TO_PORT_2 = "priority=1,in_port=1,actions=output:2"


def rules_key(masks, order, count):
    return f"rules-{masks}-{'uniform' if order == 'flows' else order}-{count}"


def flow_metrics():
    for kind, what in (("normal", "NORMAL"), ("port", "one rule")):
        for count, number in COUNTS.items():
            yield f"{kind}-{count}", Metric(
                f"{what}, {count}", "kframes/s", f"64-byte frames of {number:,} flows between {traffic.HOSTS:,} pairs of hosts; "
                + ("rule: actions=NORMAL, addresses learned before" if kind == "normal" else "rule: in_port=1,actions=output:2"),
                table="Flows with one rule")


def rule_metrics():
    for masks in MASKS:
        for order, name in ORDERS.items():
            for count, number in COUNTS.items():
                yield rules_key(masks, order, count), Metric(
                    f"{count}, {name}", "ns", f"time for a frame, {number:,} rules of {masks} mask{'s' if masks > 1 else ''}, one "
                    f"for each flow; frames of all flows {'as likely' if order == 'flows' else 'by the law of Zipf'}", False,
                    table=f"Rules of {masks} mask{'s' if masks > 1 else ''}, one for each flow")


METRICS = dict(flow_metrics()) | dict(rule_metrics()) | {
    "first": Metric("first second", "kframes", "frames of 100,000 flows, with a rule for each, that are carried in the second "
                    "after the first one", table="New flows and changes of rules"),
    "load-idle": Metric("10k rules, idle", "s", "loading 10,000 rules with the switch's own client, no traffic", False,
                        table="New flows and changes of rules"),
    "load-busy": Metric("10k rules, busy", "s", "loading them while frames of 10,000 flows come as fast as they are taken",
                        False, table="New flows and changes of rules"),
    "churn-kept": Metric("kept, 1k changes/s", "%", f"frames carried with {CHANGES:,} changes of rules a second, over OpenFlow, in "
                         "percent of those without", table="New flows and changes of rules"),
    "churn-wrong": Metric("sent wrongly", "frames", "frames that got to a port where no rule for them sent them meanwhile",
                          False, False, table="New flows and changes of rules"),
}


@contextlib.contextmanager
def source(bed, order, flows):
    """Port 1 while frames of these flows come by it."""
    peer, feeder = bed.peer, None
    if order == "flows" and peer.most_frames and flows > peer.most_frames:
        path = os.path.join(bed.directory, "pipe")
        make_pipe(path)
        feeder = bed.lab.spawn([bed.lab.program("capture"), path, "endless", str(flows), str(traffic.HOSTS)], bed.host_cpus)
    else:
        path = traffic.capture(bed.lab, order, flows)
    peer.add_source(bed, path)
    try:
        yield
    finally:
        peer.remove_source(bed)
        if feeder:
            bed.lab.end(feeder)


def rate(context):
    """Frames a second that leave by port 2."""
    bed = context.bed

    def sent():
        # The answer takes a moment; the time is taken when it is here.
        count = bed.peer.counts(bed, 2)[1]
        return count, time.monotonic()
    before, start = sent()
    time.sleep(context.seconds)
    after, end = sent()
    if after == before:
        raise Failure("no frame was carried")
    return (after - before) / (end - start)


def carried(context, order, flows, known_flows):
    with source(context.bed, order, flows):
        time.sleep(WARM_SECONDS + known_flows / WARM_RATE)
        return rate(context)


def set_rules(bed, path, seconds=300.0):
    bed.peer.clear_rules(bed)
    bed.peer.load_rules(bed, path, seconds)


def flows_of_one_rule(context):
    bed, result = context.bed, {}
    for kind, line in (("normal", "actions=normal"), ("port", TO_PORT_2)):
        set_rules(bed, traffic.rule_file(bed, [line]))
        for count, number in COUNTS.items():
            result[f"{kind}-{count}"] = carried(context, "flows", number, 0) / 1e3
    return result


def rules(context, counts):
    bed = context.bed
    for masks in MASKS:
        for count in counts:
            number = COUNTS[count]
            set_rules(bed, traffic.rules(bed.lab, number, masks))
            bed.peer.settle(bed)
            for order in ORDERS:
                yield rules_key(masks, order, count), 1e9 / carried(context, order, number, min(number, 200_000))


def first_second(context):
    bed = context.bed
    set_rules(bed, traffic.rules(bed.lab, COUNTS["100k"]))
    ends, samples = threading.Event(), []

    def watch():
        with contextlib.suppress(Failure):
            while not ends.is_set():
                samples.append((bed.peer.counts(bed, 2)[1], time.monotonic()))
    watcher = threading.Thread(target=watch, daemon=True)
    base = bed.peer.counts(bed, 2)[1]
    watcher.start()
    try:
        with source(bed, "flows", COUNTS["100k"]):
            begin = time.monotonic()
            while not any(count > base for count, _ in list(samples)) and time.monotonic() < begin + 10:
                time.sleep(0.01)
            time.sleep(1.2)
            ends.set()
            watcher.join(5)
    finally:
        ends.set()
    started = next((taken for count, taken in samples if count > base), None)
    if started is None:
        raise Failure("no frame was carried")
    count, taken = next(pair for pair in samples + [samples[-1]] if pair[1] >= started + 1 or pair is samples[-1])
    return {"first": (count - base) / max(taken - started, 0.1) / 1e3}


def loading(context):
    bed, result = context.bed, {}
    path = traffic.rules(bed.lab, COUNTS["10k"])
    for key in ("load-idle", "load-busy"):
        set_rules(bed, traffic.rule_file(bed, [TO_PORT_2]))
        with contextlib.ExitStack() as stack:
            if key == "load-busy":
                stack.enter_context(source(bed, "flows", COUNTS["10k"]))
                time.sleep(WARM_SECONDS)
            start = time.monotonic()
            bed.peer.load_rules(bed, path)
            result[key] = time.monotonic() - start
    return result


def churn(context):
    bed = context.bed
    set_rules(bed, traffic.rules(bed.lab, COUNTS["1k"]))
    with source(bed, "flows", COUNTS["1k"]):
        time.sleep(WARM_SECONDS)
        wrong = bed.peer.counts(bed, 3)[1]
        before = rate(context)
        with Churn(bed.peer.openflow_socket(bed), CHANGES, 0x0a000000, 0, 0, COUNTS["1k"]) as changes:
            time.sleep(0.1)
            start, made = time.monotonic(), changes.made
            meanwhile = rate(context)
            made = (changes.made - made) / (time.monotonic() - start)
        after = rate(context)
        wrong = bed.peer.counts(bed, 3)[1] - wrong
    context.notes["churn"] = {"changes": made, "without": (before + after) / 2, "with": meanwhile}
    return {"churn-kept": 200 * meanwhile / (before + after), "churn-wrong": wrong}


MOST = [count for count in COUNTS if count != LARGEST]


def keys(counts):
    return tuple(rules_key(masks, order, count) for masks in MASKS for order in ORDERS for count in counts)


WORKS = [
    Work("l2", "memory", flows_of_one_rule, tuple(dict(flow_metrics())),
         "NORMAL and one rule with up to 1,000,000 flows", ("memory",), 12, 8, rounds=3),
    Work("first", "memory", first_second, ("first",), "100,000 new flows at once", ("memory",), 8, rounds=2),
    Work("loading", "memory", loading, ("load-idle", "load-busy"), "10,000 rules loaded under full load", ("memory",), 30,
         rounds=1),
    Work("churn", "memory", churn, ("churn-kept", "churn-wrong"), "1,000 changes of rules a second", ("memory",), 2, 3,
         rounds=3),
    Work("rules", "memory", lambda c: rules(c, MOST), keys(MOST), "1,000 to 100,000 rules of 1, 5 and 32 masks", ("memory",),
         45, 18, rounds=2),
    Work("rules1m", "memory", lambda c: rules(c, [LARGEST]), keys([LARGEST]), "1,000,000 rules of 1, 5 and 32 masks",
         ("memory",), 120, 6, rounds=1),
]
