"""The bridges in docs/bridges/ against devices that are not there: a strap and a belt made up below, in the place of `bleak` and `godirect`.

What each prints is compared with what was sent, and given to `stillpoint live -` where that is built. `just bridges`; a few seconds.
"""

import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/stillpoint"

# A strap that sends four packets, the third of which never comes, is out of reach, and sends on. Each sample is its own number.
BLEAK = '''
import asyncio, os, struct
from bleak.exc import BleakError

SENT = 50

def packet(first):
    """Samples first, first + 1, …; the strap's clock is at the last of them, in nanoseconds since it has one."""
    kind, rate, write = (0, 130, lambda n: n.to_bytes(3, "little", signed=True)) if FakeStrap.kind == 0 else (2, 50, lambda n: struct.pack("<hhh", n, -n, 1000))
    time = 10 ** 18 + (first + SENT) * 10 ** 9 // rate
    return bytes([kind]) + time.to_bytes(8, "little") + bytes([0 if kind == 0 else 1]) + b"".join(write(n) for n in range(first, first + SENT))

class FakeStrap:
    name, kind, opened = "Polar H10 1A2B3C4D", None, 0

class BleakScanner:
    @staticmethod
    async def find_device_by_filter(wanted, timeout):
        found = [FakeStrap() for name in ["Other", FakeStrap.name] if wanted(type("Device", (), {"name": name}), None)]
        return found[0] if len(found) == 1 else None

class BleakClient:
    def __init__(self, device, disconnected_callback):
        self.gone, self.heard = disconnected_callback, {}

    async def __aenter__(self):
        FakeStrap.opened += 1
        if FakeStrap.opened == 2:
            raise BleakError("the strap is out of reach")
        return self

    async def __aexit__(self, *_):
        pass

    async def start_notify(self, characteristic, callback):
        self.heard[characteristic[:8]] = callback

    async def write_gatt_char(self, characteristic, request, response):
        assert characteristic[:8] == "fb005c81" and response and {"fb005c81", "fb005c82"} <= set(self.heard), (characteristic, self.heard)
        print("asked", bytes(request).hex(), file=__import__("sys").stderr, flush=True)
        FakeStrap.kind = request[1]
        error = int(os.environ.get("REFUSE", "0"))
        self.heard["fb005c81"](None, bytearray([0xF0, 2, request[1], error, 0]))
        asyncio.ensure_future(self.send())

    async def send(self):
        begin = 0 if FakeStrap.opened == 1 else 1000
        for first in (begin, begin + SENT, begin + 3 * SENT):
            self.heard["fb005c82"](None, bytearray(packet(first)))
            await asyncio.sleep(0.01)
        self.heard["fb005c82"](None, bytearray(b"\\x02short"))
        if FakeStrap.opened == 1:
            self.gone(self)
'''

# A belt that sends five samples and is gone.
GODIRECT = '''
class Sensor:
    sensor_number, sensor_units, sensor_description = 1, "N", "Force"
    def __init__(self):
        self.values = []
    def clear(self):
        self.values.clear()

class Device:
    name = "GDX-RB 0K4000J6"
    def __init__(self):
        self.sensor, self.enabled, self.reads = Sensor(), [], [[5.25, 5.5], [], [float("nan"), 6.0], [1 / 3]]
    def open(self, auto_start):
        return not auto_start
    def enable_sensors(self, numbers):
        self.enabled = numbers
    def start(self, period):
        assert (self.enabled, period) == ([1], 100), (self.enabled, period)
        return True
    def get_enabled_sensors(self):
        return [self.sensor]
    def read(self, timeout):
        if not self.reads:
            return False
        self.sensor.values += self.reads.pop(0)
        return True
    def stop(self):
        print("stopped", file=__import__("sys").stderr)
    def close(self):
        print("closed", file=__import__("sys").stderr)

class GoDirect:
    def __init__(self, use_ble, use_usb):
        assert use_ble and not use_usb
    def get_device(self, threshold):
        return Device()
    def quit(self):
        pass
'''


