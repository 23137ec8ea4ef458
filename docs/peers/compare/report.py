"""docs/PERFORMANCE.md out of what the sections found, and of notes.md, which is written by hand: what falls short and why."""
import os

import plot
from measure import HERE, ROOT, machine

PAGE = os.path.join(ROOT, "docs", "PERFORMANCE.md")
PLOTS = os.path.join(ROOT, "docs", "growth.svg")

HEAD = """# Performance

What stillpoint costs, beside what a user would take instead and beside the least that the work can cost, on the same data in the same run. Written by `just compare` (one
section again: `just compare live`); the script is [docs/peers/compare](peers/compare). Medians of five where nothing else is said. Processor time is of all threads, user and
system. Seconds are of this machine, which does other work beside; what carries over are the ratios.
"""


def write(known, versions):
    parts = [HEAD, f"{machine()}. {', '.join(versions)}.\n"]
    for name, section in SECTIONS.items():
        if name in known:
            parts.append(section(known[name]["found"], known[name]))
    with open(os.path.join(HERE, "notes.md")) as notes:
        parts.append(notes.read())
    with open(PAGE, "w") as file:
        file.write("\n".join(parts).rstrip() + "\n")


def told(kept, name):
    return f"{kept['date']}, `just compare {name}`, commit {kept['commit']}, load {kept['load']} before and {kept['load_after']} after.\n"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def seconds(value):
    return f"{1000 * value:.1f} ms" if value < 1 else f"{value:.1f} s"


def times(value):
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def start(found, kept):
    rows = [[name, f"{1e3 * row['wall']:.1f}", f"{1e3 * row['cpu']:.1f}", f"{row['rss']:.1f}"] for name, row in found["rows"].items()]
    goals = "Goals: `--help` within 10 ms, the first frame within 60 ms, at most 10 MB."
    return (f"## Start\n\n{told(kept, 'start')}\nMedians of 21. {goals} The stripped binary has {found['bytes'] / 1e6:.1f} MB.\n\n"
            + table(["", "passed, ms", "processor, ms", "memory, MiB"], rows))


def live(found, kept):
    text = ["## Live", "", told(kept, "live"),
            "The same frames go to all programs at the same time, in bursts of 16 ms, on screens of 120x36, and both streams at once. After 310 s, when all windows of the estimates are "
            "full, five windows of 60 s are measured: the medians. stillpoint looks for four rhythms and the derived series in every channel; the others only draw, ttyplot two "
            "numbers a line of however many, scope-tui one picture a buffer. The floor is [floor.c](peers/compare/floor.c): what is read is written.", ""]
    for channels, hz in sorted({(row["channels"], row["hz"]) for row in found}):
        rows = [row for row in found if (row["channels"], row["hz"]) == (channels, hz)]
        shows = [row for row in rows if row["bytes"] > 0 and "record" not in row["name"]]
        writes = [row for row in rows if row not in shows]
        base = {row["name"]: row["cpu"] for row in rows}
        text += [f"### {channels} x {hz} Hz", "",
                 table(["on a screen", "of a core, %", "times ttyplot's", "to the terminal, KB/s", "memory, MiB"],
                       [[row["name"], f"{100 * row['cpu']:.2f}", times(row["cpu"] / base["ttyplot"]), f"{row['bytes'] / 1000:.1f}", f"{row['rss']:.1f}"] for row in shows]),
                 table(["to disk alone", "of a core, %", "times the floor", "times the floor that is safe", "memory, MiB"],
                       [[row["name"], f"{100 * row['cpu']:.3f}", times(row["cpu"] / base["floor: ten lines of C"]),
                         times(row["cpu"] / base["floor, safe on disk every half second"]), f"{row['rss']:.1f}"] for row in writes])]
    return "\n".join(text)


def shown(found, kept):
    def late(value):
        return "–" if value is None else f"{1000 * value:.0f}"

    rows = [[row["name"], str(row["sent"]), str(row["seen"]), late(row["median"]), late(row["latest"])] for row in found]
    return (f"### Late or never\n\n{told(kept, 'shown')}\nOf 2 x 100 Hz one sample every 3 s is nine times as high as all else. Each program's terminal is followed (pyte), and a spike is "
            "seen when it appears on it.\n\n" + table(["", "spikes", "seen", "median, ms", "latest, ms"], rows))


