"""Changes rules at a rate, over OpenFlow 1.0 and a Unix socket, from a thread of its own."""
import socket
import struct
import threading
import time

from lab import Failure

HELLO, ERROR, ECHO_REQUEST, ECHO_REPLY, FLOW_MOD, BARRIER_REQUEST, BARRIER_REPLY = 0, 1, 2, 3, 14, 18, 19
ADD, DELETE_STRICT = 0, 4
# ofp_match: everything is wild but the type, the protocol, the destination and both ports.
WILD = (1 << 22) - 1 & ~(1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 0x3f << 14)
NO_BUFFER, NO_PORT = 0xffffffff, 0xffff


def flow_mod(number, command, priority, destination, from_port, to_port, output):
    """A change of a rule on UDP flows: where it sends them."""
    match = struct.pack("!IH6s6sHBxHBBxxIIHH", WILD, 0, bytes(6), bytes(6), 0, 0, 0x0800, 0, 17, 0, destination,
                        from_port, to_port)
    body = match + struct.pack("!QHHHHIHH", 0, command, 0, 0, priority, NO_BUFFER, NO_PORT, 0)
    if command == ADD:
        body += struct.pack("!HHHH", 0, 8, output, 0)
    return struct.pack("!BBHI", 1, FLOW_MOD, 8 + len(body), number) + body


class Churn:
    """Adds and deletes rules, `rate` changes a second in all, while a `with` block runs.

    Every second change is of a rule that frames meet and that sends them where they went before; the others are
    of rules beside these, for no frame there is, which send to port 3. A frame there has been sent wrongly.
    """

    def __init__(self, path, rate, destination, from_port, to_port, flows=1):
        """Of the first flow; the others have the next destinations and destination ports."""
        self.path, self.rate, self.flows = path, rate, flows
        self.first = destination, from_port, to_port
        self.made, self.error = 0, None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join(10)
        if self.error:
            raise Failure(f"OpenFlow: {self.error}")

    def _run(self):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
                stream.settimeout(10)
                stream.connect(self.path)
                stream.sendall(struct.pack("!BBHI", 1, HELLO, 8, 0))
                start = time.monotonic()
                while not self._ends.is_set():
                    due = int((time.monotonic() - start) * self.rate)
                    messages = b"".join(self._change(n) for n in range(self.made, due))
                    self.made = max(due, self.made)
                    # An answer says that all of them are in effect.
                    stream.sendall(messages + struct.pack("!BBHI", 1, BARRIER_REQUEST, 8, due))
                    self._await(stream, due)
                    time.sleep(0.002)
        except (OSError, ValueError) as error:
            self.error = str(error)

    def _change(self, number):
        flow = number // 4 % self.flows
        command = ADD if number // 2 % 2 == 0 else DELETE_STRICT
        destination, from_port, to_port = self.first
        destination, to_port = destination + flow, to_port + flow
        if number % 2:
            return flow_mod(number, command, 300, destination, from_port, to_port ^ 0x8000, 3)
        return flow_mod(number, command, 200, destination, from_port, to_port, 2)

    @staticmethod
    def _await(stream, number):
        """Reads messages up to the barrier's answer."""
        while True:
            _, kind, length, found = struct.unpack("!BBHI", receive(stream, 8))
            body = receive(stream, length - 8)
            if kind == ERROR:
                raise ValueError(f"error {struct.unpack('!HH', body[:4])}")
            if kind == ECHO_REQUEST:
                stream.sendall(struct.pack("!BBHI", 1, ECHO_REPLY, length, found) + body)
            if kind == BARRIER_REPLY and found == number:
                return


def receive(stream, count):
    data = b""
    while len(data) < count:
        part = stream.recv(count - len(data))
        if not part:
            raise ValueError("the switch has closed the connection")
        data += part
    return data
