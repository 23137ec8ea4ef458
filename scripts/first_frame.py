#!/usr/bin/env python3
"""Time from start to the first frame, in a pseudo-terminal: the demo, and a WAV of 24 hours (2 x 100 Hz, made here).

cargo build --release && python3 scripts/first_frame.py      (Linux; standard library only; medians of seven)
"""
import fcntl
import os
import pty
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

BINARY = os.path.join(os.path.dirname(__file__), "..", "target", "release", "stillpoint")


def first_frame(args):
    """Seconds until the screen says the program's name."""
    begin = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(BINARY, [BINARY, *args])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen = b""
    try:
        while b"stillpoint" not in seen:
            seen += os.read(terminal, 65536)
        took = time.perf_counter() - begin
        os.kill(pid, signal.SIGTERM)
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    return took


def day(path):
    """24 hours of two channels at 100 Hz."""
    frames = 24 * 3600 * 100
    with open(path, "wb") as out:
        size = frames * 8
        out.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 3, 2, 100, 800, 8, 32))
        out.write(b"data" + struct.pack("<I", size))
        second = struct.pack("<200f", *[(n * 7919 % 1000) / 10 for n in range(200)])
        for _ in range(24 * 3600):
            out.write(second)


def main():
    if not os.path.exists(BINARY):
        sys.exit("target/release/stillpoint is not there: cargo build --release first")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "day.wav")
        day(path)
        cases = [("demo", ["demo"]), ("24-hour WAV, from its start", ["replay", path]), ("24-hour WAV, at 12:00:00", ["replay", path, "--at", "12:00:00"])]
        for name, args in cases:
            times = [first_frame(args) for _ in range(7)]
            print(f"{name:<28} first frame after {1000 * statistics.median(times):6.0f} ms (worst {1000 * max(times):.0f})")


main()
