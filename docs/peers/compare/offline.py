"""Recordings that are there: estimates, opening a day, conversion; and the start of the program."""
import fcntl
import glob
import os
import pty
import shutil
import signal
import struct
import termios
import time

from measure import PYTHON, ROOT, RUNS, STILLPOINT, HERE, in_turn, median, peer, run, work

HOURS = 24


def made(name, channels, hz, seconds):
    """A file of `data.py`, made once."""
    path = os.path.join(work("data"), name)
    if not os.path.exists(path):
        run([PYTHON, os.path.join(HERE, "data.py"), path, str(channels), str(hz), str(seconds)])
    return path


def estimates():
    """One channel of 100 Hz, an hour."""
    hour = made("hour.wav", 1, 100, 3600)
    pair = made("pair.wav", 2, 100, 3600)
    rows = os.path.join(work("estimates"), "rows.jsonl")
    ours = lambda *more: lambda: run([STILLPOINT, "analyze", hour, "--format", "jsonl", "-o", rows, "--force", *more])
    theirs = lambda what: lambda: peer(what, pair, 100)
    jobs = {
        "stillpoint analyze: four rhythms and the derived series": ours(),
        "stillpoint analyze: four rhythms": ours("--no-derived"),
        "stillpoint analyze: breath alone": ours("--no-derived", "--rhythm", "breath"),
        "stillpoint analyze: pulse alone": ours("--no-derived", "--rhythm", "pulse"),
        "NeuroKit2 rsp_process": theirs("neurokit_breath"),
        "NeuroKit2 ppg_process": theirs("neurokit_pulse"),
        "HeartPy filter_signal, process_segmentwise": theirs("heartpy_pulse"),
    }
    rows = in_turn(jobs)
    for row in rows.values():
        row.setdefault("process", row["cpu"])
    return rows


def opening():
    """A day of two channels of 100 Hz in the formats that the peers read."""
    names = {kind: made(f"day.{kind}", 2, 100, HOURS * 3600) for kind in ("wav", "edf", "hea")}
    info = lambda kind: lambda: run([STILLPOINT, "info", names[kind]])
    first = lambda kind, *more: lambda: frame(["replay", names[kind], *more])
    theirs = lambda what, kind: lambda: peer(what, names[kind])
    return in_turn({
        "stillpoint info, EDF": info("edf"),
        "stillpoint info, WFDB": info("hea"),
        "stillpoint info, WAV": info("wav"),
        "stillpoint replay --at 12:00:00, EDF: to the first frame": first("edf", "--at", "12:00:00"),
        "stillpoint replay --at 12:00:00, WAV: to the first frame": first("wav", "--at", "12:00:00"),
        "MNE read_raw, ten seconds of the middle, EDF": theirs("mne_open", "edf"),
        "pyedflib, ten seconds of the middle, EDF": theirs("pyedflib_open", "edf"),
        "wfdb, ten seconds of the middle, WFDB": theirs("wfdb_open", "hea"),
        "pyedflib, all of it into minima and maxima, EDF": theirs("pyedflib_least", "edf"),
    })


def conversion():
    """The same day from EDF into CSV, and into EDF."""
    day = made("day.edf", 2, 100, HOURS * 3600)
    out = work("convert")

    def ours(to):
        def job():
            shutil.rmtree(os.path.join(out, to), ignore_errors=True)
            return run([STILLPOINT, "export", day, "--to", to, "-o", os.path.join(out, to)])

        return job

    theirs = lambda what, name: lambda: peer(what, day, os.path.join(out, name))
    return in_turn({
        "stillpoint export --to csv": ours("csv"),
        "MNE to_data_frame, to_csv": theirs("mne_csv", "mne.csv"),
        "pyedflib and numpy savetxt": theirs("pyedflib_csv", "pyedflib.csv"),
        "stillpoint export --to edf": ours("edf"),
        "pyedflib highlevel, EDF into EDF": theirs("pyedflib_edf", "pyedflib.edf"),
        "stillpoint export --to parquet": ours("parquet"),
    }, runs=3)


def start():
    """From nothing to the first frame, and to the end of --help; how large the program is."""
    rows = in_turn({
        "stillpoint --help": lambda: run([STILLPOINT, "--help"]),
        "stillpoint --version": lambda: run([STILLPOINT, "--version"]),
        "stillpoint demo, to the first frame": lambda: frame(["demo"]),
        "true (the same way of measuring)": lambda: run(["true"]),
    }, runs=4 * RUNS + 1)
    return {"rows": rows, "bytes": os.path.getsize(STILLPOINT)}


def frame(args):
    """What passes and what is computed until the screen says the program's name."""
    begin = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(STILLPOINT, [STILLPOINT, *args])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen = b""
    try:
        while b"stillpoint" not in seen:
            seen += os.read(terminal, 65536)
        wall = time.perf_counter() - begin
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        with open(f"/proc/{pid}/status") as file:
            rss = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))
        os.kill(pid, signal.SIGTERM)
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return {"wall": wall, "cpu": used, "rss": rss}
