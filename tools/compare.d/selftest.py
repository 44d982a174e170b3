"""Tests of what tools/compare computes; tools/check runs them. They need no root and measure nothing."""
import contextlib
import io
import re
import struct
import tempfile
import unittest
import xml.etree.ElementTree as xml

import attack_works
import chart
import curves
import openflow
import peer
import traffic
from memory_works import COUNTS, MASKS, MOST
from options import Options
from report import Report
from roster import ATTACHMENTS, PEERS
from stats import Samples
from work import Context
from works import GROUPS, METRICS, WORKS


class SamplesTests(unittest.TestCase):
    def setUp(self):
        self.samples = Samples()
        # The machine was twice as fast in round 2, and the peer failed in round 3.
        for number, mine, theirs in [(1, 30, 10), (2, 60, 20), (3, 50, None), (4, 40, 10)]:
            self.samples.add("a", "rate", number, mine)
            self.samples.add("b", "rate", number, theirs)

    def test_median_and_spread(self):
        self.assertEqual(self.samples.median("a", "rate"), 45)
        self.assertAlmostEqual(self.samples.spread("a", "rate"), 30 / 45)

    def test_ratios_are_of_the_same_round(self):
        self.assertEqual(self.samples.ratios("a", "b", "rate", True), [3, 3, 4])
        self.assertEqual(self.samples.ratio("a", "b", "rate", False), 1 / 3)

    def test_nothing_measured(self):
        self.assertIsNone(self.samples.median("c", "rate"))
        self.assertIsNone(self.samples.spread("c", "rate"))
        self.assertIsNone(self.samples.ratio("a", "c", "rate", True))
        self.samples.add("c", "rate", 1, 0)
        self.assertIsNone(self.samples.ratio("a", "c", "rate", True))


class OptionsTests(unittest.TestCase):
    def refused(self, *words):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors), self.assertRaises(SystemExit) as caught:
            Options(list(words), "/project")
        self.assertEqual(caught.exception.code, 1)
        return errors.getvalue()

    def test_wrong_words(self):
        for words, text in [
                (["--only", "tcp"], "no work is called 'tcp'; did you mean 'tcp"),
                (["--peers", "ovs-tab"], "did you mean 'ovs-tap'?"),
                (["--peers", ","], "no peer in ','"),
                (["--rounds", "0"], "'0' is not a number from 1 to 100"),
                (["--seconds", "fast"], "'fast' is not a number from 0.2 to 60"),
                (["--peers", "apus-memory", "--only", "tcp1"], "none of apus-memory can do tcp1"),
                (["--quik"], "unrecognized arguments: --quik")]:
            self.assertIn(text, self.refused(*words))

    def test_only_a_whole_run_goes_to_the_documentation(self):
        self.assertEqual(Options([], "/project").save, "/project/docs/performance")
        self.assertEqual(Options(["--rounds", "9"], "/project").save, "/project/docs/performance")
        for words in [["--quick"], ["--only", "tcp1"], ["--peers", "vde-tap"]]:
            self.assertEqual(Options(words, "/project").save, "/project/.build/compare")

    def test_quick_takes_less_than_two_minutes(self):
        self.assertLess(Options(["--quick"], "/project").minutes(), 2)

    def test_all_takes_less_than_half_an_hour(self):
        self.assertLess(Options([], "/project").minutes(), 30)

    def test_the_first_round_has_everything_once(self):
        wanted = {(work.name, peer.name) for work in WORKS for peer in PEERS if work.fits(peer)}
        plan = [(work.name, peer.name) for _, peer, works in Options([], "/project").plan(1) for work in works]
        self.assertEqual(len(plan), len(wanted))
        self.assertEqual(set(plan), wanted)

    def test_what_takes_long_is_not_in_all_rounds(self):
        names = [{work.name for *_, works in Options([], "/project").plan(number) for work in works} for number in (2, 4)]
        self.assertNotIn("rules1m", names[0])
        self.assertIn("rules", names[0])
        self.assertEqual(names[1], {work.name for work in WORKS if work.rounds > 3})

    def test_names_of_peers_in_works(self):
        for work in WORKS:
            for name in work.peers:
                self.assertIn(name, {peer.name for peer in PEERS})
        for one in PEERS:
            self.assertLessEqual(set(one.skips), {work.name for work in WORKS})


class RateTests(unittest.TestCase):
    class Fake(Context):
        """A switch that carries `limit` frames a second, and `overloaded` when it is sent more than it can take."""
        limit = overloaded = 0
        offered = float("inf")

        def flood(self, name, length=0, rate=0.0):
            self.notes[name] = {"offered": min(self.offered, rate)}
            return self.overloaded, None

        def loss(self, rate, seconds):
            return 0.0 if rate <= self.limit else 1.0

    def found(self, limit, overloaded):
        context = self.Fake(None, 1.0)
        context.limit, context.overloaded = limit, overloaded
        return {work.name: work for work in WORKS}["lossfree"].run(context)["lossfree"] * 1e3

    def test_finds_the_limit(self):
        for limit, overloaded in [(250_000, 500_000), (500_000, 500_000), (10_000, 500_000)]:
            self.assertLessEqual(self.found(limit, overloaded), limit)
            self.assertGreater(self.found(limit, overloaded), limit - 0.02 * overloaded)

    def test_overload_may_bring_a_switch_below_what_it_can_do(self):
        self.assertGreater(self.found(300_000, 100_000), 290_000)

    def test_nothing_passes(self):
        self.assertEqual(self.found(0, 0), 0)

    def test_twice_the_rate(self):
        for offered, overloaded, kept in [(1e9, 300, 60), (1e9, 500, 100), (550, 500, None), (1e9, 0, 0)]:
            context = self.Fake(None, 1.0, known={"small": 400, "lossfree": 500})
            context.offered, context.overloaded = offered, overloaded
            self.assertEqual({work.name: work for work in WORKS}["double"].run(context), {"double": kept})


