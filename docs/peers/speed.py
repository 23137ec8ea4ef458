#!/usr/bin/env python3
"""How long stillpoint and NeuroKit2 take over the same samples, in one run.

    pip install numpy scipy neurokit2
    cargo build --release
    python3 docs/peers/speed.py --hours 24 [--markdown docs/peers/speed.md]

Two channels of 100 Hz are simulated here (a belt with breath, a finger with pulse and breath) and written as a float WAV. `stillpoint analyze` looks for all four rhythms
in both, a window every 5 s, with and without the derived series. NeuroKit2 takes `rsp_process` of the belt and `ppg_process` of the finger, and nothing is printed.
"""
import argparse, datetime, os, platform, subprocess, sys, tempfile, time
import numpy as np
from scipy.io import wavfile

RATE = 100


def client(hours, seed=1):
    rng = np.random.default_rng(seed)
    n = int(hours * 3600 * RATE)

    def phase(per_min, wander):
        slow = np.repeat(rng.standard_normal(n // 2000 + 2), 2000)[:n]
        return 2 * np.pi * np.cumsum(per_min / 60 / RATE * (1 + wander * slow))

    breath, pulse = phase(14, 0.05), phase(64, 0.03)
    belt = np.sin(breath) + 0.2 * np.sin(2 * breath - 0.6) + 0.05 * rng.standard_normal(n)
    shape = np.sin(pulse) + 0.5 * np.sin(2 * pulse - 0.9) + 0.25 * np.sin(3 * pulse - 1.6)
    finger = (1 + 0.1 * np.sin(breath)) * shape + 0.3 * np.sin(breath) + 0.05 * rng.standard_normal(n)
    return np.column_stack([belt, finger]).astype(np.float32)


def timed(work):
    wall, cpu = time.perf_counter(), os.times()
    work()
    after = os.times()
    spent = (after.user + after.system + after.children_user + after.children_system) - (
        cpu.user + cpu.system + cpu.children_user + cpu.children_system)
    return time.perf_counter() - wall, spent


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--hours", type=float, default=24)
    args.add_argument("--program", default="target/release/stillpoint")
    args.add_argument("--markdown")
    args = args.parse_args()
    samples = client(args.hours)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "day.wav")
        wavfile.write(path, RATE, samples)
        names = ["--channels", "belt:breath,finger:pulse"]
        for name, more in [("stillpoint analyze", []), ("stillpoint analyze --no-derived", ["--no-derived"])]:
            out = os.path.join(folder, "rows.jsonl")
            command = [args.program, "analyze", path, *names, "--format", "jsonl", "-o", out, "--force", *more]
            rows.append((name, *timed(lambda: subprocess.run(command, check=True))))
    import neurokit2 as nk
    wall, cpu = 0.0, 0.0
    for name, work in [("NeuroKit2 rsp_process, belt", lambda: nk.rsp_process(samples[:, 0].astype(float), sampling_rate=RATE)),
                       ("NeuroKit2 ppg_process, finger", lambda: nk.ppg_process(samples[:, 1].astype(float), sampling_rate=RATE))]:
        rows.append((name, *timed(work)))
        wall, cpu = wall + rows[-1][1], cpu + rows[-1][2]
    lines = [f"{datetime.date.today()}, `python3 docs/peers/speed.py --hours {args.hours:g}`, {os.cpu_count()} cores, NeuroKit2 {nk.__version__}, "
             f"Python {platform.python_version()}. {args.hours:g} h, 2 channels, 100 Hz.", "",
             "| | wall, s | processor, s | NeuroKit2 (both) takes times as long, wall | processor |", "|---|---:|---:|---:|---:|"]
    for name, w, c in rows:
        ours = name.startswith("stillpoint")
        lines.append(f"| {name} | {w:.1f} | {c:.1f} | {f'{wall / w:.1f}' if ours else ''} | {f'{cpu / c:.1f}' if ours else ''} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if args.markdown:
        open(args.markdown, "w").write("# Speed beside NeuroKit2\n\n" + text)


if __name__ == "__main__":
    sys.exit(main())
