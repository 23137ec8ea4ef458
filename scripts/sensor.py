#!/usr/bin/env python3
"""A simulated sensor for who has none at hand: `scripts/sensor.py NAME` makes a port NAME and sends what a board of firmware/ would, 50 lines a
second, in the background: the board's clock, left and right (a rhythm of 6 a minute), a belt (a breath of 15 a minute), and a counter. `rm NAME` unplugs it.
"""

import math
import os
import pty
import random
import sys
import termios
import time
import tty

HZ = 50


def line(n):
    t = n / HZ
    cranial, breath = math.sin(2 * math.pi * t / 10), math.sin(2 * math.pi * t / 4)
    noise = random.gauss
    left = 25 * cranial + 4 * breath + noise(0, 2)
    right = 20 * math.sin(2 * math.pi * (t - 0.4) / 10) + 4 * breath + noise(0, 2)
    belt = 300 * breath + noise(0, 10)
    return f"us:{n * 1_000_000 // HZ % 2**32},left[um]:{left:.1f},right[um]:{right:.1f},belt:{belt:.0f},n:{n}\r\n"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: sensor.py NAME    (such as /tmp/sensor)")
    name = sys.argv[1]
    ours, theirs = pty.openpty()
    tty.setraw(theirs, termios.TCSANOW)
    os.set_blocking(ours, False)
    if os.path.islink(name):
        os.remove(name)
    port = os.ttyname(theirs)
    os.symlink(port, name)
    if os.fork() > 0:
        return  # The port is there; who started this goes on.
    os.setsid()
    for stream in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    random.seed(1)
    begin, n = time.monotonic(), 0
    while os.path.islink(name) and os.readlink(name) == port:
        time.sleep(max(0.0, begin + n / HZ - time.monotonic()))
        try:
            os.write(ours, line(n).encode())
        except BlockingIOError:
            pass  # Nobody reads: like a board, it goes on counting.
        n += 1


main()
