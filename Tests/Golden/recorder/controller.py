"""A controller that says what ovs-ofctl does not say; what comes back is written down by the proxy."""

import socket
import struct
import time

NX, ONF = 0x2320, 0x4F4E4600


def message(version, kind, body=b"", xid=0x1234):
    return struct.pack("!BBHI", version, kind, 8 + len(body), xid) + body


def experimenter(version, number, body=b"", vendor=NX, xid=0x1234):
    return message(version, 4, struct.pack("!II", vendor, number) + body, xid)


def multipart(version, number, body=b"", flags=0, reply=False, xid=0x1234):
    kind = (16 if version == 1 else 18) + reply
    return message(version, kind, struct.pack("!HH", number, flags) + (b"" if version == 1 else bytes(4)) + body, xid)


def vendor_multipart(version, number, body=b"", vendor=NX, flags=0, reply=False, xid=0x1234):
    head = struct.pack("!II", vendor, number) + (bytes(4) if version == 1 and vendor == NX else b"")
    return multipart(version, 0xFFFF, head + body, flags, reply, xid)


class Controller:
    def __init__(self, path, version):
        self.version, self.waiting = version, b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(5)
        self.socket.connect(path)
        self.send(message(version, 0))
        self.read_until(lambda m: m[1] == 0)

    def send(self, data):
        self.socket.sendall(data)

    def read_until(self, wanted, seconds=5):
        """Messages up to the first wanted one, or those of that time."""
        got, deadline = [], time.monotonic() + seconds
        while True:
            while len(self.waiting) >= 8:
                length = struct.unpack_from("!H", self.waiting, 2)[0]
                if len(self.waiting) < length:
                    break
                one, self.waiting = self.waiting[:length], self.waiting[length:]
                got.append(one)
                if wanted(one):
                    return got
            left = deadline - time.monotonic()
            if left <= 0:
                return got
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(1 << 16)
            except socket.timeout:
                return got
            if not data:
                return got
            self.waiting += data

    def ask(self, *requests):
        """Sends, and reads all that comes until the switch has dealt with it."""
        for request in requests:
            self.send(request)
        return self.barrier()

    def barrier(self):
        request, reply = (18, 19) if self.version == 1 else (20, 21)
        self.send(message(self.version, request, xid=0xBA881E8))
        return self.read_until(lambda m: m[1] == reply)

    def close(self):
        self.socket.close()
