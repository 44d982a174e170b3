"""The result as tables on the terminal, and as Markdown, JSON and charts in files."""
import json
import os

from chart import bars, number
from curves import curve_charts
from memory_works import COUNTS
from roster import ATTACHMENTS
from works import METRICS

# Charts are drawn of these; all else is in the tables, and what depends on a number of rules in curves.
CHARTED = ["small", "lossfree", "large", "tcp1", "tcp4", "tcpplain", "p50", "p99", "first", "load-busy", "churn-kept",
           *(key for key in METRICS if key.partition("-")[0] in ("flood", "scan", "new", "tuples"))]
# Parts of a wider table go below each other.
COLUMNS = 8


class Report:
    def __init__(self, run):
        self.run = run
        self.samples = run.samples
        self.peers = [peer for peer in run.peers if run.samples.has(peer.name)]

    def sections(self):
        """Peers and metrics by attachment; what has no number is left out."""
        for attachment, title in ATTACHMENTS.items():
            peers = [peer for peer in self.peers if peer.attachment == attachment]
            metrics = [key for key in METRICS if any(self.samples.of(peer.name, key) for peer in peers)]
            if peers and metrics:
                yield attachment, title, peers, metrics

    @staticmethod
    def blocks(metrics):
        """Titles and metrics of the tables that these are shown in, none too wide."""
        for title in dict.fromkeys(METRICS[key].table for key in metrics):
            mine = [key for key in metrics if METRICS[key].table == title]
            for first in range(0, len(mine), COLUMNS):
                yield title, mine[first:first + COLUMNS]

    def ratio_rows(self, peers, metrics):
        """For each switch of ours and each peer beside it how many times better ours was, metric for metric."""
        for ours in (peer for peer in peers if peer.ours):
            for peer in peers:
                # What it is compared with, and not its own other port types.
                if peer is ours or peer.ours:
                    continue
                values = [self.samples.ratio(ours.name, peer.name, key, METRICS[key].higher_is_better)
                          if METRICS[key].has_ratio else None for key in metrics]
                yield ours, peer, ["" if value is None else f"{value:.2f}" for value in values]

    def across(self):
        """What our NORMAL does beside what the others do with one rule, and with a rule for each flow: pairs of a title and
        cells, one for each count."""
        def of(peer, key):
            value = self.samples.median(peer.name, key)
            # Rules are measured in nanoseconds.
            return value if value is None or METRICS[key].unit == "kframes/s" else 1e6 / value
        ours = next((peer for peer in self.peers if peer.ours and peer.attachment == "memory"), None)
        for peer in self.peers if ours else []:
            if peer.ours or peer.attachment != "memory":
                continue
            for title, prefix in (("NORMAL", "normal"), ("one rule", "port"), ("a rule for each flow", "rules-1-uniform")):
                pairs = [(of(ours, f"normal-{count}"), of(peer, f"{prefix}-{count}")) for count in COUNTS]
                if any(mine and theirs for mine, theirs in pairs):
                    yield f"{ours.name}, NORMAL / {peer.name}, {title}", [
                        f"{mine / theirs:.2f}" if mine and theirs else "" for mine, theirs in pairs]

    def across_lines(self):
        rows = [[title] + cells for title, cells in self.across()]
        return ["", "NORMAL beside other rules, by the number of flows"] + aligned([["", *COUNTS]] + rows) if rows else []

    def across_markdown(self):
        rows = [[title] + cells for title, cells in self.across()]
        return ["", "### NORMAL beside other rules, by the number of flows", "", "How many times as many frames; medians.",
                ""] + markdown_table(["", *COUNTS], rows) if rows else []

    def cell(self, peer, key):
        middle, spread = self.samples.median(peer.name, key), self.samples.spread(peer.name, key)
        if middle is None:
            return "-"
        several = len(self.samples.of(peer.name, key)) > 1 and spread is not None
        bound = "*" if self.sender_bound(peer, key) else ""
        return f"{number(middle)}{bound}" + (f" ±{50 * spread:.0f}%" if several else "")

    def sender_bound(self, peer, key):
        """Whether all that was offered arrived, so that the switch might have carried more."""
        notes = [note[key] for name, note in self.run.notes if name == peer.name and key in note]
        notes = [note for note in notes if "offered" in note]
        return bool(notes) and all(note["carried"] > 0.98 * note["offered"] for note in notes)

    def terminal(self):
        lines = self.warnings()
        for _, title, peers, metrics in self.sections():
            lines += ["", title]
            for table, block in self.blocks(metrics):
                shown = [peer for peer in peers if any(self.samples.of(peer.name, key) for key in block)]
                rows = [[""] + [METRICS[key].title for key in block], [""] + [METRICS[key].unit for key in block]]
                rows += [[peer.name] + [self.cell(peer, key) for key in block] for peer in shown]
                rows += [[f"{ours.name} / {peer.name}"] + values
                         for ours, peer, values in self.ratio_rows(shown, block) if any(values)]
                lines += ["", *([table] if table else [])] + aligned(rows)
        lines += self.across_lines()
        lines += ["", "±: half of the distance from lowest to highest sample. *: nothing was lost, so the sender may be",
                  "the limit. A / B: how many times better A was than B, median of the rounds; above 1 is better."]
        lines += [f"Left out: {name}: {reason}" for name, reason in self.run.left_out.items()]
        return "\n".join(lines)

    def warnings(self):
        lines = []
        if self.run.busy > 0.1:
            lines.append(f"The machine was not idle: {self.run.busy:.0%} of its processors' time was in use before the "
                         "first round. Do not trust these figures.")
        if self.run.steal > 0.02:
            lines.append(f"{self.run.steal:.1%} of the processors' time was taken by the machine below.")
        return lines

    def markdown(self, charts):
        run, machine = self.run, self.run.machine
        speeds = run.calibration
        made = (f"Made by `{run.command}` on {run.date}, {plural(run.rounds, 'round')} of {run.seconds:g} s for each "
                "measurement.")
        if run.published:
            made += " How to read it: [performance](../performance.md#beside-other-switches)."
        lines = [
            "# Beside other switches", "", made, "",
            f"{machine['processor']}, {machine['processors']} processors, Linux {machine['kernel']}, {machine['system']}; "
            f"{machine['apus'] or 'apus'} of commit {machine['commit'] or '?'}"
            f"{' with changes' if machine['changed'] else ''}; "
            + ", ".join(f"{name} {version}" for name, version in machine["packages"].items()) + ".",
        ]
        if speeds:
            lines += ["", f"The machine's own speed meanwhile: a datagram from a process to itself took {min(speeds):.0f} "
                      f"to {max(speeds):.0f} ns."]
        lines += [part for warning in self.warnings() for part in ("", f"**{warning}**")]
        for attachment, title, peers, metrics in self.sections():
            lines += ["", f"## {title}"]
            for table, block in self.blocks(metrics):
                lines += ["", f"### {table}"] if table else []
                lines += self.markdown_tables(peers, block)
            for key in metrics:
                if (attachment, key) in charts:
                    lines += ["", f"![{METRICS[key].title}, {title}]({charts[attachment, key]})"]
            if attachment == "memory":
                lines += self.across_markdown()
                for key, name in charts.items():
                    if key[0] == "curve":
                        lines += ["", f"![{key[1]}]({name})"]
        lines += ["", "±: half of the distance from the lowest to the highest sample, in percent of the median. *: nothing was "
                  "lost, so the sender may be the limit.", "", "## What was measured", ""]
        shown = {key for *_, metrics in self.sections() for key in metrics}
        lines += markdown_table(["figure", "what it is"], [[METRICS[key].title, METRICS[key].meaning] for key in METRICS
                                                           if key in shown])
        lines += ["", "## How each switch was set up", ""]
        lines += markdown_table(["", "switch", "options"], [[peer.name, peer.title, peer.options] for peer in self.peers])
        if run.left_out:
            lines += ["", "Left out:", ""] + [f"- {name}: {reason}" for name, reason in run.left_out.items()]
        return "\n".join(lines) + "\n"

    def markdown_tables(self, peers, metrics):
        """Figures, and below them the ratios if there are any."""
        peers = [peer for peer in peers if any(self.samples.of(peer.name, key) for key in metrics)]
        lines = [""] + markdown_table(
            ["", *(f"{METRICS[key].title} ({METRICS[key].unit})" for key in metrics)],
            [[f"**{peer.name}**" if peer.ours else peer.name] + [self.cell(peer, key) for key in metrics]
             for peer in peers])
        ratios = [[f"{ours.name} / {peer.name}"] + values for ours, peer, values in self.ratio_rows(peers, metrics)]
        if ratios:
            lines += ["", "How many times better:", ""]
            lines += markdown_table(["", *(METRICS[key].title for key in metrics)], ratios)
        return lines

    def json(self):
        run, samples = self.run, self.samples
        figures = {
            peer.name: {key: {"median": samples.median(peer.name, key), "spread": samples.spread(peer.name, key),
                              "samples": samples.of(peer.name, key)}
                        for key in METRICS if samples.of(peer.name, key)} for peer in self.peers}
        ratios = {}
        for _, _, peers, metrics in self.sections():
            for ours in (peer for peer in peers if peer.ours):
                for peer in (peer for peer in peers if not peer.ours):
                    for key in (key for key in metrics if METRICS[key].has_ratio):
                        values = samples.ratios(ours.name, peer.name, key, METRICS[key].higher_is_better)
                        if values:
                            ratios.setdefault(ours.name, {}).setdefault(peer.name, {})[key] = {
                                "median": samples.ratio(ours.name, peer.name, key, METRICS[key].higher_is_better),
                                "samples": values}
        return json.dumps({
            "command": run.command, "date": run.date, "rounds": run.rounds, "seconds": run.seconds,
            "machine": run.machine, "busyBefore": run.busy, "steal": run.steal, "calibrationNanoseconds": run.calibration,
            "metrics": {key: {"title": metric.title, "unit": metric.unit, "meaning": metric.meaning,
                              "higherIsBetter": metric.higher_is_better} for key, metric in METRICS.items()},
            "peers": {peer.name: {"title": peer.title, "attachment": peer.attachment, "options": peer.options}
                      for peer in self.peers},
            "figures": figures, "timesBetter": ratios, "leftOut": run.left_out,
            "notes": [{"peer": name, **note} for name, note in run.notes],
        }, indent=1) + "\n"

    def charts(self):
        """File names and contents, by attachment and metric."""
        for attachment, title, peers, metrics in self.sections():
            for key in (key for key in CHARTED if key in metrics):
                rows = []
                for peer in peers:
                    values = self.samples.of(peer.name, key)
                    if values:
                        rows.append((peer.name, self.samples.median(peer.name, key), min(values), max(values), peer.ours))
                metric = METRICS[key]
                better = "more is better" if metric.higher_is_better else "less is better"
                note = f"{title}; {metric.unit}, {better}"
                yield (attachment, key), f"RESULTS-{attachment}-{key}.svg", bars(metric.title, note, rows)
        yield from curve_charts(self.peers, self.samples)

    def save(self, directory):
        """Writes RESULTS.md, RESULTS.json and the charts, and removes charts of an earlier run."""
        if not os.path.isdir(directory):
            owner = os.stat(__file__)
            os.makedirs(directory)
            os.chown(directory, owner.st_uid, owner.st_gid)
        for name in os.listdir(directory):
            if name.startswith("RESULTS-") and name.endswith(".svg"):
                os.remove(os.path.join(directory, name))
        names = {}
        for place, name, text in self.charts():
            names[place] = name
            write(directory, name, text)
        write(directory, "RESULTS.md", self.markdown(names))
        write(directory, "RESULTS.json", self.json())


def write(directory, name, text):
    """Writes a file that belongs to whom the program belongs to, not to root."""
    path, owner = os.path.join(directory, name), os.stat(__file__)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chown(path, owner.st_uid, owner.st_gid)


def plural(count, word, ending="s"):
    return f"{count} {word}{'' if count == 1 else ending}"


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]


def markdown_table(header, rows):
    return ["| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header)] + rows]
