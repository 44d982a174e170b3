"""What hosts do with their network stacks, and nothing at all: round trips, TCP, idle time."""
import time

from lab import Failure, wait_until
from work import Metric, Work

METRICS = {
    "tcp1": Metric("TCP, 1", "Gbit/s", "iperf3, one stream, with the offloads that the hosts' devices have"),
    "tcp4": Metric("TCP, 4", "Gbit/s", "the same with four streams"),
    "tcpplain": Metric("TCP, plain", "Gbit/s", "one stream; checksum and segmentation offloads off at the hosts"),
    "p50": Metric("RTT p50", "us", "UDP datagram there and back, one at a time", False),
    "p99": Metric("RTT p99", "us", "the same, of a hundred the second slowest", False),
    "idle-cpu": Metric("idle CPU", "%", "processor time of the switch's process with nothing to do", False, False),
    "free-p50": Metric("free p50", "us", "round trips when nothing is bound to a processor (polling threads are)", False),
    "free-p99": Metric("free p99", "us", "the same, of a hundred the second slowest", False),
}


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


def ask(context, note):
    """Round trips for a while; notes and returns what they took."""
    bed = context.bed
    answering = bed.answering()
    try:
        time.sleep(0.1)
        bed.ask(0.05)
        answer = bed.ask(context.seconds)
    finally:
        bed.lab.end(answering)
    context.notes[note] = answer
    return answer


def round_trips(context, prefix=""):
    answer = ask(context, prefix + "rtt")
    if not answer["count"]:
        raise Failure("no datagram came back")
    return {prefix + "p50": answer["p50"], prefix + "p99": answer["p99"]}


def idle(context):
    cpu, start = context.bed.cpu_seconds(), time.monotonic()
    if cpu is None:
        return {"idle-cpu": None}
    time.sleep(max(1.0, 2 * context.seconds))
    return {"idle-cpu": 100 * (context.bed.cpu_seconds() - cpu) / (time.monotonic() - start)}


HOSTED = ("tap", "veth")
QUIET = [
    Work("idle", "main", idle, ("idle-cpu",), "processor time with nothing to do", ("tap", "veth", "vm"), 0, 2, rounds=1),
    Work("rtt", "main", round_trips, ("p50", "p99"), "round trips of UDP datagrams", HOSTED),
]
TCP = [
    Work("tcp1", "main", lambda c: {"tcp1": iperf(c, 1)}, ("tcp1",), "TCP, one stream", HOSTED, 0.6, 2),
    Work("tcp4", "main", lambda c: {"tcp4": iperf(c, 4)}, ("tcp4",), "TCP, four streams", HOSTED, 0.6, 2, rounds=2),
    Work("tcpplain", "main", tcpplain, ("tcpplain",), "TCP without offloads at the hosts", HOSTED, 0.6, 2, rounds=2),
]
FREE = [
    Work("rtt-free", "free", lambda c: round_trips(c, "free-"), ("free-p50", "free-p99"),
         "round trips with nothing bound to a processor", HOSTED, rounds=2,
         peers=("apus-tap", "relay-tap", "ovs-tap-tso", "bridge-veth", "apus-veth", "ovs-veth-tso", "apus-afxdp",
                "ovs-afxdp", "dpdk-afpacket")),
]
