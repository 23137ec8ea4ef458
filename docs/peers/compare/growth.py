"""What the same work costs as it grows: channels, rate, length. Processor time of a second of signal, and the most memory."""
import os
import shutil

from measure import STILLPOINT, median, run, work
from offline import frame, made

CHANNELS = [1, 2, 4, 8, 16, 32, 64]
RATES = [10, 100, 1000, 10_000, 100_000, 1_000_000]
MINUTES = [1, 10, 60, 360, 1440, 4320]
RUNS = 3
# Of the longest one run says it, and they are not recorded from text.
LONG = 6000
if os.environ.get("COMPARE_QUICK"):
    CHANNELS, MINUTES, RUNS = CHANNELS[::2], MINUTES[:4], 1


def growth():
    return {
        "runs": RUNS,
        "channels": [{"x": n, **row("channels", n, 100, 600)} for n in CHANNELS],
        "rate": [{"x": hz, **row("rate", 1, hz, 60)} for hz in RATES],
        "length": [{"x": minutes, **row("length", 2, 100, 60 * minutes)} for minutes in MINUTES],
    }


def row(name, channels, hz, seconds):
    """Of one recording: analysed; written as EDF; recorded from text; opened."""
    runs = 1 if seconds > LONG else RUNS
    path = made(f"{channels}x{hz}x{seconds}.wav", channels, hz, seconds)
    out = work("growth")
    rows = os.path.join(out, "rows.jsonl")
    jobs = {
        "analyze": lambda: run([STILLPOINT, "analyze", path, "--format", "jsonl", "-o", rows, "--force"]),
        "export": lambda: exported(path, out),
        "open": lambda: frame(["replay", path]),
    }
    if seconds <= LONG:
        text = made(f"{channels}x{hz}x{seconds}.txt", channels, hz, seconds)
        jobs["record"] = lambda: recorded(text, hz, out)
    told = {}
    for kind, job in jobs.items():
        found = median([job() for _ in range(runs)])
        told[kind] = {"cpu": found["cpu"] / seconds, "wall": found["wall"], "rss": found["rss"]}
    for file in (path, path[:-3] + "txt"):
        if os.path.exists(file) and os.path.getsize(file) > 50_000_000:
            os.remove(file)
    return told


def exported(path, out):
    shutil.rmtree(os.path.join(out, "edf"), ignore_errors=True)
    return run([STILLPOINT, "export", path, "--to", "edf", "-o", os.path.join(out, "edf")])


def recorded(text, hz, out):
    folder = os.path.join(out, "recorded")
    shutil.rmtree(folder, ignore_errors=True)
    with open(text) as lines:
        return run([STILLPOINT, "record", "-", "--rate", str(hz), "-o", folder], stdin=lines)
