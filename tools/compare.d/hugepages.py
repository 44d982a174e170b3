"""Huge pages reserved for DPDK, given back at the end."""
import os

from lab import Unavailable

HUGE_PAGES = "/proc/sys/vm/nr_hugepages"
# Beside what is asked for, what its users need for themselves.
SPARE = 64


class HugePages:
    before = None

    @classmethod
    def reserve(cls, mebibytes):
        there = cls._read()
        pages = mebibytes // 2 + SPARE
        if there >= pages:
            return
        cls._write(pages)
        if cls.before is None:
            cls.before = there
        if cls._read() < pages:
            raise Unavailable(f"the system has no {mebibytes} MiB for huge pages")

    @classmethod
    def give_back(cls):
        if cls.before is not None:
            cls._write(cls.before)
            cls.before = None

    @staticmethod
    def mount(bed, name):
        """Mounts them in the switch's mount namespace only, and returns where."""
        path = f"{bed.directory}/{name}"
        os.mkdir(path)
        bed.space.run(["mount", "-t", "hugetlbfs", "-o", "pagesize=2M", "hugetlbfs", path])
        return path

    @staticmethod
    def _read():
        with open(HUGE_PAGES, encoding="ascii") as file:
            return int(file.read())

    @staticmethod
    def _write(pages):
        with open(HUGE_PAGES, "w", encoding="ascii") as file:
            file.write(str(pages))
