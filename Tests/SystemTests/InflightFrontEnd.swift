/// A front end that kills the switch that serves it, again and again, and gives the next one the record of what was in flight
/// (INFLIGHT_SHMFD): neither QEMU nor DPDK's driver asks for one for a network device.
///
/// It sends large frames without end, each with a number, and gets them back from the switch. A descriptor that comes back
/// must be one that is out, so none comes back twice; in the end all that were for sending must have come back. It does not
/// say where its rings were: only the ring and the record tell the next switch.
enum InflightFrontEnd {
  enum Rings: String, CaseIterable, Sendable {
    case split, packed
  }

  /// Starts one in `lab` that listens at `socket`. It writes "killed N" when it has killed the Nth switch, after which there is
  /// to be another one, and ends when that was often enough; with status 1 and the reason if something is not as it should be.
  static func start(_ rings: Rings, at socket: String, in lab: Lab) throws -> ChildProcess {
    let path = lab.path("front-end.py")
    try ControllerProgram.write(source, to: path)
    return lab.keep(try Command.start("/usr/bin/python3 -u \(path) \(socket) \(rings)"))
  }

  private static let source = #"""
    import mmap, os, random, signal, socket, struct, sys, time

    path, kind = sys.argv[1:]
    packed = kind == "packed"
    user, length = 0x7000_0000, 16 << 20
    file = os.memfd_create("guest")
    os.ftruncate(file, length)
    guest = mmap.mmap(file, length)
    # Stores and loads of whole integers.
    words, halves, quads = (memoryview(guest).cast(format) for format in "IHQ")
    kick, call = os.eventfd(0), os.eventfd(0)
    BUFFER, FRAME, HEADER, NUMBER = 1 << 16, 60_000, 12, 32
    NEXT, WRITE, AVAILABLE, USED = 1, 2, 1 << 7, 1 << 15

    class Ring:
        """What both kinds have in common: buffers 0, 1, ... that are out, each a chain of `entries` descriptors."""

        def __init__(self, number, size, entries, first):
            self.number, self.size, self.entries, self.first = number, size, entries, first
            self.base = 0x4000 * number
            self.buffers = size // entries
            self.out, self.came = set(), 0

        def place(self, buffer):
            return self.first + BUFFER * buffer

        def parts(self, buffer):
            """Address, length and flags of each descriptor: a header by itself when there are two."""
            place = self.place(buffer)
            if self.entries == 1:
                return [(place, BUFFER, WRITE)]
            return [(place, HEADER, NEXT), (place + HEADER, FRAME, 0)]

        def offer(self, buffer):
            assert buffer not in self.out
            self.out.add(buffer)
            self.write(buffer)

        def take(self):
            """The next buffer that has come back, and how many bytes were written; None when none has."""
            found = self.look()
            if found:
                assert found[0] in self.out, f"ring {self.number}: {found[0]} came back and was not out"
                self.out.remove(found[0])
                self.came += 1
            return found

    class Split(Ring):
        told = 0
        seen = 0

