#!/usr/bin/env python3
"""EDF to Parquet: stillpoint beside MNE and pyedflib with pyarrow, in one run, on one file.

    just throughput [--mb 100] [--runs 3]

The file is made here: eight channels of 250 Hz, a sine in noise each. Every program is a process of its own and writes the same table: time, and a column of float32 a channel.
A rate is MB of samples, as the 16-bit numbers that they are in the file and as the float32 that they become, by seconds of processor time (user and system): so the rate of one
core, whatever else the machine does. The disk's own speed is that of writing as many bytes as stillpoint wrote, with fsync. What memory does is in memory.py.
"""
import argparse, os, pathlib, sys, tempfile, time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent / "compare"))
from measure import PYTHON, STILLPOINT, machine, now, run

CHANNELS, RATE = 8, 250
PEERS = {
    "MNE": """
import sys, mne, numpy, pyarrow, pyarrow.parquet
raw = mne.io.read_raw_edf(sys.argv[1], preload=False, verbose="error")
columns = {"time_s": raw.times}
columns |= {name: raw.get_data(picks=[name])[0].astype(numpy.float32) for name in raw.ch_names}
pyarrow.parquet.write_table(pyarrow.table(columns), sys.argv[2], use_dictionary=False)
""",
    "pyedflib": """
import sys, pyedflib, numpy, pyarrow, pyarrow.parquet
file = pyedflib.EdfReader(sys.argv[1])
names = file.getSignalLabels()
columns = {"time_s": numpy.arange(file.getNSamples()[0]) / file.getSampleFrequency(0)}
columns |= {name: file.readSignal(number).astype(numpy.float32) for number, name in enumerate(names)}
pyarrow.parquet.write_table(pyarrow.table(columns), sys.argv[2], use_dictionary=False)
""",
}


def make(path, megabytes, channels=CHANNELS, rate=RATE, seed=1):
    """Writes an EDF file of about so many MB; gives the bytes of its samples."""
    records = int(megabytes * 1e6 / (channels * rate * 2))
    field = lambda value, width: str(value).encode().ljust(width)
    header = field("0", 8) + field("X X X X", 80) + field("Startdate 01-JAN-2026 X X X", 80) + b"01.01.26" + b"00.00.00"
    header += field(256 * (channels + 1), 8) + field("", 44) + field(records, 8) + field(1, 8) + field(channels, 4)
    for width, value in [(16, "ch{}"), (80, ""), (8, "uV"), (8, -3276.8), (8, 3276.7), (8, -32768), (8, 32767), (80, ""), (8, rate), (32, "")]:
        header += b"".join(field(str(value).format(number), width) for number in range(channels))
    noise = np.random.default_rng(seed)
    with open(path, "wb") as out:
        out.write(header)
        for first in range(0, records, 1000):
            count = min(1000, records - first)
            t = np.arange(first * rate, (first + count) * rate) / rate
            block = np.empty((count, channels, rate), "<i2")
            for channel in range(channels):
                wave = 8000 * np.sin(2 * np.pi * (0.1 + 0.05 * channel) * t) + 500 * noise.standard_normal(len(t))
                block[:, channel, :] = wave.reshape(count, rate)
            out.write(block.tobytes())
    return records * channels * rate * 2


def disk(path, size):
    """Seconds to write so many bytes and have them safe."""
    block = os.urandom(1 << 20)
    begin = time.perf_counter()
    with open(path, "wb") as out:
        for _ in range(size >> 20):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return time.perf_counter() - begin


def check(ours, theirs):
    """The two tables hold the same samples."""
    import pyarrow.parquet as parquet

    a, b = parquet.read_table(ours), parquet.read_table(theirs)
    for number in range(CHANNELS):
        one, other = (table[f"ch{number}"].to_numpy().astype(float) for table in (a, b))
        scale = np.abs(one).max() / max(np.abs(other).max(), 1e-30)
        assert np.allclose(one, other * scale, rtol=1e-5, atol=1e-3), f"ch{number} is another in {theirs}"


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--mb", type=float, default=100)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--folder", help="where the files go, some GB [default: the system's]")
    args.add_argument("--markdown")
    args = args.parse_args()
    before = now()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = pathlib.Path(folder)
        size = make(folder / "a.edf", args.mb)
        commands = {"stillpoint": [STILLPOINT, "export", folder / "a.edf", "--to", "parquet", "-o", folder, "--force", "--jobs", "1"]}
        commands |= {name: [PYTHON, "-c", text, folder / "a.edf", folder / f"{name}.parquet"] for name, text in PEERS.items()}
        # Importing is no work on samples: a process that does nothing else is taken off.
        nothing = {"stillpoint": 0.0} | {name: run([PYTHON, "-c", text.split("\n")[1]])["cpu"] for name, text in PEERS.items()}
        runs = {name: [] for name in commands}
        for _ in range(args.runs):
            for name, command in commands.items():
                runs[name].append(run(command))
        best = {name: min(all, key=lambda one: one["cpu"]) for name, all in runs.items()}
        for name in PEERS:
            check(folder / "a.parquet", folder / f"{name}.parquet")
        written = (folder / "a.parquet").stat().st_size
        speed = written / 1e6 / disk(folder / "disk", written)
    report = list(lines((best, nothing), (size, written, speed), before))
    print("\n".join(report))
    if args.markdown:
        pathlib.Path(args.markdown).write_text("\n".join(report) + "\n")


def versions():
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in ("mne", "pyEDFlib", "pyarrow", "numpy"))


def met(rate, goal=200):
    return f"{'met' if rate >= goal else 'missed'} ({rate:.0f})"


def lines(costs, sizes, before):
    (best, nothing), (size, written, speed) = costs, sizes
    spent = {name: one["cpu"] - nothing[name] for name, one in best.items()}
    ours = size / 1e6 / spent["stillpoint"]
    yield "# EDF to Parquet"
    yield ""
    yield f"`just throughput`, {before['date']}, commit {before['commit']}, {machine()}, load {before['load']} before it began. {versions()}."
    yield ""
    yield f"{size / 1e6:.0f} MB of samples ({CHANNELS} channels of {RATE} Hz, 16 bits). Each program by itself, the best of its runs by processor time; what Python takes to"
    yield "import its libraries is taken off its processor time. All three tables hold the same samples."
    yield ""
    yield "| program | wall s | processor s | MB/s a core, as 16 bits | as float32 | most memory, MiB | stillpoint is quicker by |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, one in best.items():
        ratio = "" if name == "stillpoint" else f"{spent[name] / spent['stillpoint']:.1f}"
        rates = f"{size / 1e6 / spent[name]:.0f} | {2 * size / 1e6 / spent[name]:.0f}"
        yield f"| {name} | {one['wall']:.2f} | {spent[name]:.2f} | {rates} | {one['rss']:.0f} | {ratio} |"
    yield ""
    filled = written / 1e6 / spent["stillpoint"]
    yield f"The file that stillpoint wrote has {written / 1e6:.0f} MB: a core fills it at {filled:.0f} MB/s; the disk took as many, made safe, at {speed:.0f} MB/s. The goal is 200 MB/s of samples a"
    yield f"core, or the disk's speed: {met(2 * ours)} as the float32 that are written, {met(ours)} as the 16 bits that are read, the disk's speed {met(filled, speed)}."


if __name__ == "__main__":
    main()
