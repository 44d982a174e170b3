"""Messages that neither Open vSwitch nor ovs-ofctl sends here, built from the specifications of OpenFlow 1.0.2, 1.1,
1.2, 1.3.5, 1.4.1, 1.5.1, the extensions of the ONF and the layouts of Nicira's extensions."""

import re
import subprocess

import frames
from controller import NX, ONF, experimenter, message, multipart, vendor_multipart
from corpus import VERSIONS
from proxy import TO_CONTROLLER, TO_SWITCH
from statistics_messages import Statistics
from layouts import IN_PORT_1, NXM1, OF, async_property, match_10, matches, name, output, oxm, pack, padded, prop


class Builder(Statistics):
    def __init__(self, corpus, version):
        self.corpus, self.version = corpus, version

    def add(self, label, data, direction=TO_CONTROLLER, theme="handmade"):
        self.corpus.add(theme, label, direction, data)

    def ask(self, label, data):
        self.add(label, data, TO_SWITCH)

    def run(self):
        for part in (self.symmetric, self.features, self.port_status, self.packet_in, self.packet_out, self.flow_mod,
                     self.flow_removed, self.port_mod, self.table_mod, self.roles, self.queues, self.port_statistics,
                     self.tables, self.ipfix, self.tlv_tables, self.monitors, self.meters, self.groups, self.bundles,
                     self.table_status, self.statistics):
            part()

    def symmetric(self):
        v = self.version
        element = pack("!HHI", 1, 8, 0x7E)
        for label, body in (("empty", b""), ("all versions", element), ("some versions", pack("!HHI", 1, 8, 0x12)),
                            ("two words", pack("!HHII4x", 1, 12, 0x12, 1)), ("unknown element", pack("!HHI", 2, 8, 5)),
                            ("two elements", pack("!HHI", 9, 8, 5) + element), ("no versions", pack("!HHI", 1, 8, 0)),
                            ("element too long", pack("!HHI", 1, 80, 0)), ("element too short", pack("!HHI", 1, 3, 0)),
                            ("trailing bytes", element + b"\1\2\3")):
            self.add(label, message(v, 0, body))
        for size in (0, 1, 7, 64):
            self.add("%d bytes" % size, message(v, 2, bytes(range(size))))
            self.ask("%d bytes" % size, message(v, 3, bytes(range(size))))
        self.add("another transaction", message(v, 2, xid=0xFFFFFFFF))
        self.ask("request", message(v, 18 if v == 1 else 20, xid=0))
        self.add("unknown type and code", message(v, 1, pack("!HH", 777, 9) + message(v, 2)))
        self.add("unknown code", message(v, 1, pack("!HH", 1, 999) + message(v, 2)))
        self.add("hello failed with a text", message(v, 1, pack("!HH", 0, 0) + b"no version of yours"))
        self.add("of an experimenter", message(v, 1, pack("!HHI", 0xFFFF, 5, 0x12345678) + message(v, 2)))
        self.add("without data", message(v, 1, pack("!HH", 1, 1)))
        if v > 1:
            self.add("of Nicira", message(v, 1, pack("!HHI", 0xFFFF, 514, NX) + message(v, 2)))

    def features(self):
        v = self.version
        if v == 1:
            port = lambda number, text, config, state, speeds: pack("!H6s16sIIIIII", number, b"\2\0\0\0\0" + bytes(
                (number & 255,)), name(text, 16), config, state, *speeds)
            ports = [port(1, "eth0", 0, 0, (0x82, 0x3A, 0xFFF, 0)), port(2, "a-name-of-16-oct", 0x7F, 0x301, (0x101,) * 4),
                     port(0xFFFE, "br0", 1, 1, (0,) * 4), port(3, "\1weird\"name", 0x80000000, 0x100, (0x1000,) * 4)]
            for label, capabilities, actions in (("all bits", 0xFFFFFFFF, 0xFFFFFFFF), ("no bits", 0, 0), ("usual", 0xC7, 0xFFF)):
                self.add(label, message(v, 6, pack("!QIB3xII", 0x123456789ABC, 256, 254, capabilities, actions) + b"".join(ports)))
            self.add("no ports", message(v, 6, pack("!QIB3xII", 0, 0, 0, 0, 0)))
            return
        for label, capabilities in (("all bits", 0xFFFFFFFF), ("no bits", 0), ("usual", 0x4F)):
            body = pack("!QIBB2xII", (1 << 64) - 1, 256, 254, 5 if v > 3 else 0, capabilities, 0)
            if v <= 3 and capabilities == 0x4F:
                body += self.port(7, "eth7", 5, 4, (0x2082,) * 4, (100, 200)) * 2
            self.add(label, message(v, 6, body))

    def port(self, number, text, config=0, state=0, speeds=(0, 0, 0, 0), rates=(0, 0), optical=False):
        v = self.version
        mac = bytes((2, 0, 0, 0, 0, number & 255))
        if v == 1:
            return pack("!H6s16sIIIIII", number & 0xFFFF, mac, name(text, 16), config, state, *speeds)
        if v < 5:
            return pack("!I4x6s2x16sIIIIIIII", number, mac, name(text, 16), config, state, *speeds, *rates)
        body = prop(0, pack("!4xIIIIII", *speeds, *rates))
        if optical:
            body += prop(1, pack("!4xIIIIIHH", 3, 1, 2, 3, 4, 5, 6)) + prop(0xFFFF, pack("!II", 0x12345678, 7) + b"abcd")
        return pack("!IH2x6s2x16sII", number, 40 + len(body), mac, name(text, 16), config, state) + body

    def port_status(self):
        v = self.version
        for label, reason, port in (
                ("added", 0, self.port(1, "eth0")), ("deleted", 1, self.port(2, "eth1", 0x7D, 0x1, (0xFFF,) * 4, (1, 2))),
                ("modified", 2, self.port(3, "a-name-of-16-oct", 1, 0x5, (0x10, 0x20, 0x840, 0), (10000000, 0xFFFFFFFF))),
                ("of the bridge", 2, self.port(0xFFFFFFFE if v > 1 else 0xFFFE, "br0")),
                ("all bits", 2, self.port(4, "eth4", 0xFFFFFFFF, 0xFFFFFFFF, (0xFFFFFFFF,) * 4, (7, 8))),
                ("unknown reason", 9, self.port(5, "eth5")), ("no name", 0, self.port(6, ""))):
            self.add(label, message(v, 12, pack("!B7x", reason) + port))
        if v >= 5:
            self.add("optical", message(v, 12, pack("!B7x", 0) + self.port(5, "eth5", optical=True)))
            self.add("no properties", message(v, 12, pack("!B7x", 0) + self.port(5, "eth5")[:40][:4] + pack("!H", 40) +
                                              self.port(5, "eth5")[6:40]))
            self.add("two", multipart(v, 13, self.port(1, "eth1") + self.port(2, "eth2", optical=True), reply=True))
        self.add("more to come", multipart(v, 13, self.port(1, "eth1") + self.port(2, "eth2"), flags=1, reply=True))
        self.add("none", multipart(v, 13, reply=True))

    def packet_in(self):
        v, frame = self.version, frames.UDP
        for reason in range(8):
            for buffer in (0xFFFFFFFF, 0x111):
                if v == 1:
                    body = pack("!IHHBx", buffer, len(frame), 1, reason) + frame
                elif v == 2:
                    body = pack("!IIIHBB", buffer, 1, 2, len(frame), reason, 5) + frame
                else:
                    body = pack("!IHBB", buffer, len(frame) + 9, reason, 5) + (pack("!Q", (1 << 64) - 1 - reason) if v > 3 else b"")
                    body += oxm(IN_PORT_1, (OF, 2, pack("!Q", 7), None), (NXM1, 0, pack("!I", 5), None)) + bytes(2) + frame
                self.add("reason %d%s" % (reason, ", buffered" if buffer == 0x111 else ""), message(v, 10, body))
        if v == 1:
            self.add("empty frame", message(v, 10, pack("!IHHBx", 0xFFFFFFFF, 0, 1, 0)))
            self.add("runt", message(v, 10, pack("!IHHBx", 0xFFFFFFFF, 9, 0xFFFD, 0) + b"abcdefghi"))
        elif v > 2:
            head = pack("!IHBB", 0xFFFFFFFF, 0, 0, 0) + (bytes(8) if v > 3 else b"")
            self.add("empty frame", message(v, 10, head + oxm(IN_PORT_1) + bytes(2)))
            self.add("empty match", message(v, 10, head + oxm() + bytes(2) + frame))
            self.add("masked", message(v, 10, head + oxm(IN_PORT_1, (NXM1, 1, pack("!I", 4), pack("!I", 6))) + bytes(2) + frame))
        nxm = pack("!HBBH", 0, 0, 2, 3) + pack("!HBBI", 1, 0, 4, 9)
        body = pack("!IHBBQH6x", 0xFFFFFFFF, len(frame), 1, 3, 0x1122, len(nxm)) + padded(nxm) + bytes(2) + frame
        self.add("registers", experimenter(v, 17, body))
        self.add("no match", experimenter(v, 17, pack("!IHBBQH6x", 5, len(frame), 0, 0, 0, 0) + bytes(2) + frame))
        for label, properties in (
                ("packet only", prop(0, frame)),
                ("all", prop(0, frame) + prop(1, pack("!I", 1500)) + prop(2, pack("!I", 5)) + prop(3, b"\7") +
                 prop(4, pack("!4xQ", 0x99)) + prop(5, b"\3") + prop(6, nxm) + prop(7, b"\1\2\3")),
                ("metadata only", prop(6, nxm)), ("empty", b""),
                ("unknown property", prop(0, frame) + prop(99, b"abcd")),
                ("odd userdata", prop(0, frame) + prop(7, bytes(range(33))))):
            self.add(label, experimenter(v, 30, properties))
            self.ask(label, experimenter(v, 28, properties))

    def packet_out(self):
        v = self.version
        for label, buffer, port, actions, frame in (
                ("buffered", 0x123, 1, output(v, 2), b""), ("no actions", 0xFFFFFFFF, 3, b"", frames.UDP),
                ("to the controller", 0xFFFFFFFF, 0xFFFFFFFD, output(v, 0xFFFFFFFD, 100), frames.ARP),
                ("flood and all", 0xFFFFFFFF, 0xFFFFFFFE, output(v, 0xFFFFFFFB) + output(v, 0xFFFFFFFC), frames.TAGGED),
                ("to the table", 0xFFFFFFFF, 0xFFFFFFFF, output(v, 0xFFFFFFF9), frames.TCP),
                ("from port 0", 0xFFFFFFFF, 0, output(v, 1), frames.UDP),
                ("from FLOOD", 0xFFFFFFFF, 0xFFFFFFFB, output(v, 1), frames.UDP)):
            if v == 1:
                body = pack("!IHH", buffer, port & 0xFFFF, len(actions)) + actions + frame
            elif v < 6:
                body = pack("!IIH6x", buffer, port, len(actions)) + actions + frame
            else:
                body = pack("!IH2x", buffer, len(actions)) + oxm((OF, 0, pack("!I", port), None)) + actions + frame
            self.ask(label, message(v, 13, body))
        if v == 6:
            self.ask("more fields", message(v, 13, pack("!IH2x", 0xFFFFFFFF, 16) + oxm(
                IN_PORT_1, (OF, 2, pack("!Q", 9), None), (NXM1, 3, pack("!I", 1), None)) + output(v, 1) + frames.UDP))
            self.ask("no port", message(v, 13, pack("!IH2x", 0xFFFFFFFF, 16) + oxm() + output(v, 1) + frames.UDP))

    def flow_mod(self):
        v = self.version
        for index, match in enumerate(matches(v)):
            for command in range(6):
                for label, extra in (("", {}), (", extremes", {"big": True})):
                    big = "big" in extra
                    buffer, flags = (0x77, {1: 3, 2: 3, 3: 7}.get(v, 0x1F)) if big else (0xFFFFFFFF, 0)
                    timeouts = (65535, 65535, 65535) if big else (0, 0, 0x8000)
                    cookie = (1 << 64) - 1 if big else 5 * command
                    actions = output(v, 0xFFFFFFFA if big else 1) * (3 if big else 1)
                    if v == 1:
                        body = match + pack("!QHHHHIHH", cookie, command, *timeouts, buffer, 2 if big else 0xFFFF, flags & 3)
                        body += actions
                        data = message(v, 14, body)
                    else:
                        mask = (1 << 64) - 1 if big and command else 0
                        ports = (2, 7) if big and command > 2 else (0xFFFFFFFF, 0xFFFFFFFF)
                        body = pack("!QQBBHHHIIIHH", cookie, mask, 254 if big else 0, command, *timeouts, buffer, *ports, flags,
                                    9 if big and v >= 5 else 0) + match
                        if command < 3:
                            body += pack("!HH4x", 4, 8 + len(actions)) + actions
                            if big:
                                body += pack("!HH4x", 3, 8 + len(actions)) + actions + pack("!HHB3x", 1, 8, 255)
                        data = message(v, 14, body)
                    self.ask("command %d%s%s" % (command, ", narrow" if index else "", label), data)
        any_match, _ = matches(v)
        if v > 1:
            head = pack("!QQBBHHHIIIHH", 0, 0, 255, 3, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0)
            self.ask("all tables", message(v, 14, head + any_match))
            head = pack("!QQBBHHHIIIHH", 0, 0, 1, 0, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0)
            for label, instructions in (
                    ("clear actions", pack("!HH4x", 5, 8)), ("metadata", pack("!HH4xQQ", 2, 24, 5, 7)),
                    ("all instructions", (pack("!HHI", 6, 8, 3) if 4 <= v < 6 else b"") + pack("!HH4x", 4, 24) + output(v, 1) +
                     pack("!HH4x", 5, 8) + pack("!HH4x", 3, 24) + output(v, 2) + pack("!HH4xQQ", 2, 24, 5, (1 << 64) - 1) +
                     pack("!HHB3x", 1, 8, 9)),
                    ("empty lists", pack("!HH4x", 4, 8) + pack("!HH4x", 3, 8)),
                    ("unsorted", pack("!HHB3x", 1, 8, 9) + pack("!HH4x", 4, 24) + output(v, 1))):
                self.ask(label, message(v, 14, head + any_match + instructions))
        nxm = pack("!HBBH", 0, 0, 2, 3) + pack("!HBBII", 1, 1, 8, 9, 15)
        actions = output(1, 4) if v == 1 else pack("!HH4x", 4, 24) + output(v, 4)
        for label, table, command in (("add", 0, 0), ("add to a table", 7, 0), ("modify strict", 0, 2), ("delete", 255, 3)):
            for match in (b"", nxm):
                body = pack("!QHHHHIHHH6x", 0x1234, table << 8 | command, 5, 6, 7, 0xFFFFFFFF, 0xFFFF, 1, len(match))
                self.ask(label + (", match" if match else ""), experimenter(v, 13, body + padded(match) + actions))

    def flow_removed(self):
        v = self.version
        for index, match in enumerate(matches(v)):
            for reason in (0, 1, 2, 3, 4, 5, 6, 9):
                if v == 1:
                    body = match + pack("!QHBxIIH2xQQ", 0x55, 9, reason, 3, 500000000, 60, 4, 444)
                else:
                    body = pack("!QHBBIIHHQQ", (1 << 64) - 1, 65535, reason, 7, 3, 1000000, 60, 70, (1 << 64) - 1, 444) + match
                self.add("reason %d%s" % (reason, ", narrow" if index else ""), message(v, 11, body))
        nxm = pack("!HBBH", 0, 0, 2, 3)
        for table in (0, 1, 8):
            for match in (b"", nxm):
                body = pack("!QHBBIIHHQQ", 7, 9, 1, table, 3, 5, 60, len(match), 4, 444) + padded(match)
                self.add("table %d%s" % (table, ", match" if match else ""), experimenter(v, 14, body))

    def port_mod(self):
        v = self.version
        mac = b"\2\0\0\0\0\1"
        for label, number, config, mask, advertise in (
                ("down", 1, 1, 1, 0), ("nothing", 2, 0, 0, 0), ("all", 0xFFFFFFFE, 0x65, 0x65, 0xFFFF), ("up", 3, 0, 1, 0x20),
                ("unknown bits", 4, 0xFFFFFFFF, 0xFFFFFFFF, 0)):
            if v == 1:
                body = pack("!H6sIII4x", number & 0xFFFF, mac, config, mask, advertise)
            elif v < 5:
                body = pack("!I4x6s2xIII4x", number, mac, config, mask, advertise)
            else:
                body = pack("!I4x6s2xII", number, mac, config, mask) + (prop(0, pack("!I", advertise)) if advertise else b"")
            self.ask(label, message(v, 15 if v == 1 else 16, body))
        if v >= 5:
            self.ask("optical", message(v, 16, pack("!I4x6s2xII", 1, mac, 0, 0) + prop(1, pack("!5I", 1, 2, 3, 4, 5))))

    def table_mod(self):
        v = self.version
        if v == 1:
            return
        for table in (0, 7, 255):
            for config in (0, 1, 2, 3, 4, 8, 12, 0xFFFFFFFF):
                self.ask("table %d, config %d" % (table, config), message(v, 17, pack("!B3xI", table, config)))
        if v >= 5:
            for label, properties in (
                    ("eviction", prop(2, pack("!I", 7))), ("vacancy", prop(3, pack("!BBBx", 20, 80, 0))),
                    ("both", prop(2, pack("!I", 2)) + prop(3, pack("!BBBx", 0, 100, 50))),
                    ("of an experimenter", prop(0xFFFF, pack("!II", 5, 6))), ("vacancy reversed", prop(3, pack("!BBBx", 80, 20, 0)))):
                for config in (4, 8, 12):
                    self.ask("%s, config %d" % (label, config), message(v, 17, pack("!B3xI", 7, config) + properties))

    def roles(self):
        v = self.version
        for role in range(5):
            for generation in (0, 5, (1 << 64) - 1):
                body = pack("!I4xQ", role, generation)
                self.ask("role %d generation %d" % (role, generation), message(v, 24, body))
                self.add("role %d generation %d" % (role, generation), message(v, 25, body))
                for reason in range(4):
                    status = pack("!IB3xQ", role, reason, generation)
                    if v >= 5:
                        self.add("role %d reason %d" % (role, reason), message(v, 30, status))
                    elif v == 4:
                        self.add("role %d reason %d" % (role, reason), experimenter(v, 1911, status, ONF))
            self.ask("role %d" % role, experimenter(v, 10, pack("!I", role)))
            self.add("role %d" % role, experimenter(v, 11, pack("!I", role)))
        properties = b"".join(async_property(kind, mask) for kind, mask in ((0, 3), (3, 7), (5, 15), (6, 1)))
        if v >= 4:
            self.add("six words", message(v, 27, pack("!6I", 7, 1, 7, 2, 15, 5) if v == 4 else properties))
        if v >= 5:
            self.ask("of an experimenter", message(v, 28, prop(0xFFFE, pack("!III", NX, 5, 7))))
            self.add("high reasons", message(v, 27, async_property(0, 0x3F) + async_property(5, 0x3F)))

    def tlv_tables(self):
        v = self.version
        entry = lambda kind, number, size, index: pack("!HBBH2x", kind, number, size, index)
        two = entry(0xFFFF, 0, 4, 0) + entry(1, 255, 124, 63)
        for command in range(4):
            self.ask("command %d" % command, experimenter(v, 24, pack("!H6x", command) + (two if command < 2 else b"")))
        self.ask("bad length", experimenter(v, 24, pack("!H6x", 0) + entry(1, 2, 3, 4)))
        self.ask("bad index", experimenter(v, 24, pack("!H6x", 0) + entry(1, 2, 4, 64)))
        for label, body in (("empty", b""), ("two", two)):
            self.add(label, experimenter(v, 26, pack("!IH10x", 256, 64) + body))
        self.ask("zone 65535", experimenter(v, 29, pack("!6xH", 65535)))
        for label, body in (("nothing", bytes(8)), ("zone", bytes(8) + prop(2, pack("!H", 9))), ("family", pack("!BB6x", 17, 2))):
            self.ask(label, experimenter(v, 32, body))

    def monitors(self):
        v = self.version
        nxm = padded(pack("!HBBH", 0, 0, 2, 3))
        for label, flags, port, table, match in (("all", 0x3F, 0xFFFF, 255, b""), ("some", 0x0A, 7, 3, nxm), ("none", 0, 0xFFFF, 0, b"")):
            if v < 4:
                body = pack("!IHHHB5x", 5, flags, port, len(match) and 6, table) + match
                self.ask(label, vendor_multipart(v, 2, body))
                self.ask(label + " twice", vendor_multipart(v, 2, body + body))
            else:
                ports = 0xFFFFFFFF if port == 0xFFFF else port
                for command in range(3):
                    body = pack("!IIIHBB", 5, ports, 0xFFFFFFFF, flags << 1 & 0xFF, table, command) + oxm(*([IN_PORT_1] if match else []))
                    if v >= 5:
                        self.ask("%s, command %d" % (label, command), multipart(v, 16, body))
                if v == 4:
                    body = pack("!IHHIB3x", 5, flags, len(match) and 6, ports, table) + match
                    self.ask(label, vendor_multipart(v, 1870, body, ONF))
        instructions = pack("!HH4x", 4, 24) + output(v, 2)
        if v >= 4:
            # ofp_flow_update_full: length, event, table, reason, both timeouts, priority, 4 octets of nothing, cookie.
            update = oxm(IN_PORT_1) + instructions
            full = lambda event: pack("!HHBBHHH4xQ", 24 + len(update), event, 3, 1, 5, 6, 7, 0x99) + update
            abbreviated = pack("!HHI", 8, 4, 0x1234)
            paused = lambda event: pack("!HH4x", 8, event)
            events = {"added": full(1), "initial": full(0), "removed": full(2), "modified": full(3), "own": abbreviated, "paused": paused(5),
                      "resumed": paused(6), "unknown": paused(9)}
            if v == 4:
                events = {"added": full(0), "deleted": full(1), "modified": full(2), "own": pack("!HHI", 8, 3, 0x1234), "unknown": paused(9)}
            for label, body in events.items():
                if v == 4:
                    self.add(label, vendor_multipart(v, 1870, body, ONF, reply=True))
                else:
                    self.add(label, multipart(v, 16, body, reply=True))
        else:
            actions = output(1, 2) if v == 1 else pack("!HH4x", 4, 24) + output(v, 2)
            full = lambda event: pack("!HHHHHHHBxQ", 24 + len(nxm) + len(actions), event, 1, 9, 5, 6, 6, 3, 0x99) + nxm + actions
            for label, body in (("added", full(0)), ("deleted", full(1)), ("modified", full(2)), ("own", pack("!HHI", 8, 3, 0x1234)),
                                ("unknown", pack("!HHI", 8, 9, 0))):
                self.add(label, vendor_multipart(v, 2, body, reply=True))
        if v < 4:
            self.ask("five", experimenter(v, 21, pack("!I", 5)))
            self.add("paused", experimenter(v, 22))
            self.add("resumed", experimenter(v, 23))
        elif v == 4:
            self.ask("five", experimenter(v, 1870, pack("!I", 5), ONF))
            self.add("paused", experimenter(v, 1871, vendor=ONF))
            self.add("resumed", experimenter(v, 1872, vendor=ONF))

    def bundles(self):
        v = self.version
        if v < 4:
            return
        for kind in range(9):
            for flags in (0, 1, 2, 3):
                body = pack("!IHH", 0xFFFFFFFF - kind, kind, flags)
                data = message(v, 33, body) if v >= 5 else experimenter(v, 2300, body, ONF)
                (self.add if kind & 1 else self.ask)("type %d flags %d" % (kind, flags), data)
        if v >= 5:
            self.ask("property", message(v, 33, pack("!IHH", 1, 0, 3) + prop(0xFFFF, pack("!II", 5, 6))))
        inner = message(v, 14, pack("!QQBBHHHIIIHH", 0, 0, 0, 0, 0, 0, 5, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0) + oxm(IN_PORT_1))
        for label, body in (("flow mod", inner), ("port mod", self.port_modification()), ("echo", message(v, 2)), ("short", b"\4\2\0")):
            for flags in (0, 3):
                data = pack("!I2xH", 5, flags) + body
                self.ask("%s flags %d" % (label, flags), message(v, 34, data) if v >= 5 else experimenter(v, 2301, data, ONF))
        for label, body in (("group mod", message(v, 15, pack("!HBxI", 0, 0, 7) + (pack("!H2xI", 0, 0xFFFFFFFF) if v == 6 else b""))),
                            ("meter mod", message(v, 29, pack("!HHI", 0, 1, 7) + pack("!HHII4x", 1, 16, 5, 6)))):
            self.add(label, message(v, 32, body) if v >= 5 else experimenter(v, 2350, body, ONF))

    def port_modification(self):
        v = self.version
        return message(v, 16, pack("!I4x6s2xII", 1, bytes(6), 1, 1) + (bytes(8) if v < 5 else b""))


