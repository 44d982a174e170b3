"""Debian's Open vSwitch with its userspace datapath, set up as its documentation advises for speed.

Intro/Install/AF_XDP and Intro/Install/DPDK: one PMD thread with a processor of its own (pmd-cpu-mask), all other
threads elsewhere; huge pages for DPDK. Topics/userspace-tso: userspace-tso-enable, set before the daemon starts.
"""
import os
import stat

from hugepages import HugePages
from lab import Failure, Unavailable, need_program
from peer import CROSSED, RulePeer, frame_counts, wait_for_start
from testbed import HOST_CPU, SWITCH_CPU

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
DAEMON = "/usr/lib/openvswitch-switch/ovs-vswitchd"
DPDK_DAEMON = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"
MEBIBYTES = 1024


class OpenVSwitch(RulePeer):
    title = "Open vSwitch"
    packages = ("openvswitch-switch",)
    daemon = DAEMON
    # Whether threads of its own poll the ports.
    polls = False

    def __init__(self, name, attachment, port_type="", tso=False, skips=()):
        self.name, self.attachment, self.port_type, self.tso, self.skips = name, attachment, port_type, tso, skips
        self.polls = port_type == "afxdp"
        self.offloads = tso or attachment == "tap"
        self.title += ", AF_XDP" if self.polls else ", TSO" if tso else ""
        words = ["datapath_type=netdev", f"type={port_type}" if port_type else "packet sockets (no type)"]
        words += ["userspace-tso-enable=true"] if tso else []
        words += ["n_rxq=1 xdp-mode=native", "pmd-cpu-mask"] if self.polls else []
        words += ["hosts with tx off"] if attachment == "veth" and not self.offloads else []
        self.options = ", ".join(words)

    def settings(self, bed):
        """What to set in other_config before the daemon starts."""
        yield from ["userspace-tso-enable=true"] if self.tso else []
        yield from [f"pmd-cpu-mask={1 << SWITCH_CPU:#x}"] if self.polls else []

    def prepare(self, bed):
        """What else is needed before the daemon starts."""

    def port_words(self, bed, i):
        words = [f"type={self.port_type}"] if self.port_type else []
        return words + (["options:n_rxq=1", "options:xdp-mode=native"] if self.polls else [])

    def start(self, bed):
        directory = bed.directory
        environment = dict(os.environ, OVS_RUNDIR=directory, OVS_LOGDIR=directory, OVS_DBDIR=directory)
        need_program(self.daemon)
        bed.lab.run(["ovsdb-tool", "create", f"{directory}/conf.db", SCHEMA])
        bed.spawn_switch(["ovsdb-server", f"{directory}/conf.db", f"--remote=punix:{directory}/db.sock",
                          f"--unixctl={directory}/db.ctl"], cpus=bed.housekeeping_cpus, log="db.log",
                         env=environment)
        self._vsctl(bed, "--retry", "--no-wait", "init")
        settings = list(self.settings(bed))
        if settings:
            self._vsctl(bed, "--no-wait", "set", "Open_vSwitch", ".", *(f"other_config:{word}" for word in settings))
        self.prepare(bed)
        process = bed.spawn_switch(
            [self.daemon, f"unix:{directory}/db.sock", "--no-chdir", f"--unixctl={directory}/vs.ctl"],
            cpus=bed.housekeeping_cpus if self.polls else bed.switch_cpus, env=environment)
        wait_for_start(bed, process, lambda: os.path.exists(f"{directory}/vs.ctl"), "no socket", 20)
        try:
            self._configure(bed)
        except Failure:
            wait_for_start(bed, process, lambda: True, "")
            raise
        return process

    def _configure(self, bed):
        self._vsctl(bed, "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev")
        for i in reversed(range(len(bed.ports))):
            # The first port of a memory set-up comes and goes.
            if bed.attachment != "memory" or i:
                self._add_port(bed, i, *self.port_words(bed, i))
        if bed.attachment == "vhost":
            self.use_rules(bed, CROSSED)

    def _add_port(self, bed, i, *words):
        port = bed.ports[i]
        self._vsctl(bed, "add-port", "br0", port, "--", "set", "interface", port, f"ofport_request={i + 1}", *words)
        error = self._vsctl(bed, "get", "interface", port, "error").strip()
        if error != "[]":
            raise Unavailable(f"Open vSwitch refuses the port: {error}")

    def _vsctl(self, bed, *words):
        return bed.lab.run(["ovs-vsctl", f"--db=unix:{bed.directory}/db.sock", "--timeout=30", *words],
                           cpus=bed.housekeeping_cpus)

    def _ofctl(self, bed, command, *words, seconds=60.0):
        return bed.lab.run(["ovs-ofctl", command, f"unix:{self.openflow_socket(bed)}", *words],
                           cpus=bed.housekeeping_cpus, seconds=seconds)

    def load_rules(self, bed, path, seconds=300.0):
        self._ofctl(bed, "add-flows", path, seconds=seconds)

    def clear_rules(self, bed):
        self._ofctl(bed, "del-flows")

    def counts(self, bed, number):
        return frame_counts(self._ofctl(bed, "dump-ports", str(number)))

    def settle(self, bed):
        # The limit of flows in the datapath starts at 10,000 and grows by the second: so that not its growing is
        # measured, it is set to what it may grow to.
        bed.lab.run(["ovs-appctl", f"--target={bed.directory}/vs.ctl", "upcall/set-flow-limit", "200000"])


