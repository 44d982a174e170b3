"""Medians, spreads and ratios of samples.

A sample is kept with the round that it is from. Ratios are made of samples of the same round, which were taken within
a minute or so: the speed of a virtual machine changes more between rounds than switches differ.
"""
from statistics import median


class Samples:
    """Numbers by peer, metric and round."""

    def __init__(self):
        self._values = {}

    def add(self, peer, metric, round_number, value):
        if value is not None:
            self._values.setdefault(peer, {}).setdefault(metric, {})[round_number] = value

    def of(self, peer, metric):
        """The values of all rounds, in their order; empty when there is none."""
        rounds = self._values.get(peer, {}).get(metric, {})
        return [rounds[key] for key in sorted(rounds)]

    def median(self, peer, metric):
        values = self.of(peer, metric)
        return median(values) if values else None

    def spread(self, peer, metric):
        """Highest less lowest, in parts of the median."""
        values = self.of(peer, metric)
        middle = median(values) if values else 0
        return (max(values) - min(values)) / middle if middle else None

    def ratios(self, ours, peer, metric, higher_is_better):
        """How many times better `ours` was, round for round."""
        mine = self._values.get(ours, {}).get(metric, {})
        theirs = self._values.get(peer, {}).get(metric, {})
        pairs = [(mine[key], theirs[key]) for key in sorted(mine) if key in theirs]
        if not higher_is_better:
            pairs = [(b, a) for a, b in pairs]
        return [a / b for a, b in pairs if a > 0 and b > 0]

    def ratio(self, ours, peer, metric, higher_is_better):
        values = self.ratios(ours, peer, metric, higher_is_better)
        return median(values) if values else None

    def has(self, peer):
        return peer in self._values
