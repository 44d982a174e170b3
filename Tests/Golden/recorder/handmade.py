"""Messages that neither Open vSwitch nor ovs-ofctl sends here, built from the specifications of OpenFlow 1.0.2, 1.1,
1.2, 1.3.5, 1.4.1, 1.5.1, the extensions of the ONF and the layouts of Nicira's extensions."""

import re
import struct
import subprocess

import frames
from controller import NX, ONF, experimenter, message, multipart, vendor_multipart
from corpus import VERSIONS
from proxy import TO_CONTROLLER, TO_SWITCH

pack = struct.pack


def padded(data, size=8):
    return data + bytes(-len(data) % size)


def prop(kind, body=b"", pad=8):
    """A property: its length leaves the padding behind it out."""
    return padded(pack("!HH", kind, 4 + len(body)) + body, pad)


def async_property(kind, mask):
    return prop(kind, pack("!I", mask))


def oxm(*fields):
    """ofp_match of OpenFlow 1.2 and later: (class, field, value, mask or None)."""
    body = b"".join(pack("!HBB", kind, number << 1 | (mask is not None), len(value) + len(mask or b"")) + value +
                    (mask or b"") for kind, number, value, mask in fields)
    return padded(pack("!HH", 1, 4 + len(body)) + body)


OF, NXM0, NXM1 = 0x8000, 0, 1
IN_PORT_1 = (OF, 0, pack("!I", 1), None)
IS_IP = (OF, 5, b"\x08\0", None)
MATCH = oxm(IN_PORT_1, IS_IP, (OF, 10, b"\x06", None), (OF, 11, bytes((10, 0, 0, 0)), bytes((255, 0, 0, 0))),
            (OF, 14, pack("!H", 80), None))

def match_10(wildcards=0x3FFFFF, in_port=0, dl_type=0, proto=0, nw_src=0, tp_dst=0):
    return pack("!IH6s6sHBxHBB2xIIHH", wildcards, in_port, bytes(6), bytes(6), 0, 0, dl_type, 0, proto, nw_src, 0, 0,
                tp_dst)


def match_11(wildcards=0x3FF, in_port=0, dl_type=0, proto=0, nw_src=0, nw_src_mask=0xFFFFFFFF, tp_dst=0):
    return pack("!HHII6s6s6s6sHBxHBBIIIIHHI4xQQ", 0, 88, in_port, wildcards, bytes(6), b"\xff" * 6, bytes(6), b"\xff" * 6,
                0, 0, dl_type, 0, proto, nw_src, nw_src_mask, 0, 0xFFFFFFFF, 0, tp_dst, 0, 0, (1 << 64) - 1)


def matches(version):
    """(any, TCP to port 80 from 10/8 on port 1) as the version has them."""
    if version == 1:
        return match_10(), match_10(0x3FFFFF & ~(1 | 0x10 | 0x20 | 0x80 | 0x3F00) | 24 << 8, 1, 0x800, 6, 0x0A000000, 80)
    if version == 2:
        return match_11(), match_11(0x3FF & ~(1 | 8 | 0x20 | 0x80), 1, 0x800, 6, 0x0A000000, 0x00FFFFFF, 80)
    return oxm(), MATCH


def output(version, port, length=0):
    return pack("!HHHH", 0, 8, port & 0xFFFF, length) if version == 1 else pack("!HHIH6x", 0, 16, port, length)


def name(text, size):
    return text.encode()[:size].ljust(size, b"\0")


