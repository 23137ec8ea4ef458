#!/usr/bin/env python3
"""Rates by HeartPy and NeuroKit2 beside ours, on the same windows of the same recordings.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install heartpy neurokit2 pandas
    cargo build --release --bin stillpoint
    /tmp/peers/bin/python docs/peers/rates.py [--data ../shared/data] [--program target/release/stillpoint] [--markdown docs/peers/rates.md]

A window is hit where a rate lies within 1 /min (breath) or 2 /min (pulse) of the reference. What fails, or gives no number, misses. The peers are
given the window's own samples and nothing else, as their documentation has it: HeartPy `process`, once on the samples and once on what its own
`filter_signal` leaves between 0.7 and 3.5 Hz; NeuroKit2 `ecg_process`, `ppg_process` and `rsp_process`, the mean of the rate they give.
"""

import argparse
import collections
import datetime
import importlib.metadata
import json
import os
import struct
import subprocess
import sys
import warnings

import heartpy
import neurokit2
import numpy as np
import pandas as pd

WITHIN = {"breath": 1.0, "pulse": 2.0}
PEERS = {
    "pulse": ("HeartPy", "HeartPy, filtered", "NeuroKit2"),
    "breath": ("NeuroKit2",),
}
# The pulse's channels that are no PPG.
ECG = {("bidmc_01_Signals.csv", "II"), ("nk_eventrelated_ecg_rsp_100hz.wav", "ch0"), ("nk_rest5_ecg_ppg_rsp_100hz.csv", "ECG")}


def read_edf(path):
    """EDF and BDF: every signal with its own rate."""
    raw = open(path, "rb").read()
    width = 3 if raw[0] == 0xFF else 2
    count, seconds, begin = int(raw[252:256]), float(raw[244:252]), int(raw[184:192])
    place = 256

    def field(size):
        nonlocal place
        out = [raw[place + i * size : place + (i + 1) * size].decode("latin1").strip() for i in range(count)]
        place += count * size
        return out

    label, _, _ = field(16), field(80), field(8)
    low, high, least, most = (np.array(field(8), float) for _ in range(4))
    _, each = field(80), [int(n) for n in field(8)]
    record = sum(each) * width
    data = np.frombuffer(raw[begin:], np.uint8)
    data = data[: len(data) // record * record].reshape(-1, record)
    out, at = {}, 0
    for i in range(count):
        part, at = data[:, at : at + each[i] * width], at + each[i] * width
        part = part.reshape(-1, width).astype(np.int64)
        value = sum(part[:, b] << (8 * b) for b in range(width))
        value = np.where(value >= 1 << (8 * width - 1), value - (1 << (8 * width)), value)
        out[label[i]] = ((value - least[i]) * (high[i] - low[i]) / (most[i] - least[i]) + low[i], each[i] / seconds)
    return out


def read_wav(path):
    raw, at = open(path, "rb").read(), 12
    while at < len(raw):
        name, size = raw[at : at + 4], struct.unpack("<I", raw[at + 4 : at + 8])[0]
        if name == b"fmt ":
            channels, rate = struct.unpack("<HI", raw[at + 10 : at + 16])
        if name == b"data":
            data = np.frombuffer(raw[at + 8 : at + 8 + size], "<f4").reshape(-1, channels)
        at += 8 + size + size % 2
    return {f"ch{i}": (data[:, i].astype(float), float(rate)) for i in range(channels)}


def read(path):
    """{channel as reference.csv names it: (samples, samples a second)}, in the file's order."""
    name = os.path.basename(path)
    if name.endswith((".edf", ".bdf")):
        return read_edf(path)
    if name.endswith(".wav"):
        return read_wav(path)
    if name.endswith(".txt"):
        rate = next(float(line.split("=")[1]) for line in open(path) if "Sampling Rate" in line)
        return {"Resp": (np.loadtxt(path), rate)}
    if name.endswith(".tsv"):
        table = pd.read_csv(path, sep="\t", header=None)
        rate = json.load(open(path[:-4] + ".json"))["SamplingFrequency"]
        return {f"col{c}": (table[c].to_numpy(float), float(rate)) for c in table}
    table = pd.read_csv(path)
    table.columns = [column.strip() for column in table.columns]
    if "Time [s]" in table:
        rate = round((len(table) - 1) / (table["Time [s]"].iloc[-1] - table["Time [s]"].iloc[0]))
        table = table.drop(columns="Time [s]")
    else:
        rate = 100.0  # in the file's name
    return {c: (table[c].to_numpy(float), float(rate)) for c in table}


def peer_rate(peer, rhythm, channel, samples, rate):
    """Of one window; raises or gives no number where the peer has none."""
    if peer.startswith("HeartPy"):
        if "filtered" in peer:
            samples = heartpy.filter_signal(samples, [0.7, 3.5], rate, order=3, filtertype="bandpass")
        return heartpy.process(samples, rate)[1]["bpm"]
    if rhythm == "breath":
        return neurokit2.rsp_process(samples, sampling_rate=rate)[0]["RSP_Rate"].mean()
    if channel in ECG:
        return neurokit2.ecg_process(samples, sampling_rate=rate)[0]["ECG_Rate"].mean()
    return neurokit2.ppg_process(samples, sampling_rate=rate)[0]["PPG_Rate"].mean()


def ours(program, path, window, step):
    """{(position of the channel, rhythm, end in whole seconds): (rate, present)} of a file."""
    args = [program, "analyze", "--format", "jsonl", "--window", str(window), "--step", str(step), "--rhythm", "breath,pulse", path]
    if "_100hz.csv" in path or "_100hz.wav" in path:
        args += ["--rate", "100"]
    out = subprocess.run(args, check=True, capture_output=True, text=True).stdout
    order, rows = {}, {}
    for line in out.splitlines():
        row = json.loads(line)
        if row["type"] == "estimate" and not row.get("series"):
            at = order.setdefault(row["channel"], len(order))
            rows[at, row["rhythm"], round(row["t"])] = (row["rate_per_min"], row["present"])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("STILLPOINT_DATA", "../shared/data"))
    parser.add_argument("--program", default="target/release/stillpoint")
    parser.add_argument("--markdown")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    reference = pd.read_csv(os.path.join(args.data, "reference.csv"))
    tally, totals = collections.OrderedDict(), {}
    for (file, channel, rhythm), windows in reference.groupby(["file", "channel", "rhythm"], sort=True):
        path = os.path.join(args.data, file)
        signals = read(path)
        samples, rate = signals[channel]
        estimates, position = ours(args.program, path, 60, 5), list(signals).index(channel)
        row = collections.Counter()
        for window in windows.itertuples():
            part = samples[int(window.start_s * rate) : int(window.end_s * rate)]
            row["windows"] += 1
            for peer in PEERS[rhythm]:
                try:
                    told = float(peer_rate(peer, rhythm, (file, channel), part, rate))
                except Exception:
                    told = float("nan")
                row[peer] += abs(told - window.rate_per_min) <= WITHIN[rhythm]
                row[peer, "none"] += not np.isfinite(told)
            told, present = estimates.get((position, rhythm, round(window.end_s)), (None, False))
            hit = told is not None and abs(told - window.rate_per_min) <= WITHIN[rhythm]
            row["stillpoint"] += hit
            row["present"] += present
            row["right"] += present and hit
        tally[file, channel, rhythm] = row
        totals.setdefault(rhythm, collections.Counter()).update(row)
        print(file, channel, rhythm, dict(row), file=sys.stderr)
    text = table(tally, totals)
    print(text)
    if args.markdown:
        open(args.markdown, "w").write(text)


