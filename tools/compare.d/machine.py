"""The machine and the programs that a result is about, and whether anything else ran on it."""
import os
import platform
import subprocess
import time


def first_line(command):
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    return output.splitlines()[0].strip() if output.strip() else None


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "Linux"


def describe(programs, root, peers):
    """What to print above a table."""
    packages = sorted({peer.packages[0] for peer in peers if peer.packages} | {"iperf3"})
    versions = {name: first_line(["dpkg-query", "-W", "-f", "${Version}", name]) for name in packages}
    # Root looks at what may belong to somebody else.
    git = ["git", "-c", f"safe.directory={root}", "-C", root]
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "system": system(),
        "apus": first_line([f"{programs}/apus", "--version"]),
        "commit": first_line(git + ["rev-parse", "--short", "HEAD"]),
        "changed": bool(first_line(git + ["status", "--porcelain", "Sources"])),
        "packages": {name: version for name, version in versions.items() if version},
    }


def _times():
    with open("/proc/stat", encoding="ascii") as file:
        return [int(word) for word in file.readline().split()[1:]]


def busy_share(seconds):
    """The share of all processors' time that was used by anything."""
    before = _times()
    time.sleep(seconds)
    spent = [b - a for a, b in zip(before, _times())]
    idle = spent[3] + spent[4]
    return 1 - idle / max(sum(spent[:8]), 1)


class Steal:
    """The share of the time that the machine below has kept for others."""

    def __init__(self):
        self.start = _times()

    def share(self):
        spent = [b - a for a, b in zip(self.start, _times())]
        return spent[7] / max(sum(spent[:8]), 1)
