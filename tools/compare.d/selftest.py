"""Tests of what tools/compare computes; tools/check runs them. They need no root and measure nothing."""
import contextlib
import io
import struct
import unittest
import xml.etree.ElementTree as xml

import chart
import peer
from options import Options
from roster import ATTACHMENTS, PEERS
from stats import Samples
from works import GROUPS, METRICS, WORKS, Context


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

    def test_a_round_has_everything_once(self):
        wanted = {(work.name, peer.name) for work in WORKS for peer in PEERS if peer.attachment in work.attachments}
        plan = [(work.name, peer.name) for _, peer, works in Options([], "/project").plan() for work in works]
        self.assertEqual(len(plan), len(wanted))
        self.assertEqual(set(plan), wanted)


class RateTests(unittest.TestCase):
    class Fake(Context):
        """A switch that carries `limit` frames a second, and `overloaded` when it is sent more than it can take."""
        limit = overloaded = 0
        offered = float("inf")

        def flood(self, name, length=0, flows=1, rate=0.0):
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

    def test_frames_are_whole(self):
        for flow in (0, 999):
            frame = peer.frame(flow)
            self.assertEqual(len(frame), 60)
            total = sum(struct.unpack("!10H", frame[14:34]))
            self.assertEqual((total & 0xffff) + (total >> 16), 0xffff)
            self.assertEqual(struct.unpack("!H", frame[34:36])[0], peer.FIRST_PORT + flow)

    def test_answer_to_dump_ports(self):
        text = "OFPST_PORT reply (xid=0x2): 1 ports\n  port  pb: rx pkts=7, bytes=9, drop=0\n           tx pkts=42, bytes=1\n"
        self.assertEqual(peer.transmitted(text), 42)

    def test_charts(self):
        drawn = xml.fromstring(chart.bars("A & B", "note", [("one", 5, 1, 10, True), ("two", 0, 0, 0, False)]))
        bars = [float(bar.get("width")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
        self.assertEqual(bars, [chart.PLOT / 2, 0])


if __name__ == "__main__":
    unittest.main()