def share(part, of):
    return f"{part} ({100 * part / of:.1f} %)" if of else "–"


def table(tally, totals):
    names = {"HeartPy": "heartpy", "NeuroKit2": "neurokit2", "NumPy": "numpy", "SciPy": "scipy"}
    versions = ", ".join(f"{name} {importlib.metadata.version(package)}" for name, package in names.items())
    versions += f", Python {sys.version.split()[0]}"
    out = [
        "# Rates beside those of HeartPy and NeuroKit2",
        "",
        f"Made on {datetime.date.today()} by `python docs/peers/rates.py --markdown docs/peers/rates.md`; {versions}.",
        "",
        "Windows of 60 s of real recordings in which two independent methods agree (`reference.csv` of the data). Hit: within 1 /min (breath) or",
        "2 /min (pulse) of the reference; a failure or no number is a miss. **NeuroKit2 is one of the two methods of the reference** (for breath and",
        "pulse: its count of peaks; for a PPG beside an ECG its R peaks), so its figure is not independent: it says how near the mean of its rate",
        "comes to its own count. HeartPy has no part in the reference and was made for pulse sensors; its band-pass is not meant for an ECG. It has no",
        "breath from a belt.",
        "",
        "`present` is what stillpoint says it is sure of (p < 0.01), and how much of that is right. The peers do not tell what they are sure of.",
        "",
    ]
    for rhythm, peers in PEERS.items():
        out += [
            f"## {rhythm}",
            "",
            f"| file | channel | windows | stillpoint | {' | '.join(peers)} | present | of these right |",
            f"|---|---|---:|---:|{'---:|' * len(peers)}---:|---:|",
        ]
        rows = [(f"{file} | {channel}", row) for (file, channel, of), row in tally.items() if of == rhythm]
        for name, row in rows + [("**all** | ", totals[rhythm])]:
            n = row["windows"]
            told = [share(row[peer], n) + (f", {row[peer, 'none']} without a number" if row[peer, "none"] else "") for peer in peers]
            out.append(f"| {name} | {n} | {share(row['stillpoint'], n)} | {' | '.join(told)} | {row['present']} | {share(row['right'], row['present'])} |")
        out.append("")
    return "\n".join(out)


if __name__ == "__main__":
    main()
