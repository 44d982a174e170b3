#!/usr/bin/env python3
"""Records the corpus of OpenFlow messages beside this directory, in ../openflow.

    python3 Tests/Golden/recorder/record.py

Needs Open vSwitch 3.1 (Debian packages openvswitch-switch and openvswitch-common). Starts a switch of its own with
dummy devices, lets ovs-ofctl and a controller of its own talk to it, and writes down all they say with what
`ovs-ofctl ofp-print` makes of it. Prints what was found of each kind of message.
"""

import os
import shlex
import sys
import time

import asynchronous
import commands
import handmade
import layouts
import rules
from controller import Controller, multipart, vendor_multipart
from corpus import VERSIONS, Corpus
from proxy import Proxy
from vswitch import VSwitch

DIRECTORY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "openflow")

FORMAT = """
Each record: [kind: what it shows], who gets it, the message in hexadecimal digits, then what Open vSwitch 3.1's
`ovs-ofctl ofp-print` prints for it (lines behind ">"; behind "3>" to "0>" what it prints at that verbosity where
that differs from the one before). Written by Tests/Golden/recorder/record.py.
"""
HEADS = {
    "sent": "What ovs-vswitchd 3.1 and ovs-ofctl 3.1 sent to each other. The name behind the kind is the command.\n" + FORMAT,
    "asynchronous": "What ovs-vswitchd 3.1 sent to a controller by itself, and what the controller asked for.\n" + FORMAT,
    "handmade": "Built by hand from the specifications; nobody sent them, ofp-print understands them.\n" + FORMAT,
    "malformed": "What Open vSwitch cannot decode, or knows nothing of: only its text counts, and that nothing traps.\n" + FORMAT,
    "actions": "Rules with each action, as ovs-ofctl 3.1 sent them and as ovs-vswitchd 3.1 gave them back.\n" + FORMAT,
    "errors": "Errors as `ovs-ofctl encode-error-reply` encodes them.\n" + FORMAT,
}


class Recorder:
    def __init__(self, switch, corpus):
        self.switch, self.corpus = switch, corpus
        self.theme, self.label = "sent", ""
        switch.vsctl(
            "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy", "fail_mode=secure",
            "protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15",
            "other-config:hwaddr=02:00:00:00:00:aa", "other-config:datapath-id=00000000000000aa")
        for number in (1, 2, 3):
            switch.vsctl(
                "add-port", "br0", "p%d" % number, "--", "set", "interface", "p%d" % number, "type=dummy",
                "ofport_request=%d" % number, 'mac="02:00:00:00:00:%02x"' % number)
        switch.wait_for("br0.mgmt")
        self.proxy = Proxy(switch.path("record.sock"), switch.path("br0.mgmt"), self.take)
        self.bridge, self.direct = "unix:" + switch.path("record.sock"), "unix:" + switch.path("br0.mgmt")

    def take(self, direction, message):
        self.corpus.add(self.theme, self.label, direction, message)

    def ofctl(self, version, label, words, options=(), bridge=None):
        """Runs ovs-ofctl at the bridge; it may fail, for errors are wanted too."""
        self.label = label
        if isinstance(words, str):
            words = shlex.split(words)
        words = [self.file(word[5:]) if word.startswith("FILE:") else (bridge or self.bridge) if word == "BR" else word
                 for word in words]
        return self.switch.run(["ovs-ofctl", "-O", "OpenFlow1%d" % (version - 1), *options, *words])

    def file(self, text):
        path = self.switch.path("input")
        with open(path, "w") as file:
            file.write(text)
        return path


def sent(recorder, version):
    recorder.theme = "sent"
    for name, scene in commands.SCENES:
        for versions, label, words in scene:
            if version in versions:
                out, error, code = recorder.ofctl(version, label, words)
                if "--trace" in sys.argv:
                    print(version, label, code, error.strip()[:200])
    if version == 1:
        for form in commands.FORMATS_10:
            for versions, label, words in commands.FLOWS:
                if version in versions:
                    recorder.ofctl(version, label + " as " + form, words, ["-F", form])


def flow_statistics_request(version):
    anything = layouts.matches(version)[0]
    if version == 1:
        return multipart(1, 1, anything + bytes.fromhex("ff00ffff"))
    return multipart(version, 1, b"\xff\0\0\0" + b"\xff" * 8 + bytes(20) + anything)


def actions(recorder, version):
    recorder.theme = "actions"
    controller = Controller(recorder.switch.path("record.sock"), version)
    for text in rules.ALL:
        for options in ((), ("-F", "NXM+table_id")) if version == 1 else ((),):
            _, error, code = recorder.ofctl(version, text, ["add-flow", "BR", text], options)
            if code == 0:
                recorder.label = text
                controller.ask(flow_statistics_request(version))
                if version == 1:
                    controller.ask(vendor_multipart(1, 0, bytes.fromhex("ffff0000ff000000")))
                recorder.ofctl(version, text, "del-flows BR", bridge=recorder.direct)
    controller.close()


def main():
    corpus = Corpus()
    switch = VSwitch()
    try:
        recorder = Recorder(switch, corpus)
        if "--quick" not in sys.argv:
          for version in VERSIONS.values():
            sent(recorder, version)
        for version in VERSIONS.values():
            asynchronous.record(recorder, version)
        for version in VERSIONS.values():
            actions(recorder, version)
        time.sleep(0.2)
        recorder.proxy.close()
    finally:
        switch.stop()
    handmade.record(corpus)
    corpus.print()
    os.makedirs(DIRECTORY, exist_ok=True)
    corpus.write(DIRECTORY, HEADS)
    table = corpus.coverage()
    for kind in sorted(table):
        print("%-36s" % kind, *("1.%d:%-4d" % (v - 1, table[kind][v]) if table[kind][v] else "        " for v in VERSIONS.values()))
    print(len(corpus.records), "messages")


main()
