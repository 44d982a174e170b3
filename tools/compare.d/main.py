"""Measures this switch beside other switches; tools/compare starts it, builds what it needs and makes it root."""
import contextlib
import datetime
import fcntl
import os
import signal
import subprocess
import sys
import time

import machine
from apus import Apus
from lab import Failure, Lab, Unavailable
from options import Options, print_lists
from hugepages import HugePages
from report import Report, plural
from stats import Samples
from testbed import HOST_CPU, SWITCH_CPU, Testbed
from work import Context
from works import GROUPS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOCK = "/run/apus-compare.lock"
# Seconds after which a set-up is given up, and a work: so many, and so many times what it takes.
START_LIMIT, LIMIT, LIMITS = 60, 60, 4
# What may happen to a peer without an end to all.
ERRORS = (Failure, OSError, ValueError, KeyError, subprocess.SubprocessError)


class Run:
    """A comparison: what was asked for, and what has come of it so far."""

    def __init__(self, options):
        self.options = options
        self.command, self.rounds, self.seconds = options.command, options.rounds, options.seconds
        self.peers, self.published = options.peers, options.is_published
        self.date = datetime.date.today().isoformat()
        self.samples, self.calibration = Samples(), []
        # Pairs of a peer's name and what its works noted, one for each set-up.
        self.notes = []
        # Why a peer, or a part of what it was to do, has no figures.
        self.left_out = {}
        self.failed = False
        self.done = 0
        self.busy = self.steal = 0.0
        self.machine = machine.describe(options.programs, ROOT, options.peers)

    def measure(self, lab):
        self.busy = machine.busy_share(1)
        steal = machine.Steal()
        for number in range(1, self.rounds + 1):
            for group, peer, works in self.options.plan(number):
                if peer.name not in self.left_out:
                    progress(f"round {number} of {self.rounds}: {peer.name}: {', '.join(work.name for work in works)}")
                    self._set_up(lab, number, group, peer, works)
            self.steal = steal.share()
            self.done = number
            # Whatever happens to the rest, so much is there.
            Report(self).save(self.options.unfinished)
        progress("")

    def _set_up(self, lab, number, group, peer, works):
        notes = {"round": number, "group": group}
        self.notes.append((peer.name, notes))
        try:
            start = time.monotonic()
            with limited(START_LIMIT):
                speed = lab.run_json([lab.program("exchange"), "calibrate", "0.05"], cpus={HOST_CPU})["ns"]
                self.calibration.append(speed)
                context = Context(Testbed(lab, peer, **GROUPS[group]), self.seconds, notes=notes)
            notes["took"] = {"": round(time.monotonic() - start, 2)}
            for work in works:
                if not self._work(context, work, number):
                    break
        except Unavailable as error:
            self.left_out[peer.name] = str(error)
            say(f"Leaving out {peer.name}: {error}")
        except ERRORS as error:
            self._failed(f"{peer.name}, {group}, round {number}", error)
        finally:
            lab.clear()

    def _work(self, context, work, number):
        """Does a work and takes up what it finds, also when it fails in its midst. Returns whether the switch is still
        there."""
        bed, start = context.bed, time.monotonic()
        try:
            with limited(LIMIT + LIMITS * work.takes(self.seconds)):
                found = work.run(context)
                for metric, value in found.items() if isinstance(found, dict) else found:
                    self.samples.add(bed.peer.name, metric, number, value)
        except Unavailable:
            raise
        except ERRORS as error:
            self._failed(f"{bed.peer.name}, {work.name}, round {number}", error)
        context.notes.setdefault("took", {})[work.name] = round(time.monotonic() - start, 2)
        return bed.switch is None or bed.switch.poll() is None

    def _failed(self, what, error):
        self.failed = True
        self.left_out[what] = str(error) or type(error).__name__
        say(f"{what}: {self.left_out[what]}")


@contextlib.contextmanager
def limited(seconds):
    """Ends what hangs."""
    def end(*_):
        raise Failure(f"not done after {seconds:.0f} s")
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def say(text):
    progress("")
    print(text, file=sys.stderr, flush=True)


def progress(text):
    """A line that is written over, on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def fail(text):
    print(f"compare: {text}", file=sys.stderr)
    return 1


def main(words):
    options = Options(words, ROOT)
    if options.list:
        print_lists()
        return 0
    if options.packages:
        packages = {"iproute2", "ethtool", "iperf3", "procps"}
        print("\n".join(sorted(packages.union(*(peer.packages for peer in options.peers)))))
        return 0
    if not {SWITCH_CPU, HOST_CPU} <= os.sched_getaffinity(0):
        return fail("needs two processors: one for the switch and one for the hosts")
    Apus.programs = options.programs
    with open(LOCK, "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return fail("another comparison is running on this machine")
        return compare(options)


def compare(options):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    # What this program does itself is the hosts' side.
    os.sched_setaffinity(0, {HOST_CPU})
    lab = Lab(os.path.join(ROOT, ".build/compare/bin"))
    run = Run(options)
    try:
        say(f"{plural(len(options.peers), 'switch', 'es')}, {plural(len(options.works), 'work')}, "
            f"{plural(options.rounds, 'round')}: about {max(1, round(options.minutes()))} min")
        run.measure(lab)
    except SystemExit:
        if run.done:
            say(f"Stopped in round {run.done + 1}. What came before is in {options.unfinished}.")
        raise
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        lab.close()
        HugePages.give_back()
    report = Report(run)
    print(report.terminal())
    if not report.peers:
        return fail("nothing was measured")
    report.save(options.save)
    print(f"Saved in {options.save}: RESULTS.md, RESULTS.json and charts")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
