#!/usr/bin/env python3
"""What the live screen costs: processor time of stillpoint over the time that passed, bytes to the terminal, and from a key to the picture.

cargo build --release && python3 scripts/screen_cost.py [SECONDS]      (Linux; standard library only)

A sensor on a pseudo-terminal sends text at 2 x 100 Hz and at 8 x 250 Hz (a tone, a breath and noise); the program runs at 120x36, 15 pictures a second, all estimates on,
recording. After the windows have filled for 70 s it is watched for SECONDS (60). Goals: at most 3 % and 10 % of a core, 15 KB/s, and 50 ms (99 %) from a key to the first byte of a picture.
"""
import fcntl
import math
import os
import pty
import random
import select
import struct
import sys
import tempfile
import termios
import threading
import time
import tty

BINARY = os.path.join(os.path.dirname(__file__), "..", "target", "release", "stillpoint")
SETTLING = 70
TICK = os.sysconf("SC_CLK_TCK")


class Sensor(threading.Thread):
    """Frames in bursts of 16 ms, as an adapter hands them over."""

    def __init__(self, channels, hz):
        super().__init__(daemon=True)
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.port, self.slave = os.ttyname(slave), slave
        self.channels, self.hz, self.over = channels, hz, False

    def run(self):
        begin, sent, noise = time.monotonic(), 0, random.Random(1)
        while not self.over:
            due = int((time.monotonic() - begin) * self.hz)
            lines = []
            for n in range(sent, due):
                t = n / self.hz
                value = 500 * math.sin(t * 6.2 / 60 * 2 * math.pi) + 300 * math.sin(t * 14 / 60 * 2 * math.pi) + 100 * math.sin(t * 63 / 60 * 2 * math.pi)
                lines.append(",".join(f"{value + noise.gauss(0, 30):.1f}" for _ in range(self.channels)) + "\n")
            os.write(self.master, "".join(lines).encode())
            sent = due
            time.sleep(0.016)


def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def watch(channels, hz, seconds):
    sensor = Sensor(channels, hz)
    sensor.start()
    with tempfile.TemporaryDirectory() as folder:
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(BINARY, [BINARY, "live", sensor.port, "--record", "-o", folder, "--fps", "15"])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        read(terminal, SETTLING)
        before, begin = cpu(pid), time.monotonic()
        size = read(terminal, seconds)
        passed = time.monotonic() - begin
        used = (cpu(pid) - before) / passed
        keys = sorted(key(terminal) for _ in range(100))
        os.write(terminal, b"qq")
        read(terminal, 2)
        os.waitpid(pid, 0)
    sensor.over = True
    print(f"{channels} x {hz} Hz: {100 * used:.1f} % of a core, {size / passed / 1000:.1f} KB/s to the terminal, "
          f"key to picture: median {1e3 * keys[50]:.0f} ms, 99 % {1e3 * keys[98]:.0f} ms")


def read(terminal, seconds):
    """Bytes that came in so long."""
    size, until = 0, time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            try:
                size += len(os.read(terminal, 65536))
            except OSError:
                break
    return size


def key(terminal):
    """Seconds from pressing the help's key to its heading on the screen; the help is closed again."""
    read(terminal, random.uniform(0.1, 0.2))
    begin, seen = time.monotonic(), b""
    os.write(terminal, b"?")
    while b"annotations" not in seen:
        seen += os.read(terminal, 65536)
    took = time.monotonic() - begin
    os.write(terminal, b"\x1b")
    return took


if __name__ == "__main__":
    if not os.path.exists(BINARY):
        sys.exit("target/release/stillpoint is not there: cargo build --release first")
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    for stream in [(2, 100), (8, 250)]:
        watch(*stream, length)
