#!/usr/bin/env python3
"""Our figures on the real recordings as other sensors would have given them: turned round in time, differentiated, high-passed, bent, with noise.

    python docs/peers/changed.py [--data ../shared/data] [--program target/release/stillpoint]... [--only "turned round"]

Cycles are where they were, so the windows of `reference.csv` (60 s) hold as they are; of a recording turned round they are counted from its end. What
is tuned to recordings and not to what they have in common shows here. A program may be given several times, to compare.
"""

import argparse
import os
import tempfile

import numpy as np
import pandas as pd
from scipy import signal

from holdout import shares
from rates import WITHIN, ours, read

WINDOW, STEP = 60, 5
MOST_HZ = 200


def usual(x, rate):
    """The median standard deviation of ten seconds."""
    size = int(10 * rate)
    return np.median([x[at : at + size].std() for at in range(0, max(1, len(x) - size), size)])


def differentiated(x, rate, rhythm):
    low = min(0.9, (2 if rhythm == "breath" else 8) / (rate / 2))
    return np.gradient(signal.lfilter(*signal.butter(2, low), x - x[0]))


def bent(x, rate, _):
    x = x - np.median(x)
    return np.sign(x) * np.abs(x / usual(x, rate)) ** 0.6


def high_passed(x, rate, rhythm):
    return signal.lfilter(*signal.butter(1, (0.05 if rhythm == "breath" else 1.0) / (rate / 2), "high"), x - x[0])


def with_noise(x, rate, _):
    """White noise, 5 dB below in what 25 Hz hold of it."""
    return x + np.random.default_rng(1).normal(size=len(x)) * usual(x, rate) * 0.56 * np.sqrt(rate / 25)


CHANGES = {
    "as it is": lambda x, *_: x,
    "turned round": lambda x, *_: x[::-1],
    "differentiated": differentiated,
    "high-passed": high_passed,
    "bent": bent,
    "with noise": with_noise,
}


def slower(x, rate):
    """Brought down to what a text file of it takes little time for."""
    factor = max(1, round(rate / MOST_HZ))
    return (signal.decimate(x, factor), rate / factor) if factor > 1 else (x, rate)


def told(data, program, name, rhythm):
    """[(rate, reference, present, within)] of every window of a rhythm, of recordings changed so."""
    reference = pd.read_csv(os.path.join(data, "reference.csv"))
    out = []
    for (file, channel), table in reference[reference.rhythm == rhythm].groupby(["file", "channel"]):
        x, rate = slower(*read(os.path.join(data, file))[channel])
        x = CHANGES[name](np.where(np.isfinite(x), x, np.nanmedian(x)), rate, rhythm)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "changed.csv")
            lines = (f"{i / rate:.6f},{value:.7g}\n" for i, value in enumerate(x))
            open(path, "w", encoding="utf8").writelines(["time,x\n", *lines])
            rows = ours(program, path, WINDOW, STEP)
        for start, end, right in zip(table.start_s, table.end_s, table.rate_per_min):
            ends = len(x) / rate - start if name == "turned round" else end
            figure, present = rows.get((0, rhythm, round(ends / STEP) * STEP), (None, False))
            out.append((figure, right, present, WITHIN[rhythm]))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("STILLPOINT_DATA", "../shared/data"))
    parser.add_argument("--program", action="append")
    parser.add_argument("--only", choices=CHANGES, action="append")
    args = parser.parse_args()
    print("| recordings | rhythm | program | of | near | present | of these near |\n|---|---|---|---:|---:|---:|---:|")
    for name in args.only or CHANGES:
        for rhythm in WITHIN:
            for program in args.program or ["target/release/stillpoint"]:
                print(f"| {name} | {rhythm} | {program} | {shares(told(args.data, program, name, rhythm))} |", flush=True)


if __name__ == "__main__":
    main()
