#!/usr/bin/env python3
"""EDF to Parquet: stillpoint beside MNE and pyedflib with pyarrow, in one run, on one file.

    pip install numpy mne pyEDFlib pyarrow pandas
    cargo build --release
    python3 docs/peers/throughput.py [--mb 100] [--large 1000] [--markdown docs/peers/throughput.md]

The file is made here: eight channels of 250 Hz, a sine in noise each. Every program is a process of its own and writes the same table: time, and a column of float32 a channel.
A rate is MB of samples, as the 16-bit numbers that they are in the file and as the float32 that they become, by seconds of processor time (user and system): so the rate of one
core, whatever else the machine does. The disk's own speed is that of writing as many bytes as stillpoint wrote, with fsync. A larger file is for stillpoint's memory alone.
"""
import argparse, datetime, os, pathlib, platform, subprocess, sys, tempfile, time

import numpy as np

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


def make(path, megabytes):
    """Writes an EDF file of about so many MB; gives the bytes of its samples."""
    records = int(megabytes * 1e6 / (CHANNELS * RATE * 2))
    field = lambda value, width: str(value).encode().ljust(width)
    header = field("0", 8) + field("X X X X", 80) + field("Startdate 01-JAN-2026 X X X", 80) + b"01.01.26" + b"00.00.00"
    header += field(256 * (CHANNELS + 1), 8) + field("", 44) + field(records, 8) + field(1, 8) + field(CHANNELS, 4)
    for width, value in [(16, "ch{}"), (80, ""), (8, "uV"), (8, -3276.8), (8, 3276.7), (8, -32768), (8, 32767), (80, ""), (8, RATE), (32, "")]:
        header += b"".join(field(str(value).format(number), width) for number in range(CHANNELS))
    noise = np.random.default_rng(1)
    with open(path, "wb") as out:
        out.write(header)
        for first in range(0, records, 1000):
            count = min(1000, records - first)
            t = np.arange(first * RATE, (first + count) * RATE) / RATE
            block = np.empty((count, CHANNELS, RATE), "<i2")
            for channel in range(CHANNELS):
                wave = 8000 * np.sin(2 * np.pi * (0.1 + 0.05 * channel) * t) + 500 * noise.standard_normal(len(t))
                block[:, channel, :] = wave.reshape(count, RATE)
            out.write(block.tobytes())
    return records * CHANNELS * RATE * 2


def run(command):
    """Wall seconds, processor seconds, and the most memory in MB of a process."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command}: {error.decode()}")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


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
    args.add_argument("--large", type=float, default=1000)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--program", default="target/release/stillpoint")
    args.add_argument("--folder", help="where the files go, some GB [default: the system's]")
    args.add_argument("--markdown")
    args = args.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = pathlib.Path(folder)
        size = make(folder / "a.edf", args.mb)
        ours = [args.program, "export", folder / "a.edf", "--to", "parquet", "-o", folder, "--force", "--jobs", "1"]
        commands = {"stillpoint": ours} | {name: [sys.executable, "-c", text, folder / "a.edf", folder / f"{name}.parquet"] for name, text in PEERS.items()}
        # Importing is no work on samples: a process that does nothing else is taken off.
        nothing = {"stillpoint": 0.0} | {name: run([sys.executable, "-c", text.split("\n")[1]])[1] for name, text in PEERS.items()}
        best = {}
        for _ in range(args.runs):
            for name, command in commands.items():
                measured = run(command)
                if name not in best or measured[1] < best[name][1]:
                    best[name] = measured
        for name in PEERS:
            check(folder / "a.parquet", folder / f"{name}.parquet")
        written = (folder / "a.parquet").stat().st_size
        speed = written / 1e6 / disk(folder / "disk", written)
        for path in folder.iterdir():
            path.unlink()
        large = make(folder / "a.edf", args.large)
        memory = run(ours)[2]
        report = list(lines(best, nothing, (size, written, speed), (large, memory)))
    print("\n".join(report))
    if args.markdown:
        pathlib.Path(args.markdown).write_text("\n".join(report) + "\n")


def lines(best, nothing, sizes, larger):
    (size, written, speed), (large, memory) = sizes, larger
    spent = {name: cpu - nothing[name] for name, (_, cpu, _) in best.items()}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    yield "# EDF to Parquet"
    yield ""
    yield f"`just throughput`, {datetime.date.today()}, commit {commit}, {cpu}, {os.cpu_count()} cores. {size / 1e6:.0f} MB of samples ({CHANNELS} channels of {RATE} Hz, 16 bits);"
    yield "each program by itself, the best of its runs by processor time; what Python takes to import its libraries is taken off. All three tables hold the same samples."
    yield ""
    yield "| program | wall s | processor s | MB/s a core, as 16 bits | as float32 | most memory | stillpoint is quicker by |"
    yield "|---|---|---|---|---|---|---|"
    for name, (wall, _, most) in best.items():
        ratio = "" if name == "stillpoint" else f"{spent[name] / spent['stillpoint']:.1f}"
        yield f"| {name} | {wall:.2f} | {spent[name]:.2f} | {size / 1e6 / spent[name]:.0f} | {2 * size / 1e6 / spent[name]:.0f} | {most:.0f} MB | {ratio} |"
    yield ""
    yield f"The file that stillpoint wrote has {written / 1e6:.0f} MB; the disk took as many at {speed:.0f} MB/s. Of a file of {large / 1e6:.0f} MB stillpoint's most memory was"
    most = best["stillpoint"][2]
    grown = "it does not grow with the file" if memory < 1.25 * most else "it grows with the file"
    yield f"{memory:.0f} MB, of the one of {size / 1e6:.0f} MB {most:.0f} MB: {grown}."


if __name__ == "__main__":
    main()