        def write(self, buffer):
            head = self.entries * buffer
            for i, (address, length, flags) in enumerate(self.parts(buffer)):
                place = self.base + 16 * (head + i)
                guest[place:place + 16] = struct.pack("<QIHH", address, length, flags, head + i + 1)
            halves[(self.base + 0x1004) // 2 + self.told % self.size] = head
            self.told = self.told + 1 & 0xffff
            halves[(self.base + 0x1002) // 2] = self.told

        def look(self):
            used = halves[(self.base + 0x2002) // 2]
            assert used - self.seen & 0xffff <= len(self.out), f"ring {self.number}: its used index has jumped"
            if used == self.seen:
                return None
            place = (self.base + 0x2004) // 4 + 2 * (self.seen % self.size)
            self.seen = self.seen + 1 & 0xffff
            return words[place] // self.entries, words[place + 1]

        def recorded(self, record):
            """The record is the ring's, or one batch behind."""
            return halves[(self.base + 0x2002) // 2] - struct.unpack_from("<H", record, 14)[0] & 0xffff <= 32

    class Packed(Ring):
        told, told_wrap = 0, 1
        seen, seen_wrap = 0, 1

        def write(self, buffer):
            stores = []
            for address, length, flags in self.parts(buffer):
                flags |= AVAILABLE if self.told_wrap else USED
                stores.append((self.told, address, length | buffer << 32 | flags << 48))
                self.told += 1
                if self.told == self.size:
                    self.told, self.told_wrap = 0, 1 - self.told_wrap
            for index, address, rest in reversed(stores):
                quads[self.base // 8 + 2 * index] = address
                quads[self.base // 8 + 2 * index + 1] = rest

        def look(self):
            rest = quads[self.base // 8 + 2 * self.seen + 1]
            flags = rest >> 48
            if not flags & AVAILABLE == (AVAILABLE if self.seen_wrap else 0) or not bool(flags & USED) == self.seen_wrap:
                return None
            self.seen += self.entries
            if self.seen == self.size:
                self.seen, self.seen_wrap = 0, 1 - self.seen_wrap
            return rest >> 32 & 0xffff, rest & 0xffff_ffff

        def recorded(self, record):
            """What the last chain was, by the free-running index of the ring."""
            return struct.unpack_from("<H", record, 16)[0] < self.size

    kind = Packed if packed else Split
    incoming = kind(0, 64, 1, 8 << 20)
    outgoing = kind(1, 64, 2, 4 << 20)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    record = None

    def serve():
        """The next switch: what it is told is what a front end tells that has just come itself, and the record."""
        global connection, process, record
        connection, _ = listener.accept()
        process = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]

        def say(request, payload=b"", files=()):
            socket.send_fds(connection, [struct.pack("<III", request, 1, len(payload)) + payload], files)

        say(2, struct.pack("<Q", 1 << 30 | 1 << 32 | packed << 34))
        say(16, struct.pack("<Q", 1 << 12))
        say(5, struct.pack("<II4Q", 1, 0, 0, length, user, 0), [file])
        if record is None:
            say(31, struct.pack("<QQHH", 0, 0, 2, 64))
            answer, files, _, _ = socket.recv_fds(connection, 100, 1)
            size, offset = struct.unpack_from("<QQ", answer, 12)
            record = files[0], size, offset
        else:
            with mmap.mmap(record[0], record[1] + record[2]) as memory:
                for ring in incoming, outgoing:
                    part = memory[record[2] + record[1] // 2 * ring.number:][:record[1] // 2]
                    assert struct.unpack_from("<HH", part, 8) == (1, 64), f"ring {ring.number}: no record"
                    assert ring.recorded(part), f"ring {ring.number}: the record is not of this ring"
        say(32, struct.pack("<QQHH", record[1], record[2], 2, 64), [record[0]])
        for ring in incoming, outgoing:
            base = user + ring.base
            say(8, struct.pack("<II", ring.number, 64))
            say(10, struct.pack("<II", ring.number, 0x8000 if packed else 0))
            say(9, struct.pack("<II4Q", ring.number, 0, base, base + 0x2000, base + 0x1000, 0))
            say(12, struct.pack("<Q", ring.number), [kick])
            say(13, struct.pack("<Q", ring.number), [call])
            say(18, struct.pack("<II", ring.number, 1))

    # Frames differ in their number and in the buffer that they are sent from.
    heads = bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]) + b"\x88\xb5"
    tails = [bytes([buffer]) * (HEADER + FRAME - NUMBER - 8) for buffer in range(outgoing.buffers)]
    for buffer, tail in enumerate(tails):
        place = outgoing.place(buffer)
        guest[place:place + HEADER + FRAME] = (bytes(HEADER) + heads).ljust(NUMBER + 8, b"\0") + tail

    sent, received, next_number, lost, doubled = 0, 0, 0, 0, 0
    free = list(range(outgoing.buffers))

    def send():
        """Fills the ring."""
        global sent
        if not free:
            return
        while free:
            buffer = free.pop()
            quads[(outgoing.place(buffer) + NUMBER) // 8] = sent
            outgoing.offer(buffer)
            sent += 1
        os.eventfd_write(kick, 1)

    def receive():
        """Takes what has come back."""
        global received, next_number, lost, doubled
        while found := outgoing.take():
            free.append(found[0])
        while found := incoming.take():
            buffer, written = found
            assert written == HEADER + FRAME, f"{written} bytes were written"
            place = incoming.place(buffer)
            number = quads[(place + NUMBER) // 8]
            assert number < sent, "a frame was altered"
            rest = place + NUMBER + 8
            assert guest[rest:place + HEADER + FRAME] == tails[guest[rest]], "a frame was altered"
            received += 1
            if number < next_number:
                doubled += 1
            else:
                lost += number - next_number
                next_number = number + 1
            incoming.offer(buffer)

    def wait_for(what, condition, sends=False):
        end = time.monotonic() + 30
        while not condition():
            receive()
            if sends:
                send()
            assert time.monotonic() < end, \
                f"{what}: not within 30 s; sent {sent}, out {sorted(outgoing.out)}, received {received}"

    for buffer in range(incoming.buffers):
        incoming.offer(buffer)
    # As often as it takes to have met a switch with descriptors in flight.
    kills, met = 0, 0
    while True:
        serve()
        enough = received + 500
        wait_for("traffic", lambda: received >= enough, sends=True)
        if kills >= 6 and met >= 3:
            break
        assert kills < 100, f"in flight in {met} of {kills} switches that were killed"
        end = time.perf_counter() + random.random() * 0.002
        while time.perf_counter() < end:
            receive()
            send()
        os.kill(process, signal.SIGKILL)
        kills += 1
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        receive()
        met += bool(outgoing.out)
        print("killed", kills)
    wait_for("all sent", lambda: len(free) == outgoing.buffers)
    # What a switch that died had taken and not sent on yet is lost, a batch at most.
    wait_for("all received", lambda: next_number == sent)
    assert len(incoming.out) == incoming.buffers and not outgoing.out
    assert outgoing.came == sent and incoming.came == received
    assert lost <= 32 * kills and not doubled, f"{kills} killed, {lost} lost, {doubled} doubled"
    """#
}
