#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""terminal.py BUILD [FILE]: docs/terminal.svg, a terminal in which the demonstration, `postern check` and
`postern config test` were run. Output and colours are those of the programs, but that the reply is red; where lines are left out it says so."""
import html
import os
import pty
import re
import subprocess
import sys
import tempfile

COLUMNS = 104
CHARACTER, LINE, MARGIN, BAR = 7.83, 19, 18, 34  # px, at 13 px
COLORS = {"1": "strong", "2": "faint", "31": "red", "32": "green", "33": "yellow", "36": "blue"}

ORDER = """From: Shop <orders@example.com>
Subject: =?utf-8?B?4oCL?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="frontier"

--frontier
Content-Type: text/plain

The invoice is attached.
--frontier
Content-Type: application/pdf; name="invoice.pdf"
Content-Disposition: attachment; filename="invoice.pdf"
Content-Transfer-Encoding: base64

--frontier--
"""
FORM = """From: Visitor <kim@example.net>
Subject: A question

When do you open?
"""
LOCAL = """checks = {
    alignmnt = { match = "domain"; };
    subject_too_long = { max_characters = 0; };
};
"""


def run(command, folder, path):
    """What the command writes to a terminal, as lines."""
    master, slave = pty.openpty()
    environment = dict(os.environ, PATH=path + ":" + os.environ["PATH"], TERM="xterm", COLUMNS=str(COLUMNS))
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, shell=True, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    output = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        output += piece
    process.wait()
    os.close(master)
    return output.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


def dialogue(lines):
    """Of the demonstration, the first dialogue without most of its message, and the last line."""
    def find(start):
        return next(i for i, line in enumerate(lines) if line.startswith(start))
    cut = "\x1b[2m[...]\x1b[0m"
    reply = find("S: 554")
    return (lines[find("C: MAIL"):find("C: From") + 1] + [lines[find("C: Subject")], cut]
            + lines[find("C: Content-Type: application"):reply] + ["\x1b[31m" + lines[reply] + "\x1b[0m", cut, lines[-1]])


def wrap(line):
    """Pieces of (classes, text), in lines of COLUMNS characters, as a terminal breaks them."""
    rows, row, used, classes = [], [], 0, set()
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if code:
            for number in code.group(1).split(";"):
                classes = set() if number in ("", "0") else classes | {COLORS.get(number, "")} - {""}
            continue
        while piece:
            part, piece = piece[:COLUMNS - used], piece[COLUMNS - used:]
            row.append((" ".join(sorted(classes)), part))
            used += len(part)
            if used == COLUMNS:
                rows.append(row)
                row, used = [], 0
    return rows + [row] if row or not rows else rows


def draw(lines):
    rows = [row for line in lines for row in wrap(line)]
    width, height = int(COLUMNS * CHARACTER) + 2 * MARGIN, BAR + len(rows) * LINE + MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
           '<title>A terminal: a mail with an empty attachment is refused, and postern check says why</title>',
           '<style>text { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d6dbe3; white-space: pre }',
           '.strong { font-weight: bold } .faint { fill: #8590a0 } .red { fill: #ff7b72 } .green { fill: #6fd08c }',
           '.yellow { fill: #e3b341 } .blue { fill: #79b8ff }</style>',
           f'<rect width="{width}" height="{height}" rx="9" fill="#161b22"/>']
    out += [f'<circle cx="{20 + 18 * i}" cy="17" r="5.5" fill="{fill}"/>' for i, fill in enumerate(("#ff6057", "#febc2e", "#28c840"))]
    for number, row in enumerate(rows):
        column, y = 0, BAR + (number + 1) * LINE - 5
        for classes, text in row:
            mark = f' class="{classes}"' if classes else ""
            x = MARGIN + column * CHARACTER
            # The length is said, so that any font keeps the columns.
            out.append(f'<text x="{x:.1f}" y="{y}" textLength="{len(text) * CHARACTER:.1f}"{mark}>{html.escape(text)}</text>')
            column += len(text)
    return "\n".join(out + ["</svg>", ""])


def main():
    build = os.path.realpath(sys.argv[1])
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    target = sys.argv[2] if len(sys.argv) > 2 else os.path.join(root, "docs", "terminal.svg")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("order.eml", ORDER), ("form.eml", FORM), ("local.conf", LOCAL)):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        session = [("make demo", dialogue(run(os.path.join(build, "tests/e2e/demo"), root, build)))]
        for command in ("postern check --mail-from bounces@mail.example.com order.eml form.eml", "postern config test -c local.conf"):
            session.append((command, run(command, folder, build)))
    lines = []
    for command, output in session:
        lines += [f"\x1b[1;32m$\x1b[0m \x1b[1m{command}\x1b[0m"] + output + [""]
    with open(target, "w", encoding="utf-8") as file:
        file.write(draw(lines[:-1]))


main()
