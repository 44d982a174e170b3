"""Curves of the time that a frame takes, over the number of rules; both axes are logarithmic."""
import math
from html import escape

from chart import STYLE, number
from memory_works import COUNTS, MASKS, ORDERS, rules_key

LEFT, TOP, WIDTH, HEIGHT, RIGHT = 56, 52, 420, 230, 170


def curve_charts(peers, samples):
    """Keys, file names and contents: one chart for each number of masks."""
    for masks in MASKS:
        lines = []
        for peer in peers:
            for order, name in ORDERS.items():
                points = [(rules, samples.median(peer.name, rules_key(masks, order, count)))
                          for count, rules in COUNTS.items()]
                points = [(rules, value) for rules, value in points if value]
                if points:
                    lines.append((f"{peer.name}, {name}", points, peer.ours, order != "flows"))
        if lines:
            title = f"Rules of {masks} mask{'s' if masks > 1 else ''}"
            yield ("curve", title), f"RESULTS-memory-rules-{masks}.svg", curves(
                title, "ns a frame over the number of rules, less is better", lines)


def curves(title, note, lines):
    """A chart of lines `(label, points, whether ours, whether dashed)`."""
    xs = [x for _, points, *_ in lines for x, _ in points]
    ys = [y for _, points, *_ in lines for _, y in points]
    low_x, high_x = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)

    def x(value):
        return LEFT + WIDTH * (math.log10(value) - low_x) / (high_x - low_x)

    def y(value):
        return TOP + HEIGHT * (high_y - math.log10(value)) / (high_y - low_y)
    width, height = LEFT + WIDTH + RIGHT, TOP + HEIGHT + 30
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label="{escape(title)}">',
        f"  <style>{STYLE}  .line {{ fill: none; stroke-width: 2 }} .grid {{ stroke: #8c959f; stroke-opacity: 0.3 }}\n  </style>",
        f'  <text class="title" x="8" y="18">{escape(title)}</text>',
        f'  <text x="8" y="35">{escape(note)}</text>',
    ]
    for power in range(low_y, high_y + 1):
        drawn += [f'  <path class="grid" d="M{LEFT} {y(10 ** power):.1f}h{WIDTH}"/>',
                  f'  <text x="{LEFT - 6}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:,}</text>']
    for power in range(low_x, high_x + 1):
        drawn.append(f'  <text x="{x(10 ** power):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{10 ** power:,}</text>')
    labels = spread([y(points[-1][1]) for _, points, *_ in lines])
    for (label, points, ours, dashed), place in zip(lines, labels):
        colour, dash = "#1a9e74" if ours else "#8c959f", ' stroke-dasharray="5 3"' if dashed else ""
        path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in points)
        drawn.append(f'  <path class="line" stroke="{colour}"{dash} d="M{path}"/>')
        drawn += [f'  <circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{colour}"><title>{number(b)} ns</title></circle>'
                  for a, b in points]
        name = ' class="name"' if ours else ""
        drawn.append(f'  <text{name} x="{x(points[-1][0]) + 8:.1f}" y="{place + 4:.1f}">{escape(label)}</text>')
    drawn += [f'  <path class="axis" d="M{LEFT} {TOP}V{TOP + HEIGHT}H{LEFT + WIDTH}"/>', "</svg>"]
    return "\n".join(drawn) + "\n"


def spread(places, gap=14):
    """Moves labels apart that would lie on each other."""
    moved = list(places)
    order = sorted(range(len(places)), key=places.__getitem__)
    for before, after in zip(order, order[1:]):
        moved[after] = max(moved[after], moved[before] + gap)
    return moved
