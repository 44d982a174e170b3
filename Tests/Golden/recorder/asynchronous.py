"""What the switch sends by itself, and the requests that ovs-ofctl has no command for."""

import struct
import subprocess
import time

import frames
from controller import NX, ONF, Controller, experimenter, message, multipart
from layouts import async_property


def record(recorder, version):
    recorder.theme = "asynchronous"
    Scene(recorder, version).run()


class Scene:
    def __init__(self, recorder, version):
        self.recorder, self.version = recorder, version
        self.path = recorder.switch.path("record.sock")

    def run(self):
        self.reset()
        for scene in (self.symmetric, self.roles, self.configuration, self.packet_ins, self.continuations,
                      self.flow_removed, self.port_status, self.table_status, self.request_forward, self.bundles,
                      self.monitors, self.own_monitors, self.mistakes):
            controller = self.connect()
            scene(controller)
            controller.close()
            self.reset()

    # Helpers

    def reset(self):
        for words in ("del-flows BR", "del-groups BR", "del-meters BR"):
            self.quiet(words)

    def connect(self):
        return Controller(self.path, self.version)

    def label(self, text):
        self.recorder.label = text

    def flow(self, text, version=None):
        """A rule, put there in a version that has all actions, and not written down here."""
        out = self.quiet(["add-flow", "BR", text], version or 5)
        if out[2]:
            print("add-flow", text, out[1])

    def quiet(self, words, version=5):
        """A command of ovs-ofctl past the proxy: only what the switch says of it to others is written down."""
        return self.recorder.ofctl(version, self.recorder.label, words, bridge=self.recorder.direct)

    def receive(self, controller, label, frame, port="p1"):
        self.label(label)
        self.recorder.switch.appctl("netdev-dummy/receive", port, frame.hex())
        # The frame has been dealt with once a flow statistic or an upcall says so; packets come within a moment.
        got = controller.read_until(lambda m: m[1] == 10 or m[1] == 4, 1)
        controller.barrier()
        if not got:
            print("1.%d: no packet-in for" % (self.version - 1), label)
        return got

    def ask_named(self, controller, label, *requests):
        self.label(label)
        return controller.ask(*requests)

    # Scenes

    def symmetric(self, c):
        v = self.version
        self.ask_named(c, "echo", message(v, 2), message(v, 2, b"payload"), message(v, 2, bytes(range(256))))
        self.ask_named(c, "flow age", experimenter(v, 18))
        self.ask_named(c, "controller id", experimenter(v, 20, bytes(6) + struct.pack("!H", 0x1234)))
        self.ask_named(c, "controller id 0", experimenter(v, 20, bytes(8)))
        for on in (1, 0):
            self.ask_named(c, "flow mods with table %s" % ("on" if on else "off"),
                           experimenter(v, 15, bytes([on]) + bytes(7)))
        for form in (0, 1, 2, 9):
            self.ask_named(c, "packet-in format %d" % form, experimenter(v, 16, struct.pack("!I", form)))
        for form in (2, 0, 7):
            self.ask_named(c, "flow format %d" % form, experimenter(v, 12, struct.pack("!I", form)))

    def roles(self, c):
        v = self.version
        for role in (0, 1, 2, 3, 9):
            body = struct.pack("!I4xQ", role, 0x100000000 + role)
            self.ask_named(c, "role %d" % role, message(v, 24, body))
        self.ask_named(c, "role with an old generation", message(v, 24, struct.pack("!I4xQ", 2, 5)))
        for role in (0, 1, 2, 7):
            self.ask_named(c, "role %d" % role, experimenter(v, 10, struct.pack("!I", role)))
        second = self.connect()
        self.label("role status")
        first_role = message(v, 24, struct.pack("!I4xQ", 2, 0x200000000))
        c.ask(first_role if v >= 3 else experimenter(v, 10, struct.pack("!I", 1)))
        second.ask(message(v, 24, struct.pack("!I4xQ", 2, 0x200000001)) if v >= 3
                   else experimenter(v, 10, struct.pack("!I", 1)))
        self.ask_named(c, "changes by a secondary", message(v, 9, struct.pack("!HH", 0, 3)),
                       message(v, 15 if v == 1 else 16, bytes(24 if v == 1 else 32)))
        second.close()

    def configuration(self, c):
        v = self.version
        for flags, length in ((0, 128), (1, 0), (2, 65535), (3, 65509), (4, 1)):
            self.ask_named(c, "flags %d" % flags, message(v, 9, struct.pack("!HH", flags, length)), message(v, 7))
        self.ask_named(c, "async config", message(v, 26))
        six = struct.pack("!6I", 7, 1, 7, 2, 15, 5)
        self.ask_named(c, "six words", experimenter(v, 19, six))
        self.ask_named(c, "six words of all ones", experimenter(v, 19, b"\0\0\0\x3f" * 6))
        if v == 4:
            self.ask_named(c, "six words", message(v, 28, six), message(v, 26))
            self.ask_named(c, "no reasons", message(v, 28, bytes(24)), message(v, 26))
        properties = b"".join(async_property(kind, mask) for kind, mask in (
            (0, 3), (1, 63), (2, 1), (3, 7), (4, 5), (5, 15), (6, 1), (7, 3), (8, 24), (9, 24), (10, 3), (11, 3)))
        if v <= 4:
            self.ask_named(c, "all properties", experimenter(v, 27, properties))
            self.ask_named(c, "no properties", experimenter(v, 27))
            self.ask_named(c, "a bad property", experimenter(v, 27, async_property(77, 1)))
        if v >= 4:
            self.ask_named(c, "after changes", message(v, 26))
        if v >= 5:
            self.ask_named(c, "all properties", message(v, 28, properties), message(v, 26))
            self.ask_named(c, "no properties", message(v, 28), message(v, 26))
            self.ask_named(c, "an unknown property", message(v, 28, async_property(99, 1)))
            self.ask_named(c, "a bad mask", message(v, 28, async_property(0, 0xFFFFFFFF)))

    def listen(self, c, flags=4, form=None):
        """Makes a connection that ovs-ofctl could have made one that hears of everything."""
        c.ask(message(self.version, 9, struct.pack("!HH", 0, 65535)))
        packets, flows = (7, 15) if self.version <= 4 else (63, 63)
        properties = b"".join(async_property(kind, mask) for kind, mask in (
            (0, packets), (1, packets), (2, 7), (3, 7), (4, flows), (5, flows), (6, 7), (7, 7), (8, 24), (9, 24),
            (10, 3), (11, 3)))
        c.ask(experimenter(self.version, 27, properties) if self.version <= 4 else
              message(self.version, 28, properties))
        if form is not None:
            c.ask(experimenter(self.version, 16, struct.pack("!I", form)))

    def packet_ins(self, c):
        for form in (0, 1, 2):
            name = "as NXT_PACKET_IN%s" % ("" if form == 1 else "2") if form else "as the version has it"
            self.label("hear all")
            self.listen(c, form=form)
            for rule in (
                    "table=0,udp,actions=controller", "table=0,tcp,actions=controller(max_len=30,reason=no_match)",
                    "table=0,arp,cookie=0x77,actions=controller(reason=invalid_ttl,max_len=20)",
                    "table=0,icmp,actions=load:5->reg1,set_field:7->metadata,set_field:0x99->tun_id,"
                    "set_field:3->pkt_mark,controller(userdata=01.02.03.04.05.06.07.08.09)",
                    "table=0,ipv6,actions=push_vlan:0x8100,set_field:4101->vlan_vid,goto_table:4",
                    "table=4,ipv6,actions=controller", "table=0,sctp,actions=dec_ttl,2",
                    "table=0,dl_type=0x1234,actions=write_actions(controller:64)",
                    "table=0,mpls,actions=set_field:1.2.3.4->tun_src,set_field:2.3.4.5->tun_dst,"
                    "set_field:0x1122->tun_gbp_id,controller(meter_id=4)",
                    "table=0,priority=0,actions=controller:200"):
                self.flow(rule)
            self.quiet("add-group BR group_id=7,type=all,bucket=controller:90")
            self.flow("table=0,dl_type=0x4321,actions=group:7")
            for label, frame in frames.ALL:
                self.receive(c, label + ", " + name, frame)
            self.label("from a packet-out, " + name)
            self.quiet("packet-out BR in_port=2 packet=%s actions=controller" % frames.UDP.hex())
            c.read_until(lambda m: m[1] in (4, 10), 1)

    def continuations(self, c):
        v = self.version
        self.label("hear all")
        self.listen(c, form=2)
        self.flow("table=0,udp,actions=controller(pause,userdata=aa.bb),2")
        self.flow("table=0,tcp,actions=push:NXM_NX_REG1[],push:NXM_OF_ETH_SRC[],load:1->NXM_OF_IN_PORT[],"
                  "resubmit(,1),mod_dl_src:1:2:3:4:5:6,output:2,write_actions(output:3),write_metadata:0x55")
        self.flow("table=1,cookie=0x1234,tcp,actions=load:9->reg3,controller(pause,reason=no_match),pop:NXM_NX_REG1[],2")
        self.flow("table=0,icmp,actions=ct(table=2,zone=5)")
        self.flow("table=2,icmp,actions=controller(pause),1")
        self.flow("table=0,arp,actions=clone(controller(pause),3),note:01.02")
        for label, frame in (("paused", frames.UDP), ("paused in a resubmit", frames.TCP),
                             ("paused behind ct", frames.ICMP), ("paused in a clone", frames.ARP)):
            got = [m for m in self.receive(c, label, frame) if m[1] == 4]
            for m in got:
                self.label("resumed: " + label)
                c.ask(experimenter(v, 28, m[16:]))
        self.label("resumed without a continuation")
        c.ask(experimenter(v, 28, struct.pack("!HH", 0, 4 + len(frames.UDP)) + frames.UDP + bytes(-len(frames.UDP) % 8 + 4 & 7)))

    def flow_removed(self, c):
        v = self.version
        forms = (0, 2) if v == 1 else (None,)
        for form in forms:
            suffix = "" if form is None else (" as OpenFlow 1.0" if form == 0 else " as NXT")
            self.label("hear all")
            self.listen(c)
            if form is not None:
                c.ask(experimenter(v, 12, struct.pack("!I", form)))
            switch = self.recorder.switch
            for label, rule in (
                    ("deleted", "table=2,cookie=5,tcp,tp_dst=80,send_flow_rem,actions=2"),
                    ("deleted with all its parts",
                     "table=9,cookie=0xffffffffffffffff,priority=65535,idle_timeout=65535,hard_timeout=65535,importance=7,"
                     "in_port=1,reg0=5,metadata=7,dl_vlan=5,dl_vlan_pcp=3,udp,nw_src=10.0.0.0/8,send_flow_rem,actions=2"),
                    ("deleted any", "priority=0,send_flow_rem,actions=drop")):
                self.flow(rule)
                self.label(label + suffix)
                self.recorder.ofctl(v, label, "del-flows BR")
                c.read_until(lambda m: m[1] in (4, 11), 1)
            self.flow("udp,send_flow_rem,hard_timeout=1,actions=2")
            self.flow("tcp,send_flow_rem,idle_timeout=1,cookie=9,actions=2")
            switch.appctl("netdev-dummy/receive", "p1", frames.UDP.hex())
            switch.appctl("netdev-dummy/receive", "p1", frames.UDP.hex())
            self.label("timed out" + suffix)
            c.read_until(lambda m: False, 3)
            self.quiet("add-group BR group_id=7,type=all,bucket=1")
            self.quiet("add-meter BR meter=7,kbps,bands=type=drop,rate=9")
            self.flow("udp,send_flow_rem,actions=group:7")
            self.flow("tcp,send_flow_rem,actions=meter:7,1")
            self.label("its group went" + suffix)
            self.quiet("del-groups BR")
            c.read_until(lambda m: m[1] in (4, 11), 1)
            self.label("its meter went" + suffix)
            self.quiet("del-meters BR")
            c.read_until(lambda m: m[1] in (4, 11), 1)
            switch.vsctl("--", "--id=@t", "create", "flow_table", "flow_limit=2", "overflow_policy=evict", "--", "set",
                         "bridge", "br0", "flow_tables:6=@t")
            self.label("evicted" + suffix)
            for port in (1, 2, 3):
                self.flow("table=6,hard_timeout=%d,in_port=%d,send_flow_rem,actions=2" % (port * 100, port))
            c.read_until(lambda m: m[1] in (4, 11), 1)
            switch.vsctl("clear", "bridge", "br0", "flow_tables")

    def port_status(self, c):
        switch = self.recorder.switch
        self.label("hear all")
        self.listen(c)
        status = lambda m: m[1] == 12
        self.label("added")
        switch.vsctl("add-port", "br0", "p9", "--", "set", "interface", "p9", "type=dummy", "ofport_request=9",
                     'mac="02:00:00:00:00:09"')
        c.read_until(status, 2)
        self.label("link down")
        switch.appctl("netdev-dummy/set-admin-state", "p9", "down")
        c.read_until(status, 2)
        self.label("changed by mod-port")
        self.quiet("mod-port BR p9 no-flood", self.version)
        c.read_until(status, 2)
        self.label("deleted")
        switch.vsctl("del-port", "p9")
        c.read_until(status, 2)

    def table_status(self, c):
        if self.version < 5:
            return
        self.label("hear all")
        self.listen(c)
        self.recorder.switch.vsctl("--", "--id=@t", "create", "flow_table", "flow_limit=10", "--", "set", "bridge", "br0",
                                   "flow_tables:5=@t")
        self.quiet("mod-table BR 5 vacancy:20,80")
        self.label("vacancy down")
        for port in range(1, 10):
            self.flow("table=5,priority=%d,actions=2" % port)
        c.read_until(lambda m: m[1] == 31, 1)
        self.label("vacancy up")
        self.quiet("del-flows BR table=5")
        c.read_until(lambda m: m[1] == 31, 1)
        self.recorder.switch.vsctl("clear", "bridge", "br0", "flow_tables")
        self.quiet("mod-table BR 5 novacancy")

    def request_forward(self, c):
        if self.version < 4:
            return
        self.label("hear all")
        self.listen(c)
        for version in (4, 6):
            for words in ("add-group BR group_id=7,type=ff,bucket=watch_port:1,output:1,bucket=watch_port:2,output:2",
                          "mod-group BR group_id=7,type=all,bucket=output:3", "del-groups BR group_id=7",
                          "add-meter BR meter=7,kbps,burst,stats,bands=type=drop,rate=9,burst_size=3",
                          "mod-meter BR meter=7,pktps,bands=type=drop,rate=9", "del-meter BR meter=7"):
                self.label("%s by OpenFlow 1.%d" % (words.split()[0], version - 1))
                self.recorder.ofctl(version, self.recorder.label, words)
                c.read_until(lambda m: m[1] in (4, 32), 1)

    def bundles(self, c):
        v = self.version
        if v < 4:
            return

        def control(bundle, kind, flags=0, xid=0x1234):
            body = struct.pack("!IHH", bundle, kind, flags)
            return message(v, 33, body, xid) if v >= 5 else experimenter(v, 2300, body, ONF, xid)

        def add(bundle, inner, flags=0):
            inner = inner[:4] + struct.pack("!I", 0x1234) + inner[8:]
            body = struct.pack("!I2xH", bundle, flags) + inner
            return message(v, 34, body) if v >= 5 else experimenter(v, 2301, body, ONF)

        mods = [r.message for r in self.recorder.corpus.records
                if r.version == v and r.theme == "sent" and r.message[1] in (14, 15, 16) and "add-" in r.label][:3]
        for flags in (0, 1, 2, 3):
            self.ask_named(c, "open, flags %d" % flags, control(flags + 1, 0, flags))
            for mod in mods:
                self.ask_named(c, "flags %d" % flags, add(flags + 1, mod, flags))
            self.ask_named(c, "close, flags %d" % flags, control(flags + 1, 2, flags))
            self.ask_named(c, "%s, flags %d" % ("commit" if flags < 2 else "discard", flags),
                           control(flags + 1, 4 if flags < 2 else 6, flags))
        self.ask_named(c, "commit of none", control(99, 4, 1))
        self.ask_named(c, "unknown control", control(98, 9, 1))
        self.ask_named(c, "an echo inside", control(97, 0, 1), add(97, message(v, 2), 1))
        self.ask_named(c, "other flags", control(96, 0, 1), add(96, mods[0], 2))
        self.ask_named(c, "other transaction", control(95, 0, 1), add(95, mods[0], 1)[:-len(mods[0]) + 4] +
                       bytes(4) + mods[0][8:])

    def monitors(self, c):
        """ovs-ofctl monitor in another process; changes come from here and from ovs-ofctl."""
        for index, watch in enumerate((
                "watch:", "watch:!initial", "watch:!actions,table=3", "watch:!add,!delete,!modify,out_port=2",
                "watch:!own,tcp,in_port=1", "watch:out_group=7,ip")):
            if "out_group" in watch and self.version < 5:
                continue
            name = "monitor " + watch
            self.flow("table=3,priority=9,tcp,in_port=1,cookie=0x99,actions=2")
            self.label(name)
            process = subprocess.Popen(
                ["ovs-ofctl", "-O", "OpenFlow1%d" % (self.version - 1), "monitor", self.recorder.bridge, "65534", watch],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.recorder.switch.environment)
            time.sleep(0.3)
            for version, words in ((self.version, "add-flow BR table=3,tcp,in_port=1,idle_timeout=5,actions=2"),
                                   (self.version, "mod-flows BR table=3,tcp,in_port=1,actions=3,2"),
                                   (self.version, "del-flows BR table=3,tcp"),
                                   (5, "add-flow BR table=3,priority=1,hard_timeout=1,importance=5,ipv6,actions="),
                                   (self.version, "--strict del-flows BR table=3,priority=1,ipv6")):
                self.recorder.ofctl(version, name, words)
                self.label(name)
            time.sleep(0.1)
            process.terminate()
            process.wait(5)

    def own_monitors(self, c):
        v = self.version
        asked = [r.message for r in self.recorder.corpus.records
                 if r.version == v and "monitor watch:" in r.label and r.direction == "to switch"
                 and r.message[1] in (16, 18) and len(r.message) > 24]
        added = [r.message for r in self.recorder.corpus.records
                 if r.version == v and r.theme == "sent" and r.label in ("add-flow drop", "add-flow arp")]
        if not asked or not added:
            print("1.%d: nothing to replay" % (v - 1), len(asked), len(added))
            return
        self.ask_named(c, "own changes", asked[0], *added)
        identifier = struct.unpack_from("!I", asked[0], 24 if v < 5 else 16)[0]
        self.ask_named(c, "again", asked[0])
        for name, number in (("monitor", identifier), ("monitor of none", 0x7777)):
            body = struct.pack("!I", number)
            if v < 4:
                self.ask_named(c, "cancel of a " + name, experimenter(v, 21, body))
            elif v == 4:
                self.ask_named(c, "cancel of a " + name, experimenter(v, 1870, body, ONF))
            else:
                self.ask_named(c, "cancel of a " + name, multipart(
                    v, 16, struct.pack("!IIIHBB", number, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFF, 2) + bytes.fromhex(
                        "0001000400000000")))

    def mistakes(self, c):
        """Errors as the switch reports them, each with the start of what it complains of."""
        v = self.version
        for name, data in (
                ("type", message(v, 99)), ("multipart type", multipart(v, 0x3333)),
                ("vendor", experimenter(v, 1, vendor=0x12345678)), ("subtype", experimenter(v, 0x999)),
                ("multipart vendor", multipart(v, 0xFFFF, struct.pack("!II", 0x12345678, 1))),
                ("length", message(v, 14, bytes(3))), ("long request", message(v, 2 + 5, bytes(100))),
                ("port", message(v, 15 if v == 1 else 16, struct.pack("!H" if v == 1 else "!I", 77) + bytes(
                    22 if v == 1 else 28))),
                ("queue", multipart(v, 5, struct.pack("!HHI", 77, 0, 5) if v == 1 else struct.pack("!II", 77, 5))),
                ("table", message(v, 17, struct.pack("!B3xI", 254, 0))),
                ("version", message(7, 2)), ("reply", message(v, 6, bytes(24))), ("error", message(v, 1, bytes(4)))):
            self.ask_named(c, "bad " + name, data)
