"""A Unix socket that passes OpenFlow through to the switch and writes down each whole message."""

import os
import socket
import struct
import threading

TO_SWITCH, TO_CONTROLLER = "to switch", "to controller"


class Proxy:
    def __init__(self, path, target, sink):
        """Calls sink(direction, message) for every message, in the order of one direction of one connection."""
        self.path, self.target, self.sink = path, target, sink
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            switch = socket.socket(socket.AF_UNIX)
            switch.connect(self.target)
            for source, destination, direction in (
                    (client, switch, TO_SWITCH), (switch, client, TO_CONTROLLER)):
                threading.Thread(
                    target=self.carry, args=(source, destination, direction), daemon=True).start()

    def carry(self, source, destination, direction):
        waiting = b""
        while True:
            try:
                data = source.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                break
            waiting += data
            while len(waiting) >= 8:
                length = struct.unpack_from("!H", waiting, 2)[0]
                if length < 8 or len(waiting) < length:
                    break
                # Before it is passed on, so that who gets the answer finds the question written down.
                self.sink(direction, waiting[:length])
                waiting = waiting[length:]
            try:
                destination.sendall(data)
            except OSError:
                break
        for end in (source, destination):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()
        os.unlink(self.path)
