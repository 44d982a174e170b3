"""The command line: which works on which peers, how often, how long."""
import argparse
import difflib
import os
from roster import PEERS
from works import GROUPS, WORKS

QUICK_PEERS = ["apus-tap", "relay-tap", "vde-tap", "ovs-tap-tso", "bridge-veth", "apus-veth", "ovs-veth-tso", "ovs-afxdp"]
QUICK_WORKS = ["small", "tcp1", "rtt"]
ROUNDS, SECONDS = 5, 0.5
QUICK_ROUNDS, QUICK_SECONDS = 2, 0.4
MOST_ROUNDS = 100
SHORTEST, LONGEST = 0.2, 60.0


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(1, f"compare: {message}\nSee 'tools/compare --help'.\n")


def named(kind, all_names):
    """A reader of a list of names, separated by commas."""
    def read(text):
        names = [name for name in text.split(",") if name]
        if not names:
            raise argparse.ArgumentTypeError(f"no {kind} in '{text}'")
        for name in names:
            if name not in all_names:
                near = difflib.get_close_matches(name, all_names, 1, 0.5)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise argparse.ArgumentTypeError(f"no {kind} is called '{name}'{hint} There are: {', '.join(all_names)}")
        return names
    return read


def in_range(convert, lowest, highest):
    def read(text):
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {lowest:g} to {highest:g}")
        return value
    return read


def parser():
    made = Parser(
        prog="tools/compare", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        description="Measures this switch beside other switches in one run, and saves tables and charts.\n\n"
        "Peers are measured one after the other, round for round. The switch is bound to the first processor, hosts\n"
        "and sender to the second. Needs root and two idle processors; installs Debian packages that are missing.",
        epilog="All of it goes to docs/performance when everything was measured, otherwise to .build/compare; what is\n"
        "known after each round goes to .build/compare/unfinished. Nothing else is left behind, also after Ctrl-C.")
    made.add_argument("--quick", action="store_true",
                      help=f"{', '.join(QUICK_WORKS)} with the {len(QUICK_PEERS)} most telling peers, {QUICK_ROUNDS} short "
                      "rounds: less than two minutes")
    made.add_argument("--only", metavar="WORK,...", type=named("work", [work.name for work in WORKS]),
                      help="only these works")
    made.add_argument("--peers", metavar="PEER,...", type=named("peer", [peer.name for peer in PEERS]),
                      help="only these switches")
    made.add_argument("--rounds", metavar="N", type=in_range(int, 1, MOST_ROUNDS), help=f"how often; {ROUNDS}. What takes long is done in the first "
                      "one to three only")
    made.add_argument("--seconds", metavar="S", type=in_range(float, SHORTEST, LONGEST),
                      help=f"how long each measurement takes, twice that for TCP; {SECONDS:g}")
    made.add_argument("--save", metavar="DIRECTORY", help="where the result goes")
    made.add_argument("--list", action="store_true", help="print the names of works and peers, and the peers' options")
    # For tools/compare itself: where the built programs are; or only what Debian packages are needed.
    made.add_argument("--programs", help=argparse.SUPPRESS)
    made.add_argument("--packages", action="store_true", help=argparse.SUPPRESS)
    return made


class Options:
    def __init__(self, words, root):
        given = parser().parse_args(words)
        self.list, self.packages, self.programs = given.list, given.packages, given.programs
        works = given.only or (QUICK_WORKS if given.quick else [work.name for work in WORKS])
        peers = given.peers or (QUICK_PEERS if given.quick and not given.only else [peer.name for peer in PEERS])
        self.works = [work for work in WORKS if work.name in works]
        self.peers = [peer for peer in PEERS if peer.name in peers and
                      any(work.fits(peer) for work in self.works)]
        if not self.peers:
            parser().error(f"none of {', '.join(peers)} can do {', '.join(works)}; see --list")
        self.rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
        self.seconds = given.seconds or (QUICK_SECONDS if given.quick else SECONDS)
        self.is_whole = not (given.quick or given.only or given.peers)
        published = os.path.join(root, "docs/performance")
        default = published if self.is_whole else os.path.join(root, ".build/compare")
        self.save = os.path.abspath(given.save or default)
        self.is_published = self.save == published
        # Where the rounds that are done are kept while it runs.
        self.unfinished = os.path.join(root, ".build/compare/unfinished")
        self.command = " ".join(["tools/compare", *(word for word in without_programs(words))])

    def plan(self, number):
        """Groups with their peers and works, in the order in which round `number` takes them."""
        for group in GROUPS:
            works = [work for work in self.works if work.group == group and number <= work.rounds]
            for peer in self.peers:
                fit = [work for work in works if work.fits(peer)]
                if fit:
                    yield group, peer, fit

    def minutes(self):
        """About how long it takes."""
        return sum(peer.starts_in + sum(work.takes(self.seconds) for work in works)
                   for number in range(1, self.rounds + 1) for _, peer, works in self.plan(number)) / 60


def without_programs(words):
    skip = False
    for word in words:
        if skip or word == "--programs":
            skip = not skip
            continue
        yield word


def print_lists():
    print("Works:")
    for work in WORKS:
        where = work.peers or work.attachments
        print(f"  {work.name:<14} {work.about} ({', '.join(where)})")
    print("\nPeers:")
    for peer in PEERS:
        print(f"  {peer.name:<14} {peer.title}; {peer.options}")
