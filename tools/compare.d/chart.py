"""Bar charts in SVG without a background, in colours that can be read on light and on dark pages alike. A media query
would follow the system's colours, and pages have others."""
from html import escape

ROW, BAR, LEFT, PLOT, RIGHT = 24, 14, 190, 330, 120
# Each has a contrast of 4 or more with white as with #0d1117, but for bars, which lines have to be seen on.
STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #6e7781 }
    .title { font-weight: 600; font-size: 13px }
    .ours { fill: #1a9e74; fill-opacity: 0.55 }
    .name { fill: #178a65; font-weight: 600 }
    .peer { fill: #8c959f; fill-opacity: 0.5 }
    .error, .axis { stroke: #6e7781; stroke-width: 1.3; fill: none }
    .axis { stroke-width: 1 }
"""


def number(value):
    """Three digits that mean something."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def bars(title, note, rows):
    """A chart of rows `(label, median, lowest, highest, whether ours)`; the line across a bar's end goes from the
    lowest to the highest sample."""
    top = max((row[3] for row in rows), default=0) or 1
    height = 52 + ROW * len(rows)
    width = LEFT + PLOT + RIGHT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label="{escape(title)}">',
        f"  <style>{STYLE}  </style>",
        f'  <text class="title" x="8" y="18">{escape(title)}</text>',
        f'  <text x="8" y="35">{escape(note)}</text>',
    ]
    for i, (label, middle, lowest, highest, ours) in enumerate(rows):
        y = 46 + ROW * i
        centre = y + BAR / 2

        def x(value):
            return LEFT + PLOT * value / top
        name = ' class="name"' if ours else ""
        lines += [
            f'  <text{name} x="{LEFT - 8}" y="{centre + 4:g}" text-anchor="end">{escape(label)}</text>',
            f'  <rect class="{"ours" if ours else "peer"}" x="{LEFT}" y="{y}" width="{x(middle) - LEFT:.1f}"'
            f' height="{BAR}" rx="2"/>',
            f'  <path class="error" d="M{x(lowest):.1f} {centre:g}H{x(highest):.1f}'
            f'M{x(lowest):.1f} {centre - 4:g}v8M{x(highest):.1f} {centre - 4:g}v8"/>',
            f'  <text x="{x(highest) + 8:.1f}" y="{centre + 4:g}">{number(middle)}</text>',
        ]
    lines += [f'  <path class="axis" d="M{LEFT} 42V{height - 6}"/>', "</svg>"]
    return "\n".join(lines) + "\n"