def error_names():
    with open("/usr/bin/ovs-ofctl", "rb") as file:
        found = set(re.findall(rb"\0((?:OFP\w{1,4}FC|OFPB\w{2}C|OFPHFC|NX\w{1,4}FC|NXB\w{2}C|NXR|NXST)_[A-Z_0-9]+)(?=\0)", file.read()))
    return sorted(name.decode() for name in found)


def tables_asked(corpus):
    """A request for other features of tables is like the reply."""
    for record in list(corpus.records):
        data = record.message
        if data[0] >= 4 and data[1] == 19 and data[8:10] == b"\0\x0c" and record.theme == "sent":
            corpus.add("handmade", "as described", TO_SWITCH, data[:1] + b"\x12" + data[2:])


def errors(corpus):
    """Every error in every version that has it, about an echo request."""
    for version in VERSIONS.values():
        for error in error_names():
            done = subprocess.run(["ovs-ofctl", "encode-error-reply", error, message(version, 2, xid=0x99).hex()],
                                  capture_output=True, text=True)
            digits = "".join(re.sub(r"[^0-9a-f]", "", line[10:58].lower()) for line in done.stdout.split("\n"))
            if done.returncode == 0 and digits:
                corpus.add("errors", error, TO_CONTROLLER, bytes.fromhex(digits))


def record(corpus):
    for version in VERSIONS.values():
        Builder(corpus, version).run()
    tables_asked(corpus)
    errors(corpus)