def bridge(home, script, *arguments, lines, **environment):
    """Runs a bridge until it has printed so many lines, then leaves it as stillpoint does: gives the lines, its exit status and what it said."""
    child = subprocess.Popen(
        [sys.executable, ROOT / "docs/bridges" / script, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(home), **environment},
    )
    printed = [child.stdout.readline().decode().rstrip("\n") for _ in range(lines)]
    child.stdout.close()
    said = child.stderr.read().decode()
    return printed, child.wait(20), said


def strap(home):
    numbers = [*range(100), *range(150, 200), *range(1000, 1100)]
    lines, status, said = bridge(home, "polar_h10.py", lines=251)
    assert lines == ["n,ecg [µV]", *(f"{n},{n}" for n in numbers)], lines
    assert "asked 02000001820001010e00" in said and "is gone" in said and "out of reach" in said and "Traceback" not in said, said
    assert status == 0, status
    lines, _, said = bridge(home, "polar_h10.py", "--signal", "acc", "--name", "Polar H10 1A", lines=251)
    assert lines == ["n,x [mg],y [mg],z [mg]", *(f"{n},{n},{-n},1000" for n in numbers)], lines
    assert "asked 0202000132000101100002010200" in said, said
    lines, status, said = bridge(home, "polar_h10.py", lines=1, REFUSE="6")
    assert status == 1 and "does not send this signal" in said and "Traceback" not in said, (status, said)
    return f"the strap: {len(numbers)} samples, with 50 lost and 800 out of reach left out of the running number; a refusal is told"


def belt(home):
    lines, status, said = bridge(home, "vernier_belt.py", lines=6)
    assert lines == ["breath [N]", "5.25", "5.5", "nan", "6", "0.333333"], lines
    assert status == 1 and "GDX-RB 0K4000J6 is gone" in said and said.index("stopped") < said.index("closed"), (status, said)
    return "the belt: 5 samples, one of them missing; stopped and closed when it is gone"


def gaps(sessions):
    """The gaps that a recording names so far."""
    journals = sessions.glob("*/events.jsonl")
    events = [json.loads(line) for journal in journals for line in journal.read_text().split("\n")[:-1]]
    return [event for event in events if event["type"] == "gap"]


def into_the_program(home):
    """The strap's lines on the program's screen, and in its recording."""
    if not PROGRAM.exists():
        return "stillpoint is not built: what it makes of the lines is not looked at"
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(PYTHONPATH=str(home), TERM="xterm-256color", HOME=str(home), STILLPOINT_SESSIONS=str(home))
        bridge = subprocess.Popen([sys.executable, ROOT / "docs/bridges/polar_h10.py"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.dup2(bridge.stdout.fileno(), 0)
        os.execv(PROGRAM, [str(PROGRAM), "live", "-", "--rate", "130", "--record", "-o", str(home / "sessions")])
    import fcntl, termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen = bytearray()

    def read():
        try:
            while chunk := os.read(terminal, 65536):
                seen.extend(chunk)
        except OSError:
            pass

    threading.Thread(target=read, daemon=True).start()
    until = time.monotonic() + 20
    while (b"ecg" not in seen or len(gaps(home / "sessions")) < 3) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child, 15)
    _, status = os.waitpid(child, 0)
    assert b"ecg" in seen, bytes(seen[-2000:])
    assert os.waitstatus_to_exitcode(status) == 0, status
    told = gaps(home / "sessions")
    assert [(gap["end"] - gap["start"], gap["cause"]) for gap in told] == [(lost, "counter") for lost in (50, 800, 50)], told
    return "stillpoint live - shows the channel ecg, and names the gaps of 50, 800 and 50 samples"


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "bleak").mkdir()
        (home / "bleak/exc.py").write_text("class BleakError(Exception): pass")
        (home / "bleak/__init__.py").write_text(BLEAK)
        (home / "godirect.py").write_text(GODIRECT)
        for story in (strap, belt, into_the_program):
            print(f"bridges: {story(home)}", flush=True)


if __name__ == "__main__":
    main()
