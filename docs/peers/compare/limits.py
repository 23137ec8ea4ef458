"""What the machine can do, and how near stillpoint is to it."""
import glob
import json
import os
import shutil
import subprocess
import time

import live
from measure import HERE, PYTHON, ROOT, STILLPOINT, cpu, in_turn, resident, run, work
from offline import frame, made

MEGAHERTZ = 1_000_000
SECONDS = 60


def limits():
    return {"loops": loops(), "day": day(), "megahertz": megahertz()}


def loops():
    """What `cargo run --release --example limits` says."""
    said = subprocess.run([os.path.join(ROOT, "target", "release", "examples", "limits")], capture_output=True, text=True, check=True).stdout
    return said.strip().splitlines()


def day():
    """A day of eight channels of 250 Hz, 691 MB: to the first frame, out of the cache and out of the disk (where the cache may be emptied), beside reading all of it."""
    path = made("day8.wav", 8, 250, 24 * 3600)
    reading = lambda: run(["cat", path])

    def cold(job):
        def emptied():
            os.sync()
            with open("/proc/sys/vm/drop_caches", "w") as file:
                file.write("1")
            return job()

        return emptied

    opened = lambda: frame(["replay", path, "--at", "12:00:00"])
    jobs = {"to the first frame, in the cache": opened, "all of it read, in the cache": reading}
    try:
        cold(lambda: None)()
        jobs |= {"to the first frame, cache emptied": cold(opened), "all of it read, cache emptied": cold(reading)}
    except OSError:
        pass
    return in_turn(jobs)


def megahertz():
    """One channel of 1 MHz into standard input for a minute, recorded and shown on one core; then every sample is looked at."""
    folder = work("megahertz")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # Six bytes a sample: a counter of a thousand with a half, so that it is no device's counter.
    second = b"".join(b"%d.5\n" % (n % 1000) for n in range(MEGAHERTZ))
    lines = second.split(b"\n")
    ends, at = [0], 0
    for line in lines[:-1]:
        at += len(line) + 1
        ends.append(at)
    program = live.Reader("stillpoint", ["taskset", "-c", "0", STILLPOINT, "live", "-", "--rate", str(MEGAHERTZ), "--record", "-o", folder], "pipe-in")
    begin, sent, latest = time.monotonic(), 0, 0.0
    while sent < MEGAHERTZ * SECONDS:
        due = min(int((time.monotonic() - begin) * MEGAHERTZ), MEGAHERTZ * SECONDS)
        while sent < due:
            least, most = sent % MEGAHERTZ, min(sent % MEGAHERTZ + due - sent, MEGAHERTZ)
            write(program.input, second[ends[least] : ends[most]])
            sent += most - least
        latest = max(latest, time.monotonic() - begin - sent / MEGAHERTZ)
        time.sleep(0.01)
    used, rss = cpu(program.child.pid), resident(program.child.pid)
    behind = time.monotonic() - begin - SECONDS
    size = program.size
    os.close(program.input)
    program.input = os.open("/dev/null", os.O_WRONLY)
    # At the end of its input it stays open, for who wants to look; quitting finishes the file.
    time.sleep(3)
    program.end()
    told = subprocess.run([PYTHON, os.path.join(HERE, "whole.py"), folder, str(MEGAHERTZ * SECONDS)], capture_output=True, text=True)
    if told.returncode:
        raise SystemExit(told.stderr)
    return {"cpu": used / SECONDS, "rss": rss, "bytes": size / SECONDS, "behind": behind, "latest": latest, **json.loads(told.stdout)}


def write(file, data):
    while data:
        data = data[os.write(file, data) :]
