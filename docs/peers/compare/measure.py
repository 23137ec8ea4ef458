"""What all sections measure with."""
import datetime
import json
import os
import platform
import statistics
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PEERS = os.path.join(ROOT, "target", "peers")
STILLPOINT = os.environ.get("STILLPOINT", os.path.join(ROOT, "target", "release", "stillpoint"))
PYTHON = os.path.join(PEERS, "bin", "python")
HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 5


def work(name):
    """A folder for what a section needs while it runs."""
    folder = os.path.join(PEERS, "work", name)
    os.makedirs(folder, exist_ok=True)
    return folder


def run(command, stdin=None):
    """Runs a program to its end: seconds that passed, seconds of processor time, and the most memory it had, in MiB."""
    told = os.path.join(work("cost"), "told")
    done = subprocess.run([os.path.join(PEERS, "cost"), told, *command], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')[-2000:]}")
    with open(told) as file:
        wall, cpu, rss = map(float, file.read().split())
    return {"wall": wall, "cpu": cpu, "rss": rss / 1024}


def peer(*words):
    """A piece of work of `peer.py` in a Python of its own: what it measured around the work alone, and the whole process besides."""
    told = os.path.join(work("peer"), "told.json")
    whole = run([PYTHON, os.path.join(HERE, "peer.py"), told, *map(str, words)])
    with open(told) as file:
        return {**json.load(file), "process": whole["cpu"], "rss": whole["rss"]}


def median(runs):
    """Of each figure of several runs, those of one kind beside each other."""
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def in_turn(jobs, runs=None):
    """Every job so many times, one after another and again from the first, so that a busy minute meets all of them: the medians."""
    rows = {name: [] for name in jobs}
    for _ in range(runs or RUNS):
        for name, job in jobs.items():
            rows[name].append(job())
    return {name: median(row) for name, row in rows.items()}


def cpu(pid):
    """Seconds of processor time of a running process so far, to the nanosecond where the kernel tells: of the threads that it has now."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident(pid):
    """MiB in memory now."""
    with open(f"/proc/{pid}/status") as file:
        line = next(line for line in file if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def machine():
    """One line on the machine, and how busy it is with other things."""
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.processor())
    return f"{os.cpu_count()} cores ({model}), Linux {platform.release()}"


def now():
    """The day, the commit and the load at this moment."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {"date": datetime.date.today().isoformat(), "commit": commit, "load": round(os.getloadavg()[0], 1)}
