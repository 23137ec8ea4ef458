"""The same stream, at the same time, into everything that shows or writes it: what each costs while it runs, and whether a spike of one sample is seen."""
import fcntl
import math
import os
import pty
import random
import select
import shutil
import struct
import subprocess
import sys
import termios
import threading
import time
import tty

from measure import PEERS, STILLPOINT, cpu, median, resident, work

STREAMS = [(2, 100), (8, 250)]
# All windows are full then: the tide's has five minutes.
SETTLING = float(os.environ.get("COMPARE_SETTLING", 310))
WINDOW = float(os.environ.get("COMPARE_WINDOW", 60))
WINDOWS = 5
BURST = 0.016


class Reader:
    """A program that reads the stream by its standard input, a pipe or a port, on a screen of 120x36 or on none."""

    def __init__(self, name, command, takes="lines", screen=True):
        self.name, self.takes, self.screen, self.size, self.chunks = name, takes, screen, 0, []
        self.input, self.terminal = None, None
        self.keep = False
        read, self.input = os.pipe()
        master, slave = pty.openpty()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.terminal = master
        stdin, near = read, self.input
        if takes == "port":
            # A port is a pseudo-terminal of its own; the keyboard is the screen's.
            os.close(read), os.close(near)
            self.input, port = pty.openpty()
            tty.setraw(port)
            command, stdin = [word if word != "PORT" else os.ttyname(port) for word in command], slave
        elif takes == "pipe":
            command = [word if word != "PIPE" else f"/proc/self/fd/{read}" for word in command]
            stdin = slave

        def begin():
            os.setsid()
            fcntl.ioctl(1 if screen else slave, termios.TIOCSCTTY, 0)

        out = slave if screen else subprocess.DEVNULL
        more = {"pass_fds": [read]} if takes == "pipe" else {}
        self.child = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=out, env={**os.environ, "TERM": "xterm-256color"},
                                      preexec_fn=begin if screen else None, **more)
        if takes != "port":
            os.close(read)
        os.close(slave)
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        while True:
            try:
                got = os.read(self.terminal, 65536)
            except OSError:
                return
            self.size += len(got)
            if self.keep:
                self.chunks.append((time.monotonic(), got))

    def send(self, data):
        if self.child.poll() is None and not select.select([], [self.input], [], 2)[1]:
            raise SystemExit(f"{self.name} takes nothing any more")
        os.write(self.input, data)

    def end(self):
        self.child.terminate()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        for file in (self.input, self.terminal):
            os.close(file)


def readers(channels, hz, folder):
    """Everything that takes the stream, and what it is told. ttyplot takes two numbers a line, so of eight it has two; a picture of scope-tui is one buffer, here the
    longest that its own arithmetic allows at such a rate."""
    floor = os.path.join(PEERS, "floor")
    batch = hz // channels // 2 * 2 or 2
    scope = os.path.join(PEERS, "cargo", "bin", "scope-tui")
    return [
        Reader("stillpoint live", [STILLPOINT, "live", "PORT"], "port"),
        Reader("stillpoint live --fps 10", [STILLPOINT, "live", "PORT", "--fps", "10"], "port"),
        Reader("ttyplot", ["ttyplot", "-2"], "two"),
        Reader("scope-tui", [scope, "-c", str(channels), "-r", str(hz), "-b", str(2 * batch), "file", "PIPE"], "pipe"),
        Reader("stillpoint record, from a port", [STILLPOINT, "record", "PORT", "-o", os.path.join(folder, "port")], "port", screen=False),
        Reader("stillpoint record -", [STILLPOINT, "record", "-", "--rate", str(hz), "-o", os.path.join(folder, "pipe")], screen=False),
        Reader("floor: ten lines of C", [floor, os.path.join(folder, "floor")], screen=False),
        Reader("floor, safe on disk every half second", [floor, os.path.join(folder, "safe"), "safe"], screen=False),
    ]


class Stream(threading.Thread):
    """Frames in bursts of 16 ms, as an adapter hands them over; the same to all."""

    def __init__(self, channels, hz, sinks, spikes=()):
        super().__init__(daemon=True)
        self.channels, self.hz, self.sinks, self.over = channels, hz, sinks, False
        self.noise, self.spikes, self.told = random.Random(1), spikes, []

    def frame(self, n):
        t = n / self.hz
        value = sum(size * math.sin(t * per_min / 60 * 2 * math.pi) for per_min, size in ((6.2, 50), (14, 30), (63, 10)))
        row = [value + self.noise.gauss(0, 3) for _ in range(self.channels)]
        if n in self.spikes:
            row[0] = 900.0
        return row

    def run(self):
        begin, sent = time.monotonic(), 0
        while not self.over:
            due = int((time.monotonic() - begin) * self.hz)
            rows = [self.frame(n) for n in range(sent, due)]
            self.told += [(n, time.monotonic()) for n in range(sent, due) if n in self.spikes]
            forms = {
                "lines": "".join(",".join(f"{v:.1f}" for v in row) + "\n" for row in rows).encode(),
                "two": "".join(f"{row[0]:.1f} {row[1]:.1f}\n" for row in rows).encode(),
                "pipe": b"".join(struct.pack(f"<{len(row)}h", *(int(v * 30) for v in row)) for row in rows),
            }
            forms["port"] = forms["lines"]
            for sink in self.sinks:
                if forms[sink.takes]:
                    sink.send(forms[sink.takes])
            sent = due
            time.sleep(BURST)


def live():
    """Both streams at once: five windows of a minute each, after all estimates are there."""
    listening = []
    for channels, hz in STREAMS:
        folder = work(f"live-{channels}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        sinks = readers(channels, hz, folder)
        stream = Stream(channels, hz, sinks)
        stream.start()
        listening.append((channels, hz, sinks, stream))
    time.sleep(SETTLING)
    looks = [look(listening)]
    for _ in range(WINDOWS):
        time.sleep(WINDOW)
        looks.append(look(listening))
    for _, _, sinks, stream in listening:
        stream.over = True
        stream.join()
        [sink.end() for sink in sinks]
    rows = []
    for channels, hz, sinks, _ in listening:
        for sink in sinks:
            seen = [row[channels, sink.name] for row in looks]
            windows = [{"cpu": (b[1] - a[1]) / (b[0] - a[0]), "bytes": (b[2] - a[2]) / (b[0] - a[0]), "rss": b[3]} for a, b in zip(seen, seen[1:])]
            rows.append({"channels": channels, "hz": hz, "name": sink.name, **median(windows)})
    return rows


def look(listening):
    at = {}
    for channels, _, sinks, _ in listening:
        for sink in sinks:
            if sink.child.poll() is not None:
                raise SystemExit(f"{sink.name} has ended by itself: {sink.size} bytes")
            at[channels, sink.name] = (time.monotonic(), cpu(sink.child.pid), sink.size, resident(sink.child.pid))
    return at


if __name__ == "__main__":
    import json

    json.dump(live(), sys.stdout, indent=1)