class Builder:
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

    def queues(self):
        v = self.version
        rates = lambda low, high: pack("!HH4xH6x", 1, 16, low) + (pack("!HH4xH6x", 2, 16, high) if high else b"")
        queue = lambda number, body: (pack("!IH2x", number, 8 + len(body)) if v < 3 else
                                      pack("!IIH6x", number, 1, 16 + len(body))) + body
        if v <= 4:
            kind = 21 if v == 1 else 23
            head = pack("!H6x", 1) if v == 1 else pack("!I4x", 1)
            for label, body in (("none", b""), ("rates", queue(1, rates(100, 500)) + queue(2, rates(0xFFFF, 0))),
                                ("no properties", queue(7, b""))):
                self.add(label, message(v, kind, head + body))
            for label, port in (("port 1", 1), ("port ANY", 0xFFFFFFFF), ("LOCAL", 0xFFFFFFFE)):
                self.ask(label, message(v, kind - 1, pack("!H2x", port & 0xFFFF) if v == 1 else pack("!I4x", port)))
        else:
            described = lambda port, number, body: pack("!IIH6x", port, number, 16 + len(body)) + body
            for label, body in (
                    ("none", b""), ("rates", described(1, 1, prop(1, pack("!H2x", 100)) + prop(2, pack("!H2x", 500))) +
                                    described(1, 2, prop(1, pack("!H2x", 0xFFFF)))),
                    ("of an experimenter", described(2, 3, prop(0xFFFF, pack("!II", 5, 6)))), ("no properties", described(3, 7, b""))):
                self.add(label, multipart(v, 15, body, reply=True))
            for label, port, number in (("one", 1, 2), ("all", 0xFFFFFFFF, 0xFFFFFFFF)):
                self.ask(label, multipart(v, 15, pack("!II", port, number)))
        if v == 1:
            statistics = [pack("!H2xIQQQ", 1, 5, 1, 2, 3), pack("!H2xIQQQ", 0xFFFE, 0xFFFFFFFE, *((1 << 64) - 1,) * 3)]
        elif v < 4:
            statistics = [pack("!IIQQQ", 1, 5, 1, 2, 3), pack("!IIQQQ", 0xFFFFFFFE, 6, *((1 << 64) - 1,) * 3)]
        elif v == 4:
            statistics = [pack("!IIQQQII", 1, 5, 1, 2, 3, 9, 500000000), pack("!IIQQQII", 2, 6, *((1 << 64) - 1,) * 3, 0xFFFFFFFF, 0xFFFFFFFF)]
        else:
            statistics = [pack("!H6xIIQQQII", 48, 1, 5, 1, 2, 3, 9, 500000000),
                          pack("!H6xIIQQQII", 48, 2, 6, *((1 << 64) - 1,) * 3, 0xFFFFFFFF, 0xFFFFFFFF)]
            self.add("with a property", multipart(v, 5, pack("!H6xIIQQQII", 60, 2, 6, 1, 2, 3, 4, 5) + pack("!HHII", 0xFFFF, 12, 5, 6), reply=True))
        for label, flags, body in (("one", 0, statistics[0]), ("two", 0, b"".join(statistics)), ("more to come", 1, statistics[1])):
            self.add(label, multipart(v, 5, body, flags, True))

    def port_statistics(self):
        v, big = self.version, (1 << 64) - 1
        if v == 1:
            rows = [pack("!H6x12Q", 1, *range(1, 13)), pack("!H6x12Q", 0xFFFE, *(big,) * 12)]
        elif v < 4:
            rows = [pack("!I4x12Q", 1, *range(1, 13)), pack("!I4x12Q", 0xFFFFFFFE, *(big,) * 12)]
        elif v == 4:
            rows = [pack("!I4x12QII", 1, *range(1, 13), 9, 5000000), pack("!I4x12QII", 0xFFFFFFFE, *(big,) * 12, 0xFFFFFFFF, 0xFFFFFFFF)]
        else:
            ethernet = lambda *errors: prop(0, pack("!4x4Q", *errors))
            optical = prop(1, pack("!4xI3I2I2H2H", 3, 1, 2, 3, 4, 5, 6, 7, 8, 9)[:40])
            row = lambda port, counters, seconds, body: pack("!H2xIII8Q", 80 + len(body), port, *seconds, *counters) + body
            rows = [row(1, range(1, 9), (9, 5000000), ethernet(1, 2, 3, 4)), row(0xFFFFFFFE, (big,) * 8, (0xFFFFFFFF,) * 2, ethernet(*(big,) * 4)),
                    row(2, range(8), (1, 2), b""), row(3, range(8), (1, 2), optical),
                    row(4, range(8), (1, 2), ethernet(0, 1, 2, 3) + prop(0xFFFF, pack("!II", NX, 1) + bytes(4) + pack("!16Q", *range(16))))]
        for label, body in (("one", rows[0]), ("two", rows[0] + rows[1]), ("none", b""), ("more", b"".join(rows[2:]))):
            if body or label == "none":
                self.add(label, multipart(v, 4, body, reply=True))
        for label, port in (("all", 0xFFFFFFFF), ("LOCAL", 0xFFFFFFFE)):
            self.ask(label, multipart(v, 4, pack("!H6x", port & 0xFFFF) if v == 1 else pack("!I4x", port)))
        if v == 6:
            self.ask("all", multipart(v, 13, pack("!I4x", 0xFFFFFFFF)))

    def tables(self):
        v, big = self.version, (1 << 64) - 1
        if v == 1:
            rows = [pack("!B3x32sIIIQQ", table, name("t%d" % table, 32), 0x3FFFFF, 1000, table, table * 2, 1) for table in (0, 1, 2)]
            rows.append(pack("!B3x32sIIIQQ", 254, name("last", 32), 0x2000F0, 0xFFFFFFFF, 0xFFFFFFFF, big, big))
        elif v == 2:
            rows = [pack("!B7x32sIIIIIIIIQQ", table, name("t%d" % table, 32), 0x3FF, 0x3FF, 0x3F, 0xFFFF, 0xFFFF, table, 1000, table,
                         table * 2, 1) for table in (0, 1, 2)]
        elif v == 3:
            rows = [pack("!B7x32sQQIIQQQQIIIIQQ", table, name("t%d" % table, 32), 0x3FF, 0x3FF, 0xFFFF, 0xFFFF, 7, 7, big, big, 0x3F,
                         table, 1000, table, table * 2, 1) for table in (0, 1, 2)]
        else:
            rows = [pack("!B3xIQQ", table, table, table * 2, 1) for table in (0, 1, 2, 200)]
        for count in (0, 1, len(rows)):
            self.add("%d tables" % count, multipart(v, 3, b"".join(rows[:count]), reply=True))
        if v < 4:
            return
        number = lambda kind, body: prop(kind, body)
        header = lambda kind, field, size, masked=0: pack("!HBB", kind, field << 1 | masked, size)
        fields = b"".join(header(OF, field, size) for field, size in ((0, 4), (5, 2), (10, 1))) + header(OF, 11, 8, 1)
        instruction = lambda *numbers: b"".join(pack("!HH", kind, 4) for kind in numbers)
        properties = [number(0, instruction(1, 2, 3, 4, 5)), number(2, bytes((1, 2, 3))), number(4, instruction(0, 22, 17)),
                      number(6, instruction(0, 25)), number(8, fields), number(10, header(OF, 0, 4)), number(12, fields),
                      number(14, fields), number(1, instruction(1, 6)), number(3, b""), number(5, instruction(0)),
                      number(7, instruction(0)), number(13, b""), number(15, fields)]
        size = 64
        feature = lambda table, body, config=0, entries=1000, title="t": pack(
            "!HBBI32sQQII" if v >= 5 else "!HB5x32sQQII", *((size + len(body), table, 0, 0x1F) if v >= 5 else (size + len(body), table)),
            name(title + str(table), 32), 5, big, config, entries) + body
        for label, body in (
                ("one table", feature(0, b"".join(properties))), ("same again", b"".join(feature(t, b"".join(properties)) for t in (0, 1, 2))),
                ("two tables", feature(0, b"".join(properties)) + feature(7, b"".join(properties[:8]), 0xF, 0xFFFFFFFF, "")),
                ("no properties", feature(3, b"")), ("of an experimenter", feature(3, prop(0xFFFE, pack("!III", NX, 1, 2))))):
            self.add(label, multipart(v, 12, body, reply=True))
            self.ask(label, multipart(v, 12, body))
        if v >= 5:
            described = lambda table, config, body: pack("!HBxI", 8 + len(body), table, config) + body
            for label, body in (
                    ("none", described(0, 0, b"")), ("eviction", described(1, 4, prop(2, pack("!I", 7)))),
                    ("vacancy", described(2, 8, prop(3, pack("!BBBx", 20, 80, 33)))),
                    ("several", b"".join(described(t, 12, prop(2, pack("!I", 1)) + prop(3, pack("!BBBx", 1, 2, 100))) for t in range(3)))):
                self.add(label, multipart(v, 14, body, reply=True))

    def table_status(self):
        if self.version < 5:
            return
        for reason in (3, 4, 0):
            body = prop(2, pack("!I", 1)) + prop(3, pack("!BBBx", 20, 80, 15))
            self.add("reason %d" % reason, message(5 if self.version == 5 else 6, 31, pack("!B7xHBxI", reason, 8 + len(body), 5, 12) + body))
            self.add("reason %d, plain" % reason, message(self.version, 31, pack("!B7xHBxI", reason, 8, 5, 0)))

    def ipfix(self):
        v, big = self.version, (1 << 64) - 1
        counters = pack("!9QI4x", *range(1, 10), 7)
        for label, body in (("counters", counters), ("extremes", b"\xff" * 76 + bytes(4))):
            self.add(label, vendor_multipart(v, 3, body, reply=True))
            self.add(label, vendor_multipart(v, 4, body, reply=True))
        rows = b"".join(pack("!9QI4x", *range(n, n + 9), n) for n in (1, 0xFFFFFFFF))
        self.add("two sets", vendor_multipart(v, 4, rows, reply=True))
        self.add("none", vendor_multipart(v, 4, reply=True))
        self.ask("request", vendor_multipart(v, 3))
        self.ask("request", vendor_multipart(v, 4))

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

    def meters(self):
        v, big = self.version, (1 << 64) - 1
        if v < 4:
            return
        drop = lambda rate, burst: pack("!HHII4x", 1, 16, rate, burst)
        remark = lambda rate, burst, level: pack("!HHIIB3x", 2, 16, rate, burst, level)
        other = pack("!HHIII", 0xFFFF, 16, 5, 6, NX)
        for command in range(4):
            for flags in (1, 2, 4 | 8 | 1, 15, 0):
                self.ask("command %d flags %d" % (command, flags), message(v, 29, pack("!HHI", command, flags, 7) + (drop(5, 6) if command < 2 else b"")))
        for label, number, bands in (("no band", 1, b""), ("three bands", 0xFFFFFFFE, drop(1, 2) + remark(3, 4, 5) + drop(0xFFFFFFFF, 0)),
                                     ("of an experimenter", 0xFFFFFFFD, other), ("all", 0xFFFFFFFF, drop(1, 1)), ("0", 0, drop(1, 1))):
            self.ask(label, message(v, 29, pack("!HHI", 0, 5, number) + bands))
        config = lambda number, flags, bands: pack("!HHI", 8 + len(bands), flags, number) + bands
        self.add("two", multipart(v, 10, config(1, 1, drop(1, 2)) + config(0xFFFFFFFE, 15, remark(3, 4, 5) + drop(1, 2)), reply=True))
        self.add("no band", multipart(v, 10, config(1, 2, b""), reply=True))
        statistics = lambda number, bands: pack("!IH6xIQQII", number, 40 + 16 * len(bands), 2, 3, 4, 5, 6) + b"".join(
            pack("!QQ", *band) for band in bands)
        self.add("two", multipart(v, 9, statistics(1, [(1, 2)]) + statistics(0xFFFFFFFE, [(big, big), (0, 0)]), reply=True))
        self.add("no band", multipart(v, 9, statistics(9, []), reply=True))
        for number in (1, 0xFFFFFFFF):
            self.ask("meter %d" % number, multipart(v, 9, pack("!I4x", number)))
            self.ask("meter %d" % number, multipart(v, 10, pack("!I4x", number)))
        for label, values in (("usual", (1000, 6, 15, 8, 3)), ("none", (0, 0, 0, 0, 0)), ("extremes", (0xFFFFFFFF,) * 3 + (255, 255))):
            self.add(label, multipart(v, 11, pack("!IIIBB2x", *values) + (pack("!II", 7, 0) if v == 6 and label == "none" else b""), reply=True))
            self.add(label, multipart(v, 11, pack("!IIIBB2x", *values), reply=True))

    def groups(self):
        v, big = self.version, (1 << 64) - 1
        if v < 2:
            self.ask("request", vendor_multipart(v, 9))
            for label, values in (("usual", (15, 15) + (100,) * 4 + (0xFFF,) * 4), ("none", (0,) * 10)):
                self.add(label, vendor_multipart(v, 9, pack("!10I", *values), reply=True))
        else:
            for label, values in (("usual", (15, 15) + (100,) * 4 + (0xFFF, 0xFFFF, 0x1FFFFFF, 1)), ("none", (0,) * 10), ("extremes", (0xFFFFFFFF,) * 10)):
                self.add(label, multipart(v, 8, pack("!10I", *values), reply=True) if v > 2 else vendor_multipart(v, 9, pack("!10I", *values), reply=True))

        def bucket(number, weight, port, group, actions=b""):
            if v in (1, 6):
                body = padded(actions) + (prop(0, pack("!H2x", weight)) if weight else b"")
                if port != 0xFFFFFFFF:
                    body += prop(1, pack("!I", port))
                if group != 0xFFFFFFFF:
                    body += prop(2, pack("!I", group))
                return pack("!HHI", 8 + len(body), len(actions), number) + body
            return pack("!HHII4x", 16 + len(actions), weight, port, group) + actions

        none = 0xFFFFFFFF
        buckets = [bucket(0, 0, none, none, output(v, 1)), bucket(1, 0, none, none, output(v, 2) * 2), bucket(2, 9, none, none, output(v, 3)),
                   bucket(3, 0, 1, none, output(v, 4)), bucket(4, 0, none, 7), bucket(5, 0, 0xFFFFFFFE, 0xFFFFFF00 - 1)]
        selection = prop(0xFFFF, pack("!II16s4xQ", 0x154D, 1, name("hash", 16), 7)) if v in (1, 6) else b""
        send = (lambda data: message(v, 15, data)) if v > 1 else (lambda data: experimenter(v, 31, data))
        for command in (0, 1, 2, 3, 5, 9):
            for kind in (0, 1, 2, 3, 9):
                chosen = [] if command == 2 else [buckets[:2], buckets[1:3], buckets[:1], buckets[3:], []][kind if kind < 4 else 4]
                array = b"".join(chosen)
                if v in (1, 6):
                    body = pack("!HBxIH2xI", command, kind, 7, len(array), 0xFFFFFFFD if command in (3, 5) else none) + array
                    self.ask("command %d type %d" % (command, kind), send(body))
                    if kind == 1 and command < 2:
                        self.ask("command %d type %d hash" % (command, kind), send(body + selection))
                else:
                    self.ask("command %d type %d" % (command, kind), send(pack("!HBxI", command, kind, 7) + array))
        for number in (0, 0xFFFFFF00, 0xFFFFFFFC, 0xFFFFFFFF):
            self.ask("delete %x" % number, send(pack("!HBxIH2xI", 2, 0, number, 0, none) if v in (1, 6) else pack("!HBxI", 2, 0, number)))
        described = []
        for kind, chosen in ((0, buckets[:2]), (1, buckets[1:3]), (2, buckets[:1]), (3, buckets[3:]), (0, [])):
            array = b"".join(chosen)
            if v in (1, 6):
                extra = selection if kind == 1 else b""
                described.append(pack("!HBxIH6x", 16 + len(array) + len(extra), kind, 7, len(array)) + array + extra)
            else:
                described.append(pack("!HBxI", 8 + len(array), kind, 7) + array)
        reply = (lambda number, body: multipart(v, number, body, reply=True)) if v > 1 else (
            lambda number, body: vendor_multipart(v, number + 1, body, reply=True))
        for index, body in enumerate(described):
            self.add("group %d" % index, reply(7, body))
        self.add("all groups", reply(7, b"".join(described)))
        for count in (0, 1, 3):
            counters = b"".join(pack("!QQ", n, big - n) for n in range(count))
            if v in (2, 3):
                body = pack("!H2xII4xQQ", 32 + len(counters), 7, 2, 3, 4) + counters
            else:
                body = pack("!H2xII4xQQII", 40 + len(counters), 7, 2, 3, 4, 9, 5000000) + counters
            self.add("%d buckets" % count, reply(6, body))
            self.add("%d buckets twice" % count, reply(6, body + body))

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

    def statistics(self):
        v, big = self.version, (1 << 64) - 1
        texts = [name("manufacturer", 256), name("hardware", 256), name("software \"quoted\"", 256), name("serial", 32), name("datapath", 256)]
        self.add("texts", multipart(v, 0, b"".join(texts), reply=True))
        self.add("full texts", multipart(v, 0, b"x" * 1056, reply=True))
        self.add("weird texts", multipart(v, 0, (b"a\1\xc3\xa9\n" + bytes(251)) * 3 + bytes(32) + bytes(256), reply=True))
        for label, table, port in (("all", 255, 0xFFFFFFFF), ("one table", 3, 7), ("emergency", 254, 0xFFFFFFFE)):
            for match_label, match in zip(("", ", narrow"), matches(v)):
                for number in (1, 2):
                    if v == 1:
                        body = match + pack("!BxH", table, port & 0xFFFF)
                    else:
                        body = pack("!B3xII4xQQ", table, port, port, 5, big if table == 3 else 0) + match
                    self.ask(label + match_label, multipart(v, number, body))
        if v < 6:
            self.add("usual", multipart(v, 2, pack("!QQI4x", 5, 500, 3), reply=True))
            self.add("unknown counters", multipart(v, 2, pack("!QQI4x", big, big, 0xFFFFFFFF), reply=True))
        else:
            stats = lambda *fields: (lambda body: padded(pack("!HH", 0, 4 + len(body)) + body))(
                b"".join(pack("!HBB", 0x8002, number << 1, len(value)) + value for number, value in fields))
            for label, fields in (("usual", ((3, pack("!I", 3)), (4, pack("!Q", 5)), (5, pack("!Q", 500)))), ("none", ()), ("one", ((4, pack("!Q", 5)),))):
                self.add(label, multipart(v, 2, stats(*fields), reply=True))
        for label, seconds, priority, idle, hard, flags, counters in (
                ("young", (0, 0), 0x8000, 0, 0, 0, (0, 0)), ("old", (0xFFFFFFFE, 999000000), 65535, 65535, 65535, 0x1F if v > 3 else 7 if v > 1 else 0, (big - 1, big - 1)),
                ("unknown counters", (1, 500000000), 0, 5, 6, 1 if v > 1 else 0, (big, big))):
            for match_label, match in zip(("", ", narrow"), matches(v)):
                if v == 1:
                    body = match + pack("!IIHHH6xQQQ", *seconds, priority, idle, hard, 0x99, *counters) + output(v, 1)
                    body = pack("!HBx", 4 + len(body), 5) + body
                elif v < 6:
                    body = pack("!IIHHHHH2xQQQ", *seconds, priority, idle, hard, flags if v > 3 else flags & 1, 7 if v > 4 else 0, 0x99, *counters)
                    body += match + pack("!HH4x", 4, 24) + output(v, 1)
                    body = pack("!HBx", 4 + len(body), 5) + body
                else:
                    duration = (0, pack("!II", *seconds))
                    body = match + stats(duration, (1, pack("!II", 5, 0)), (4, pack("!Q", counters[0])), (5, pack("!Q", counters[1])))
                    body = pack("!2xBBHHHHHQ", 5, 1, priority, idle, hard, flags, 7, 0x99) + body
                    body += pack("!HH4x", 4, 24) + output(v, 1)
                    body = pack("!H", 2 + len(body)) + body
                self.add(label + match_label, multipart(v, 1, body, reply=True))
                self.add(label + match_label + ", twice", multipart(v, 1, body + body, flags=1, reply=True))


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