class FormatTests(unittest.TestCase):
    def test_names(self):
        for names in ([work.name for work in WORKS], [peer.name for peer in PEERS]):
            self.assertEqual(len(names), len(set(names)))
        for one in PEERS:
            self.assertIn(one.attachment, ATTACHMENTS)
            self.assertTrue(one.title and one.options, one.name)
        for work in WORKS:
            self.assertIn(work.group, GROUPS)
        self.assertEqual(sorted(key for work in WORKS for key in work.metrics), sorted(METRICS))

    def test_rules_of_flows(self):
        self.assertIn("nw_dst=10.1.134.160/32,tp_src=1,tp_dst=34464,", traffic.rule(100_000, 1))
        self.assertEqual({traffic.rule(flow, 32).partition("/")[2].partition(",")[0] for flow in range(64)},
                         {str(length) for length in range(1, 33)})
        for name, (_, _, lines) in attack_works.ATTACKS.items():
            self.assertEqual(len(set(lines())), len(lines()), name)

    def test_changes_of_rules(self):
        churn = openflow.Churn("", 1000, 0x0a000000, 0, 0, flows=2)
        messages = [churn._change(number) for number in range(8)]
        for message in messages:
            version, kind, length, _ = struct.unpack("!BBHI", message[:8])
            self.assertEqual((version, kind, length), (1, openflow.FLOW_MOD, len(message)))
        # A rule of the flow and one beside it come, both go, and the next flow has its turn.
        commands = [struct.unpack("!H", message[56:58])[0] for message in messages]
        self.assertEqual(commands, [openflow.ADD, openflow.ADD, openflow.DELETE_STRICT, openflow.DELETE_STRICT] * 2)
        self.assertEqual([struct.unpack("!I", message[40:44])[0] & 0xff for message in messages], [0] * 4 + [1] * 4)

    def test_answer_to_dump_ports(self):
        text = "OFPST_PORT reply (xid=0x2): 1 ports\n  port  pb: rx pkts=7, bytes=9, drop=0\n           tx pkts=42, bytes=1\n"
        self.assertEqual(peer.frame_counts(text), (7, 42))

    def test_charts(self):
        drawn = xml.fromstring(chart.bars("A & B", "note", [("one", 5, 1, 10, True), ("two", 0, 0, 0, False)]))
        bars = [float(bar.get("width")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
        self.assertEqual(bars, [chart.PLOT / 2, 0])

    def test_curves(self):
        drawn = xml.fromstring(curves.curves("A & B", "note", [("one", [(10, 10), (1000, 1000)], True, False),
                                                              ("two", [(10, 10), (1000, 1000)], False, True)]))
        lines = [path.get("d") for path in drawn.iter("{http://www.w3.org/2000/svg}path") if path.get("class") == "line"]
        left, top, right = curves.LEFT, curves.TOP, curves.LEFT + curves.WIDTH
        self.assertEqual(lines, [f"M{left:.1f} {top + curves.HEIGHT:.1f}L{right:.1f} {top:.1f}"] * 2)
        self.assertEqual(curves.spread([10, 5, 100]), [19, 5, 100])


class ReportTests(unittest.TestCase):
    class Run:
        """A run in which each peer has a figure for all that it can do, or for a part of that."""
        command, date, rounds, seconds, busy, steal, calibration, published = "c", "d", 1, 1.0, 0.0, 0.0, [], True
        machine = {"processor": "p", "processors": 2, "kernel": "k", "system": "s", "apus": "a", "commit": "c",
                   "changed": False, "packages": {}}
        peers, notes = PEERS, []
        left_out = {"relay-tap, rtt, round 1": "it was not there"}

        def __init__(self, keys):
            self.samples = Samples()
            for one in PEERS:
                for work in (work for work in WORKS if work.fits(one)):
                    for key in work.metrics:
                        if key in keys:
                            self.samples.add(one.name, key, 1, 20.0 if one.ours else 10.0)

    def test_everything(self):
        with tempfile.TemporaryDirectory() as directory:
            report = Report(self.Run(METRICS))
            report.save(directory)
            with open(f"{directory}/RESULTS.md", encoding="utf-8") as file:
                text = file.read()
            for name in re.findall(r"\]\((RESULTS-[^)]*)\)", text):
                xml.parse(f"{directory}/{name}")
        for masks in MASKS:
            self.assertIn(f"(RESULTS-memory-rules-{masks}.svg)", text)
        self.assertIn("it was not there", text)
        # 20 thousand frames/s beside 10; beside 1 / 10 ns as many as 100 million.
        self.assertIn("| apus-memory, NORMAL / dpdk-memory, one rule | 2.00 | 2.00 | 2.00 | 2.00 |", text)
        self.assertIn("| apus-memory, NORMAL / dpdk-memory, a rule for each flow | 0.00 |", text)
        self.assertIn("NORMAL beside other rules", report.terminal())
        self.assertEqual(list(COUNTS), MOST + ["1m"])

    def test_a_part(self):
        self.assertNotIn("NORMAL beside", Report(self.Run(["small"])).terminal())


if __name__ == "__main__":
    unittest.main()