class OpenVSwitchDPDK(OpenVSwitch):
    title = "OVS-DPDK"
    # Debian 12 has DPDK's drivers in packages of their own.
    packages = ("openvswitch-switch-dpdk", "librte-bus-vdev23", "librte-mempool-ring23", "librte-net-af-packet23",
                "librte-net-af-xdp23", "librte-net-vhost23", "librte-net-null23", "librte-net-pcap23")
    daemon = DPDK_DAEMON
    huge_mebibytes = MEBIBYTES
    starts_in = 4.0
    polls = True
    offloads = False
    # Its buffers are 262,144 (MAX_NB_MBUF), and a capture that is read again and again is kept in them.
    most_frames = 200_000
    DEVICES = {
        "net_af_packet": "net_af_packet{i},iface={port},qdisc_bypass=1,framecnt=2048,blocksz=65536,framesz=2048",
        "net_af_xdp": "net_af_xdp{i},iface={port}",
    }

    WORDS = {
        "net_af_packet": "net_af_packet, qdisc_bypass=1 framecnt=2048",
        "net_af_xdp": "net_af_xdp",
        "memory": "net_pcap infinite_rx=1 to net_null",
    }

    def __init__(self, name, attachment, driver, skips=()):
        self.name, self.attachment, self.driver, self.skips = name, attachment, driver, skips
        self._sources = 0
        self.title = f"OVS-DPDK, {driver}"
        self.connects = attachment == "vhost"
        words = [self.WORDS.get(driver, f"type={driver}"), f"dpdk-socket-mem={MEBIBYTES}", "pmd-cpu-mask", "dpdk-lcore-mask"]
        self.options = ", ".join(words + (["hosts with tx off"] if attachment == "veth" else []))

    def settings(self, bed):
        yield "dpdk-init=true"
        yield f"dpdk-socket-mem={MEBIBYTES}"
        yield f"dpdk-lcore-mask={1 << HOST_CPU:#x}"
        yield f"pmd-cpu-mask={1 << SWITCH_CPU:#x}"
        yield f'dpdk-extra="--no-pci --file-prefix=apus-compare --huge-dir={bed.directory}/huge"'

    def prepare(self, bed):
        HugePages.reserve(MEBIBYTES)
        HugePages.mount(bed, "huge")

    def port_words(self, bed, i):
        if bed.attachment == "vhost":
            return [f"type={self.driver}", f"options:vhost-server-path={bed.directory}/{bed.ports[i]}"]
        if self.driver != "memory":
            device = self.DEVICES[self.driver].format(i=i, port=bed.ports[i])
        elif i == 1:
            device = f"net_pcap_in,rx_pcap={bed.learned}"
        else:
            device = f"net_null{i},size=64,no-rx=1"
        return ["type=dpdk", f"options:dpdk-devargs={device}"]

    def add_source(self, bed, capture):
        self._sources += 1
        mode = "" if os.path.exists(capture) and stat.S_ISFIFO(os.stat(capture).st_mode) else ",infinite_rx=1"
        self._add_port(bed, 0, "type=dpdk", f"options:dpdk-devargs=net_pcap{self._sources},rx_pcap={capture}{mode}")

    def remove_source(self, bed):
        self._vsctl(bed, "del-port", "br0", bed.ports[0])
