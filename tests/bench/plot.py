#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Draws what the bench of milters found (mta.c) as an SVG picture that needs nothing else, for light and dark pages.

    plot.py TABLE.tsv PICTURE.svg

Two fields side by side: messages a second as a share of what Postfix does without a milter, and the time that a milter adds to the reply to the
final dot (median, and 99 %) of a single connection, on a scale of powers of ten.
"""
import csv
import math
import sys
from xml.sax.saxutils import escape

WIDTH, LABELS, GAP, FIELD, TOP, ROW, BAR = 880, 130, 70, 310, 92, 62, 15
BASE = "no milter"
LEAST_MS, MOST_MS = 0.01, 100.0

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c2430 }
.title { font-size: 16px; font-weight: 600 }
.small { font-size: 11px; fill: #5a6472 }
.grid { stroke: #d5dae1; stroke-width: 1 }
.few { fill: #9db4d6 } .some { fill: #5f86bf } .many { fill: #2f5b9c }
.ours .few { fill: #f2b880 } .ours .some { fill: #e08a3c } .ours .many { fill: #b8600f }
.ours text { font-weight: 600 }
.tail { stroke: #5a6472; stroke-width: 2 }
.page { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ee } .small { fill: #a3acb8 } .grid { stroke: #3a424e } .tail { stroke: #a3acb8 } .page { fill: #14181e }
}
"""


def read(path):
    with open(path, newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def bar(x, y, width, height, kind):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height}" rx="2" class="{kind}"/>'


def milliseconds(value):
    return f"{value:.2f} ms" if value < 1 else f"{value:.1f} ms"


def place(value):
    """Where a time lies in its field, 0 to 1."""
    inside = min(max(value, LEAST_MS), MOST_MS)
    return math.log10(inside / LEAST_MS) / math.log10(MOST_MS / LEAST_MS)


def rates(rows, milter, y):
    """Its share of the messages, a bar for each number of connections."""
    own = sorted((row for row in rows if row["milter"] == milter), key=lambda row: int(row["connections"]))
    for index, (row, kind) in enumerate(zip(own, ("few", "some", "many"))):
        share = float(row["ratio"])
        top = y + index * (BAR + 2)
        length = min(share, 1.1) * FIELD / 1.1
        yield bar(LABELS, top, length, BAR, kind)
        yield text(LABELS + length + 4, top + BAR - 4, f"{share * 100:.0f} %", "small")


def delays(row, y):
    """What it adds with one connection: a bar to the median, a line to the 99 %."""
    left = LABELS + FIELD + GAP
    median, tail = float(row["end_added_p50"]), float(row["end_added_p99"])
    ends = left + place(median) * FIELD
    yield bar(left, y + BAR + 2, ends - left, BAR, "many")
    if tail > median:
        middle = y + BAR + 2 + BAR / 2
        yield line(ends, middle, left + place(tail) * FIELD, middle, "tail")
        ends = left + place(tail) * FIELD
    words = f"{milliseconds(median)}, 99 %: {milliseconds(tail) if tail > median else 'within noise'}"
    if ends - left > FIELD * 0.55:
        yield text(left + FIELD, y + BAR - 1, words, "small", "end")
    else:
        yield text(ends + 6, y + 2 * BAR - 2, words, "small")


def axes(bottom):
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = LABELS + share * FIELD / 1.1
        yield line(x, TOP - 8, x, bottom, "grid")
        yield text(x, TOP - 14, f"{share * 100:.0f} %", "small", "middle")
    left = LABELS + FIELD + GAP
    value = LEAST_MS
    while value <= MOST_MS * 1.001:
        x = left + place(value) * FIELD
        yield line(x, TOP - 8, x, bottom, "grid")
        yield text(x, TOP - 14, f"{value:g} ms", "small", "middle")
        value *= 10


def picture(rows):
    milters = [row["milter"] for row in rows if row["connections"] == rows[0]["connections"] and row["milter"] != BASE]
    bottom = TOP + ROW * len(milters)
    height = bottom + 34
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">')
    yield "<title>What a milter costs a Postfix: messages a second, and time added to each</title>"
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="page" width="{WIDTH}" height="{height}"/>'
    yield text(12, 24, "What a milter costs a Postfix", "title")
    yield text(LABELS, 52, "Messages a second; Postfix alone: 100 %")
    yield text(LABELS + FIELD + GAP, 52, "Time added to the reply to the final dot")
    yield from axes(bottom)
    for index, milter in enumerate(milters):
        y = TOP + index * ROW
        yield f'<g class="{"ours" if milter == "Postern" else ""}">'
        yield text(12, y + 2 * BAR, milter)
        yield from rates(rows, milter, y)
        for row in rows:
            if row["milter"] == milter and row["connections"] == "1":
                yield from delays(row, y)
        yield "</g>"
    counts = sorted({int(row["connections"]) for row in rows})
    told = ", ".join(str(count) for count in counts[:-1]) + f" and {counts[-1]}"
    yield text(LABELS, height - 10, f"From above: {told} connections at once; longer is better", "small")
    yield text(LABELS + FIELD + GAP, height - 10, "One connection; bar: median, line: up to 99 %; shorter is better", "small")
    yield "</svg>"


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py TABLE.tsv PICTURE.svg")
    rows = read(sys.argv[1])
    with open(sys.argv[2], "w", encoding="utf-8") as stream:
        stream.write("\n".join(picture(rows)) + "\n")


if __name__ == "__main__":
    main()