def estimates(found, kept):
    hour = found["stillpoint analyze: four rhythms and the derived series"]["process"]
    rows = [[name, f"{row['wall']:.2f}", f"{row['cpu']:.2f}", f"{row['process']:.2f}", times(row["cpu"] / hour), f"{row['rss']:.0f}"] for name, row in found.items()]
    return (f"## Estimates\n\n{told(kept, 'estimates')}\nAn hour of one channel of 100 Hz. Of the libraries the work alone is measured, without the import and without reading the samples, and "
            "the whole process beside; of stillpoint the whole process. The libraries give peaks or cycles and a rate a beat, without interval or evidence; stillpoint a rate, an amplitude, "
            "their intervals and p every 5 s. So a ratio compares what is waited for, not the same work.\n\n"
            + table(["", "passed, s", "processor, s", "whole process, s", "of stillpoint's all", "memory, MiB"], rows))


def opened(found, kept):
    rows = [[name, f"{1e3 * row['wall']:.0f}", f"{1e3 * row['cpu']:.0f}", f"{row['rss']:.0f}"] for name, row in found.items()]
    return (f"## Opening a day\n\n{told(kept, 'open')}\n24 hours of two channels of 100 Hz, files in the cache. Of the libraries without the import (MNE's takes longer than all else here); "
            "of stillpoint the whole process.\n\n" + table(["", "passed, ms", "processor, ms", "memory, MiB"], rows))


def convert(found, kept):
    rows = [[name, f"{row['wall']:.2f}", f"{row['cpu']:.2f}", f"{row['rss']:.0f}"] for name, row in found.items()]
    return (f"## Conversion\n\n{told(kept, 'convert')}\nThe same day, out of EDF; medians of three. pyedflib and MNE hold all of it in memory.\n\n"
            + table(["", "passed, s", "processor, s", "memory, MiB"], rows))


def limits(found, kept):
    loops = "\n".join("    " + line for line in found["loops"])
    day = [[name, seconds(row["wall"]), seconds(row["cpu"]), f"{row['rss']:.0f}"] for name, row in found["day"].items()]
    fast = found["megahertz"]
    return (f"## Limits\n\n{told(kept, 'limits')}\nMinima and maxima beside a copy of the same samples (goal: half its speed), and text (goal: 300 MB/s of a core); `cargo run --release --example limits`:\n\n"
            f"{loops}\n\nA day of 8 x 250 Hz (691 MB), in the middle:\n\n" + table(["", "passed", "processor", "memory, MiB"], day)
            + f"\nOne channel of 1 MHz for 60 s as text (6 MB/s) into standard input, recorded and shown on one core (`taskset -c 0`): {100 * fast['cpu']:.0f} % of that core, "
            f"{fast['bytes'] / 1000:.0f} KB/s to the terminal, {fast['rss']:.0f} MiB; the pipe was never more than {1000 * fast['latest']:.0f} ms behind. Of {fast['sent']} samples {fast['right']} are in the "
            f"recording at their places, {fast['gaps']} gaps.\n")


def growth(found, kept):
    labels = {"channels": ("channels of 100 Hz, 10 min", "channels"), "rate": ("one channel, 60 s", "Hz"), "length": ("2 x 100 Hz", "minutes")}
    names = {"analyze": "analyze", "export": "export to EDF", "record": "record from text", "open": "to the first frame"}
    panels = []
    for key, what, unit, scale in (("cpu", "processor, ms a second of signal", "ms", 1000), ("rss", "most memory, MiB", "MiB", 1)):
        for name, (title, x) in labels.items():
            curves = {}
            for row in found[name]:
                for kind in names:
                    # To the first frame it is all the same how long the recording is.
                    if kind in row and not (kind == "open" and key == "cpu"):
                        curves.setdefault(names[kind], []).append((row["x"], row[kind][key] * scale))
            panels.append((title, x, what, curves))
    with open(PLOTS, "w") as file:
        file.write(plot.plots(panels))
    runs = "One run" if found["runs"] == 1 else f"Medians of {found['runs']}"
    text = [f"## As work grows\n\n{told(kept, 'growth')}\n{runs} of each, one of the longest. Analysis with all rhythms and the derived series.\n\n![Cost and memory as channels, rate and length grow](growth.svg)\n"]
    for name, (title, x) in labels.items():
        kinds = [kind for kind in names if any(kind in row for row in found[name])]
        head = [x] + [f"{names[kind]}, {'ms' if kind == 'open' else 'ms/s'} (MiB)" for kind in kinds]
        rows = []
        for row in found[name]:
            cells = [f"{1000 * (row[kind]['wall'] if kind == 'open' else row[kind]['cpu']):.3g} ({row[kind]['rss']:.0f})" if kind in row else "" for kind in kinds]
            rows.append([str(row["x"]), *cells])
        text += [f"{title}:\n", table(head, rows)]
    return "\n".join(text)


SECTIONS = {"start": start, "live": live, "shown": shown, "estimates": estimates, "open": opened, "convert": convert, "limits": limits, "growth": growth}
