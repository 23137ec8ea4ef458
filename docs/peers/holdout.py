#!/usr/bin/env python3
"""Our figures on windows that `reference.csv` does not list: other offsets, other lengths, and a witness that is in no reference.

    python docs/peers/holdout.py [--data ../shared/data] [--program target/release/stillpoint]...

The CPAP device tells a breath's rate of its own (`RespRate.2s`, in `cpap_as10_20230831_PLD.edf`): the mean of it over windows of 60 and 30 s that end
between those of the table. And where three reference windows in a row agree (within 1 /min for breath, 2 /min for pulse), windows of 30 s of breath and
15 s of pulse within the middle one, against the middle one's rate. A program may be given several times, to compare.
"""

import argparse
import os

import numpy as np
import pandas as pd

from rates import WITHIN, ours, read, read_edf


def tally(told):
    """(windows, near, present, near and present) of [(rate, reference, present, within)]."""
    near = [rate is not None and abs(rate - reference) <= within for rate, reference, _, within in told]
    present = [bool(p) for _, _, p, _ in told]
    return len(told), sum(near), sum(present), sum(a and b for a, b in zip(near, present))


def shares(told):
    """The same as the last columns of a table."""
    n, near, present, both = tally(told)
    return f"{n} | {near} ({100 * near / n:.1f} %) | {present} | {both} ({100 * both / max(present, 1):.1f} %)"


def device(data, program, window):
    trend, rate = read_edf(os.path.join(data, "cpap_as10_20230831_PLD.edf"))["RespRate.2s"]
    rows = ours(program, os.path.join(data, "cpap_as10_20230831_BRP.edf"), window, 5)
    told = []
    for (channel, rhythm, end), (figure, present) in rows.items():
        part = trend[int((end - window) * rate) : int(end * rate)]
        if channel == 0 and rhythm == "breath" and end % 30 and len(part) and part.min() > 0:
            told.append((figure, part.mean(), present, 1.0))
    return told


def shorter(data, program, rhythm, window):
    reference = pd.read_csv(os.path.join(data, "reference.csv"))
    told = []
    for (file, channel), table in reference[reference.rhythm == rhythm].groupby(["file", "channel"]):
        path = os.path.join(data, file)
        position, rates = list(read(path)).index(channel), dict(zip(table.end_s.round(), table.rate_per_min))
        rows = ours(program, path, window, 5)
        for end, rate in rates.items():
            around = [rates.get(end - 30), rate, rates.get(end + 30)]
            if None in around or np.ptp(around) > WITHIN[rhythm]:
                continue
            for late in (10, 25):
                figure, present = rows.get((position, rhythm, round(end - 60 + window + late)), (None, False))
                told.append((figure, rate, present, WITHIN[rhythm]))
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("STILLPOINT_DATA", "../shared/data"))
    parser.add_argument("--program", action="append")
    args = parser.parse_args()
    kinds = {
        "breath, 60 s, the device's own rate": lambda program: device(args.data, program, 60),
        "breath, 30 s, the device's own rate": lambda program: device(args.data, program, 30),
        "breath, 30 s, where the reference is even": lambda program: shorter(args.data, program, "breath", 30),
        "pulse, 30 s, where the reference is even": lambda program: shorter(args.data, program, "pulse", 30),
        "pulse, 15 s, where the reference is even": lambda program: shorter(args.data, program, "pulse", 15),
    }
    print("| windows | program | of | near | present | of these near |\n|---|---|---:|---:|---:|---:|")
    for name, kind in kinds.items():
        for program in args.program or ["target/release/stillpoint"]:
            print(f"| {name} | {program} | {shares(kind(program))} |")


if __name__ == "__main__":
    main()
