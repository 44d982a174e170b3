"""A private Open vSwitch: its own directory, database, sockets and dummy devices; ended by process id."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


class VSwitch:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="ovs-")
        self.environment = dict(
            os.environ, OVS_RUNDIR=self.directory, OVS_LOGDIR=self.directory, OVS_DBDIR=self.directory,
            OVS_PKGDATADIR="/usr/share/openvswitch")
        self.processes = []
        database = self.path("conf.db")
        self.run(["ovsdb-tool", "create", database, SCHEMA])
        self.start(["ovsdb-server", database, "--remote=punix:" + self.path("db.sock"),
                    "--unixctl=" + self.path("db.ctl"), "-vconsole:off"])
        self.wait_for("db.sock")
        self.vsctl("--no-wait", "init")
        self.start(["ovs-vswitchd", "unix:" + self.path("db.sock"), "--enable-dummy=override", "--disable-system",
                    "--unixctl=" + self.path("switch.ctl"), "-vconsole:off"])
        self.wait_for("switch.ctl")

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, command):
        self.processes.append(subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def wait_for(self, name):
        deadline = time.monotonic() + 20
        while not os.path.exists(self.path(name)):
            if time.monotonic() > deadline:
                raise RuntimeError(name + " has not appeared")
            time.sleep(0.02)

    def run(self, command, timeout=30):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout)
        return done.stdout, done.stderr, done.returncode

    def vsctl(self, *words):
        out, error, code = self.run(["ovs-vsctl", "--db=unix:" + self.path("db.sock"), *words])
        if code:
            raise RuntimeError("ovs-vsctl %s: %s" % (" ".join(words), error))
        return out

    def appctl(self, *words):
        out, error, code = self.run(["ovs-appctl", "-t", self.path("switch.ctl"), *words])
        if code:
            raise RuntimeError("ovs-appctl %s: %s" % (" ".join(words), error))
        return out

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=10)
        shutil.rmtree(self.directory, ignore_errors=True)
