"""Namespaces and processes of a comparison.

Everything belongs to a process that this program has started and that the kernel ends with it: a network namespace
lives as long as its first process, devices and mounts go with their namespace. So nothing is left behind, not even
when this program is killed.
"""
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
CLONE_NEWNET = 0x40000000


class Failure(Exception):
    """Something that was to work did not; the text is for people, `detail` without the command that failed."""

    def __init__(self, text, detail=None):
        super().__init__(text)
        self.detail = detail or text


class Unavailable(Failure):
    """This machine or this build does not have what a peer needs: the peer is left out."""


def need_program(name):
    if not shutil.which(name):
        raise Unavailable(f"there is no program '{name}'")


def wait_until(condition, what, seconds=10.0):
    """Returns the first true answer of `condition`, which is asked again and again."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.01)


class Namespace:
    """A network namespace, with a mount namespace whose /sys shows its devices."""

    def __init__(self, lab):
        self.lab = lab
        script = "mount -t sysfs sysfs /sys && echo ready && exec sleep infinity"
        self.process = lab.spawn(
            ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", script], stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise Failure("could not make a network namespace")
        self.pid = self.process.pid
        self.run(["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1",
                  "net.ipv4.ip_forward=0"])
        self.ip("link set dev lo up")

    def enter(self, command):
        """The command line that runs `command` here. Its process keeps its number."""
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--"] + command

    def run(self, command, **options):
        return self.lab.run(self.enter(command), **options)

    def ip(self, *lines):
        """Runs lines of `ip` commands."""
        self.run(["ip", "-batch", "-"], text="\n".join(lines) + "\n")

    def counters(self, device):
        """Frames that the device has received and sent."""
        with open(f"/proc/{self.pid}/net/dev", encoding="ascii") as file:
            for line in file:
                name, _, numbers = line.partition(":")
                if name.strip() == device:
                    fields = numbers.split()
                    return int(fields[1]), int(fields[9])
        raise Failure(f"a host has lost its device {device}")

    def listens(self, port):
        """Whether a TCP server waits at the port."""
        for table in ("tcp", "tcp6"):
            try:
                with open(f"/proc/{self.pid}/net/{table}", encoding="ascii") as file:
                    for line in file.readlines()[1:]:
                        fields = line.split()
                        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                            return True
            except FileNotFoundError:
                pass
        return False

    def send(self, device, frame):
        """Sends a frame by a device of this namespace."""
        with open("/proc/self/ns/net", "rb") as own, open(f"/proc/{self.pid}/ns/net", "rb") as other:
            if LIBC.setns(other.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
                    sender.bind((device, 0))
                    sender.send(frame)
            finally:
                LIBC.setns(own.fileno(), CLONE_NEWNET)


class Lab:
    """Starts and ends processes. `scope` gives what belongs to one set-up of a peer an end."""

    def __init__(self, programs):
        self.programs = programs
        self.processes = []
        self.cpus = range(os.cpu_count())
        self.directory = tempfile.mkdtemp(prefix="apus-compare-")
        # What is made once for all set-ups.
        self.files = tempfile.mkdtemp(prefix="apus-compare-files-")

    def program(self, name):
        """A helper program that the tool compiles for itself."""
        return os.path.join(self.programs, name)

    def spawn(self, command, cpus=None, **options):
        """Starts a process that ends with this one, on the processors given, out of reach of the terminal's Ctrl-C."""
        def prepare():
            os.setpgid(0, 0)
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.sched_setaffinity(0, cpus or self.cpus)
        for stream in ("stdin", "stdout", "stderr"):
            options.setdefault(stream, subprocess.DEVNULL)
        try:
            process = subprocess.Popen(command, preexec_fn=prepare, **options)
        except FileNotFoundError as error:
            raise Unavailable(f"there is no program '{error.filename}'") from None
        self.processes.append(process)
        return process

    def run(self, command, cpus=None, text=None, seconds=60.0, environment=None):
        """Runs a command to its end and returns what it printed."""
        process = self.spawn(command, cpus, stdin=subprocess.PIPE if text else subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        try:
            output, errors = process.communicate(text.encode() if text else None, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"not done after {seconds:g} s: {' '.join(command)}") from None
        finally:
            self.end(process)
        if process.returncode:
            detail = errors.decode(errors="replace").strip() or f"status {process.returncode}"
            raise Failure(f"{' '.join(command)}: {detail}", detail)
        return output.decode()

    def run_json(self, command, **options):
        return json.loads(self.run(command, **options))

    def end(self, process):
        """Ends a process, by its number, and forgets it."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        if process in self.processes:
            self.processes.remove(process)

    def clear(self):
        """Ends everything, the latest first, and empties the directory."""
        for process in reversed(list(self.processes)):
            self.end(process)
        for name in os.listdir(self.directory):
            path = os.path.join(self.directory, name)
            shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.remove(path)

    def close(self):
        self.clear()
        for directory in (self.directory, self.files):
            shutil.rmtree(directory, ignore_errors=True)
