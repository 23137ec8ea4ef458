#!/usr/bin/env python3
"""How much memory stillpoint takes at most, as files grow and as there are more of them; and what a report of a day takes.

    just memory [--quick]

Files are made here, one at a time: EDF (16 bits) and WAV (float32) with two channels of 4 kHz, so that 1 GB is 17 hours of EDF or 9 of WAV. Exported to Parquet; analysed and reported for
cranial and breath in the channels themselves, with the usual windows and steps. The many files are EDF of a minute of two channels of 100 Hz.
"""
import argparse, os, pathlib, shutil, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "compare"))
import data
from measure import STILLPOINT, machine, now, run
from throughput import make

FEW = ["--rhythm", "cranial,breath", "--no-derived"]
HZ, CHANNELS = 4000, 2


def made(path, megabytes):
    """A file of about so many MB."""
    if path.suffix == ".edf":
        make(path, megabytes, CHANNELS, HZ)
    else:
        data.wav(path, CHANNELS, HZ, megabytes * 1e6 / (4 * CHANNELS * HZ))
    return path


def commands(paths, out):
    return {
        "export --to parquet": ["export", *paths, "--to", "parquet", "-o", out / "parquet"],
        "analyze --format jsonl -o": ["analyze", *paths, *FEW, "--format", "jsonl", "-o", out / "rows.jsonl"],
        "report --out-dir": ["report", *paths, *FEW, "--out-dir", out / "reports"],
    }


def measured(paths, folder):
    """Of each command what it cost; what it wrote goes again."""
    found = {}
    for name, command in commands(paths, folder / "out").items():
        (folder / "out").mkdir()
        found[name] = run([STILLPOINT, *map(str, command)])
        print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
        shutil.rmtree(folder / "out")
    return found


def table(head, found):
    yield f"| command | {' | '.join(head)} |"
    yield "|---|" + "---:|" * len(head)
    for name in found[0]:
        yield f"| {name} | " + " | ".join(f"{one[name]['rss']:.0f} MiB, {one[name]['wall']:.0f} s" for one in found) + " |"


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--quick", action="store_true", help="a tenth of everything")
    args.add_argument("--folder", help="where the files go, some GB [default: the system's]")
    args.add_argument("--markdown")
    args = args.parse_args()
    sizes, counts, hours = ([1, 10, 100], [2, 20, 200], 2.4) if args.quick else ([10, 100, 1000], [20, 200, 2000], 24)
    before = now()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = pathlib.Path(folder)
        grown = []
        for kind in ("edf", "wav"):
            for size in sizes:
                path = made(folder / f"a.{kind}", size)
                grown.append((f"{kind.upper()}, {size} MB", measured([path], folder)))
                path.unlink()
        (folder / "study").mkdir()
        many = []
        for count in counts:
            for number in range(len(os.listdir(folder / "study")), count):
                make(folder / "study" / f"{number:04}.edf", 0.024, 2, 100, seed=number)
            many.append((f"{count} files", measured([folder / "study"], folder)))
        data.wav(folder / "day.wav", 2, 100, hours * 3600)
        whole = {
            "report, all rhythms and derived series": run([STILLPOINT, "report", str(folder / "day.wav"), "-o", str(folder / "day.html")]),
            "report --no-derived": run([STILLPOINT, "report", str(folder / "day.wav"), "-o", str(folder / "few.html"), "--no-derived"]),
        }
    report = list(lines((grown, many, whole), hours, before))
    print("\n".join(report))
    if args.markdown:
        pathlib.Path(args.markdown).write_text("\n".join(report) + "\n")


def lines(found, hours, before):
    grown, many, whole = found
    yield "# Memory"
    yield ""
    yield f"`just memory`, {before['date']}, commit {before['commit']}, {machine()}, load {before['load']} before it began. The most memory of the process (`ru_maxrss`), and the seconds that passed."
    yield f"{CHANNELS} channels of {HZ} Hz; `analyze` and `report` with `{' '.join(FEW)}`."
    yield ""
    yield from table([name for name, _ in grown], [one for _, one in grown])
    yield ""
    yield f"Many files, each a minute of two channels of 100 Hz, {os.cpu_count()} at a time:"
    yield ""
    yield from table([name for name, _ in many], [one for _, one in many])
    yield ""
    yield f"One page of {hours:g} hours of two channels of 100 Hz:"
    yield ""
    yield "| command | most memory, MiB | wall s | processor s |"
    yield "|---|---:|---:|---:|"
    for name, one in whole.items():
        yield f"| {name} | {one['rss']:.0f} | {one['wall']:.1f} | {one['cpu']:.1f} |"


if __name__ == "__main__":
    main()
