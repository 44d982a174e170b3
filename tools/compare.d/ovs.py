"""Debian's Open vSwitch with its userspace datapath, set up as its documentation advises for speed.

Intro/Install/AF_XDP and Intro/Install/DPDK: one PMD thread with a processor of its own (pmd-cpu-mask), all other
threads elsewhere; huge pages for DPDK. Topics/userspace-tso: userspace-tso-enable, set before the daemon starts.
"""
import os

from lab import Failure, Unavailable, need_program
from peer import Peer, transmitted, wait_for_start, write_capture, write_rules
from testbed import HOST_CPU, PORTS, SWITCH_CPU

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
DAEMON = "/usr/lib/openvswitch-switch/ovs-vswitchd"
DPDK_DAEMON = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"
HUGE_PAGES = "/proc/sys/vm/nr_hugepages"
MEBIBYTES = 1024


class OpenVSwitch(Peer):
    title = "Open vSwitch"
    packages = ("openvswitch-switch",)
    daemon = DAEMON
    # Whether threads of its own poll the ports.
    polls = False

    def __init__(self, name, attachment, port_type="", tso=False):
        self.name, self.attachment, self.port_type, self.tso = name, attachment, port_type, tso
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
        if bed.rules:
            write_rules(f"{bed.directory}/rules", bed.rules)
            self._ofctl(bed, "del-flows")
            self._ofctl(bed, "add-flows", f"{bed.directory}/rules")
        for i in reversed(range(len(PORTS))):
            self._vsctl(bed, "add-port", "br0", PORTS[i], "--", "set", "interface", PORTS[i],
                        f"ofport_request={i + 1}", *self.port_words(bed, i))
            error = self._vsctl(bed, "get", "interface", PORTS[i], "error").strip()
            if error != "[]":
                raise Unavailable(f"Open vSwitch refuses the port: {error}")

    def _vsctl(self, bed, *words):
        return bed.lab.run(["ovs-vsctl", f"--db=unix:{bed.directory}/db.sock", "--timeout=30", *words])

    def _ofctl(self, bed, command, *words):
        return bed.lab.run(["ovs-ofctl", command, f"unix:{bed.directory}/br0.mgmt", *words])

    def memory_count(self, bed):
        return transmitted(self._ofctl(bed, "dump-ports", "2"))


class OpenVSwitchDPDK(OpenVSwitch):
    title = "OVS-DPDK"
    # Debian 12 has DPDK's drivers in packages of their own.
    packages = ("openvswitch-switch-dpdk", "librte-bus-vdev23", "librte-mempool-ring23", "librte-net-af-packet23",
                "librte-net-af-xdp23", "librte-net-null23", "librte-net-pcap23")
    daemon = DPDK_DAEMON
    starts_in = 4.0
    polls = True
    offloads = False
    DEVICES = {
        "net_af_packet": "net_af_packet{i},iface={port},qdisc_bypass=1,framecnt=2048,blocksz=65536,framesz=2048",
        "net_af_xdp": "net_af_xdp{i},iface={port}",
    }

    def __init__(self, name, attachment, driver):
        self.name, self.attachment, self.driver = name, attachment, driver
        self.title = f"OVS-DPDK, {driver}"
        words = [self.DEVICES.get(driver, "net_pcap infinite_rx=1 to net_null").partition(",iface={port}")[0]
                 .replace("{i}", "")]
        if driver == "net_af_packet":
            words.append("qdisc_bypass=1 framecnt=2048")
        words += [f"dpdk-socket-mem={MEBIBYTES}", "pmd-cpu-mask", "dpdk-lcore-mask"]
        self.options = ", ".join(words + ([] if attachment == "memory" else ["hosts with tx off"]))

    def settings(self, bed):
        yield "dpdk-init=true"
        yield f"dpdk-socket-mem={MEBIBYTES}"
        yield f"dpdk-lcore-mask={1 << HOST_CPU:#x}"
        yield f"pmd-cpu-mask={1 << SWITCH_CPU:#x}"
        yield f'dpdk-extra="--no-pci --file-prefix=apus-compare --huge-dir={bed.directory}/huge"'

    def prepare(self, bed):
        HugePages.reserve(MEBIBYTES)
        os.mkdir(f"{bed.directory}/huge")
        # In the mount namespace of the switch only.
        bed.space.run(["mount", "-t", "hugetlbfs", "-o", "pagesize=2M", "hugetlbfs", f"{bed.directory}/huge"])
        if bed.rules:
            write_capture(f"{bed.directory}/frames")

    def port_words(self, bed, i):
        if self.driver == "memory":
            device = "net_null1,size=64,no-rx=1" if i else f"net_pcap0,rx_pcap={bed.directory}/frames,infinite_rx=1"
        else:
            device = self.DEVICES[self.driver].format(i=i, port=PORTS[i])
        return ["type=dpdk", f"options:dpdk-devargs={device}"]


class HugePages:
    """Huge pages reserved for DPDK, given back at the end."""
    before = None

    @classmethod
    def reserve(cls, mebibytes):
        with open(HUGE_PAGES, encoding="ascii") as file:
            there = int(file.read())
        pages = mebibytes // 2 + 64
        if there >= pages:
            return
        cls._write(pages)
        if cls.before is None:
            cls.before = there
        with open(HUGE_PAGES, encoding="ascii") as file:
            if int(file.read()) < pages:
                raise Unavailable(f"the system has no {mebibytes} MiB for huge pages")

    @classmethod
    def give_back(cls):
        if cls.before is not None:
            cls._write(cls.before)
            cls.before = None

    @staticmethod
    def _write(pages):
        with open(HUGE_PAGES, "w", encoding="ascii") as file:
            file.write(str(pages))
