"""Statistics, descriptions, groups and meters that nobody sends here."""

from controller import NX, message, multipart, experimenter, vendor_multipart
from layouts import IN_PORT_1, NXM1, OF, async_property, match_10, matches, name, output, oxm, pack, padded, prop


class Statistics:
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
        fields = b"".join(header(OF, field, size) for field, size in ((0, 4), (5, 2), (10, 1))) + header(OF, 11, 4)
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
        counters = pack("!10QI4x", *range(1, 11), 7)
        for label, body in (("counters", counters), ("extremes", b"\xff" * 84 + bytes(4))):
            self.add(label, vendor_multipart(v, 3, body, reply=True))
            self.add(label, vendor_multipart(v, 4, body, reply=True))
        rows = b"".join(pack("!10QI4x", *range(n & 255, (n & 255) + 10), n) for n in (1, 0xFFFFFFFF))
        self.add("two sets", vendor_multipart(v, 4, rows, reply=True))
        self.add("none", vendor_multipart(v, 4, reply=True))
        self.ask("request", vendor_multipart(v, 3))
        self.ask("request", vendor_multipart(v, 4))

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
