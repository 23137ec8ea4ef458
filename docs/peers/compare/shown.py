"""Is a spike of one sample seen, and how soon? Of what each program sends to its terminal a screen is kept (pyte), and looked at after each piece that came."""
import os
import statistics
import time

import live
from measure import PEERS, STILLPOINT

HZ = 100
SPIKES = 20
# A spike is of one sample and nine times as high as all else; this many seconds lie between two.
APART = 3.0
FIRST = 25.0
# What is not seen within so long is not seen.
LATE = 2.5
# Rows that a spike alone reaches, and columns that are no frame, of the 36 and 120.
ROWS = {"stillpoint live": range(3, 8), "ttyplot": range(2, 8), "scope-tui": range(2, 12)}
COLUMNS = {"ttyplot": range(3, 118), "scope-tui": range(0, 115)}
# Columns at the end of stillpoint's trace: of 0.8 s each, so that the spike before has left them.
NEWEST = 2


def shown():
    """For each program: spikes sent and seen, and the seconds from the sample to the picture."""
    scope = os.path.join(PEERS, "cargo", "bin", "scope-tui")
    programs = [
        live.Reader("stillpoint live", [STILLPOINT, "live", "PORT", "--rate", str(HZ)], "port"),
        live.Reader("ttyplot", ["ttyplot", "-2", "-m", "1000", "-M", "-200"], "two"),
        live.Reader("scope-tui", [scope, "-c", "2", "-r", str(HZ), "-b", "100", "--no-ui", "--no-reference", "file", "PIPE"], "pipe"),
    ]
    for program in programs:
        program.keep = True
    spikes = {int((FIRST + n * APART) * HZ) for n in range(SPIKES)}
    stream = live.Stream(2, HZ, programs, spikes)
    stream.start()
    time.sleep(FIRST + SPIKES * APART + LATE)
    stream.over = True
    stream.join()
    [program.end() for program in programs]
    return [{"name": program.name, **seen(program, [at for _, at in stream.told])} for program in programs]


def seen(program, sent):
    """Goes through what was drawn; a spike is seen when it appears where none was."""
    import pyte

    screen = pyte.Screen(120, 36)
    stream = pyte.ByteStream(screen)
    there, appeared = False, []
    for at, piece in program.chunks:
        stream.feed(piece)
        if at < sent[0]:
            continue
        now = holds(screen, program.name)
        if now and not there:
            appeared.append(at)
        there = now
    delays = [next((at - spike for at in appeared if 0 <= at - spike < LATE), None) for spike in sent]
    found = [delay for delay in delays if delay is not None]
    return {
        "sent": len(sent),
        "seen": len(found),
        "median": statistics.median(found) if found else None,
        "latest": max(found, default=None),
    }


def holds(screen, name):
    """Whether something is drawn where only a new spike is."""
    columns = COLUMNS.get(name) or newest(screen)
    return any(screen.buffer[y][x].data not in " \u2800" for y in ROWS[name] for x in columns)


def newest(screen):
    """The last columns of stillpoint's trace, which end above the word at the end of its time axis."""
    ends = [line.rindex("now") + len("now") for line in screen.display if "now" in line]
    return range(ends[-1] - NEWEST, ends[-1]) if ends else range(0)
