"""Records: what a message is called, what ovs-ofctl prints for it, and the files that hold them."""

import collections
import os
import re
import struct
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

VERSIONS = {"1.0": 1, "1.1": 2, "1.2": 3, "1.3": 4, "1.4": 5, "1.5": 6}
KIND = re.compile(r"(?:\*\*\* .*\n)?((?:OFP|NX|ONF)S?T_\w+)(?: (request|reply))?\b")
# Errors hold what they complain of, up to 64 KiB; that much of it shows nothing new.
LONGEST = 6000
# What ovs-ofctl takes when none is given is 4.
VERBOSITIES = (3, 2, 1, 0)


def printed(message, verbosity=None):
    words = ["ovs-ofctl", "ofp-print", message.hex()] + ([] if verbosity is None else [str(verbosity)])
    done = subprocess.run(words, capture_output=True, text=True, errors="surrogateescape")
    return done.stdout


class Record:
    def __init__(self, theme, label, direction, message):
        self.theme, self.label, self.direction, self.message = theme, label, direction, message
        self.version = message[0]
        self.texts = []

    def print(self):
        self.texts = [(None, printed(self.message))]
        least = printed(self.message, VERBOSITIES[-1])
        for verbosity in VERBOSITIES if least != self.texts[0][1] else ():
            text = printed(self.message, verbosity)
            if text != self.texts[-1][1]:
                self.texts.append((verbosity, text))
        match = KIND.match(self.texts[0][1])
        self.kind = " ".join(filter(None, match.groups())) if match else "undecodable"
        if not match or "***decode error" in self.texts[0][1].split("\n")[0]:
            self.theme = "malformed"

    def lines(self, name):
        yield "[%s]" % name
        yield self.direction
        digits = self.message.hex()
        for i in range(0, len(digits), 96):
            yield digits[i:i + 96]
        for verbosity, text in self.texts:
            mark = ">" if verbosity is None else "%d>" % verbosity
            for line in text.split("\n")[:-1] if text.endswith("\n") else text.split("\n"):
                yield mark + line
        yield ""


class Corpus:
    def __init__(self):
        self.records, self.seen, self.lock = [], set(), threading.Lock()

    def add(self, theme, label, direction, message):
        """Adds a message unless the same, with any transaction number, is there."""
        message = shortened(message)
        if len(message) > LONGEST and not describes_tables(message) or message[0] not in VERSIONS.values():
            return
        # Asked for by ovs-ofctl before most commands, to know the tables' names.
        if describes_tables(message) and not label.startswith(("dump-table", "monitor")):
            return
        key = (direction, message[:4] + b"\0\0\0\0" + message[8:])
        with self.lock:
            if key in self.seen:
                return
            self.seen.add(key)
            if describes_tables(message):
                # The parts of one answer differ in little but the tables' numbers.
                same = [r for r in self.records if r.version == message[0] and describes_tables(r.message)
                        and r.label == label]
                if len(same) > 1:
                    return
            self.records.append(Record(theme, label, direction, message))

    def print(self):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Record.print, self.records))

    def write(self, directory, heads):
        files = collections.OrderedDict()
        for record in self.records:
            files.setdefault((record.theme, record.version), []).append(record)
        for (theme, version), records in files.items():
            name = {number: name for name, number in VERSIONS.items()}[version]
            names = collections.Counter()
            with open(os.path.join(directory, "%s-%s.txt" % (theme, name)), "w", errors="surrogateescape") as file:
                for line in heads[theme].strip().split("\n"):
                    print(("# " + line).rstrip(), file=file)
                print(file=file)
                for record in records:
                    title = "%s: %s" % (record.kind, record.label)
                    names[title] += 1
                    if names[title] > 1:
                        title += " #%d" % names[title]
                    for line in record.lines(title):
                        print(line, file=file)

    def coverage(self):
        """Counts of records by kind and version."""
        table = collections.defaultdict(collections.Counter)
        for record in self.records:
            if record.theme != "malformed":
                table[record.kind][record.version] += 1
        return table


def describes_tables(message):
    return message[1] == (17 if message[0] == 1 else 19) and message[8:10] in (b"\0\3", b"\0\x0c")


def shortened(message):
    """Statistics of all tables say nearly the same of each: the first ones and the last stay."""
    version, kind = message[0], message[1]
    if kind not in (17, 19) or len(message) < 1500:
        return message
    start = 12 if version == 1 else 16
    number = struct.unpack_from("!H", message, 8)[0]
    if number == 12:
        size, keep = struct.unpack_from("!H", message, start)[0], 1
    elif number == 3:
        size, keep = {1: 64, 2: 88, 3: 128}.get(version, 24), 4
    elif number == 14:
        size, keep = struct.unpack_from("!H", message, start)[0], 3
    else:
        return message
    body = message[start:]
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    if len(parts) <= keep + 1:
        return message
    kept = message[:start] + b"".join(parts[:keep] + parts[-1:])
    return kept[:2] + struct.pack("!H", len(kept)) + kept[4:]
