"""The Lab Streaming Layer both ways, against liblsl (by pylsl) as the other end: samples, stamps, names, gaps, and that nothing is opened unasked.

LSL finds its peers by multicast. So all of this runs in a network namespace of its own that holds a loopback and nothing else; where the system
forbids that, or pylsl cannot be had, the reason is printed and nothing is checked. `just lsl` builds what is needed and runs it.
"""

import json
import math
import os
import pty
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / "debug/stillpoint"
LISTEN = TARGET / "debug/examples/lsl_listen"
VENV = TARGET / "lsl-venv"
INSIDE = "STILLPOINT_LSL_INSIDE"
CONFIG = "[lab]\nKnownPeers = {127.0.0.1}\n[multicast]\nResolveScope = machine\n"
# Another computer, whose clock is a thousand seconds ahead.
AHEAD = 1000.0
OTHER_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
/* Who waits until an instant of the clock that is ahead waits until that instant of the kernel's. */
static struct timespec back(clockid_t id, const struct timespec *t) {
    struct timespec own = *t;
    if (id == CLOCK_MONOTONIC) own.tv_sec -= AHEAD;
    return own;
}
int clock_gettime(clockid_t id, struct timespec *t) {
    int done = (int)syscall(SYS_clock_gettime, id, t);
    if (id == CLOCK_MONOTONIC) t->tv_sec += AHEAD;
    return done;
}
int clock_nanosleep(clockid_t id, int flags, const struct timespec *t, struct timespec *left) {
    int (*next)(clockid_t, int, const struct timespec *, struct timespec *) = dlsym(RTLD_NEXT, "clock_nanosleep");
    struct timespec own = flags & TIMER_ABSTIME ? back(id, t) : *t;
    return next(id, flags, &own, left);
}
int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t id, const struct timespec *t) {
    int (*next)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *) = dlsym(RTLD_NEXT, "pthread_cond_clockwait");
    struct timespec own = back(id, t);
    return next(cond, mutex, id, &own);
}
"""
LOOPBACK = "ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo && exec \"$@\""
RATE = 250.0
DEADLINE = 12.0


def skip(why):
    print(f"lsl: NOT CHECKED: {why}")
    sys.exit(0)


def python_with_pylsl():
    """A Python that has pylsl: this one, or one in the build folder that it is installed for."""
    for python in (sys.executable, VENV / "bin/python"):
        if Path(python).exists() and subprocess.run([python, "-c", "import pylsl"], capture_output=True).returncode == 0:
            return str(python)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode == 0:
        made = subprocess.run([VENV / "bin/python", "-m", "pip", "install", "--quiet", "pylsl"], capture_output=True, text=True)
    if made.returncode != 0:
        skip(f"pylsl cannot be installed: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    return str(VENV / "bin/python")


def enter():
    """Runs this program again where there is a loopback and nothing else."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        skip("a network of its own needs unshare (util-linux) and ip (iproute2)")
    flags = "-n" if os.geteuid() == 0 else "-rn"
    probe = subprocess.run(["unshare", flags, "sh", "-c", LOOPBACK, "sh", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        skip(f"the system gives no network namespace: {probe.stderr.strip()}")
    python = python_with_pylsl()
    with tempfile.TemporaryDirectory() as home:
        config = Path(home) / "lsl_api.cfg"
        config.write_text(CONFIG)
        environment = {**os.environ, "LSLAPICFG": str(config), INSIDE: home, "HOME": home, "TERM": "xterm-256color"}
        command = ["unshare", flags, "sh", "-c", LOOPBACK, "sh", python, __file__, *sys.argv[1:]]
        return subprocess.run(command, env=environment, cwd=ROOT).returncode


# How to end what was started, if it has not ended.
STARTED = []


def wait(what, wanted):
    """Waits until something is so; gives what it is."""
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        found = wanted()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited {DEADLINE:.0f} s for {what}")


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *arguments):
        self.child, self.fd = pty.fork()
        if self.child == 0:
            os.execv(PROGRAM, [str(PROGRAM), *arguments])
        import fcntl, termios

        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.seen = b""
        STARTED.append(self.kill)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                return

    def wait_text(self, text):
        try:
            wait(text, lambda: text.encode() in self.seen)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen ends in {self.seen[-3000:]!r}") from None

    def keys(self, keys):
        os.write(self.fd, keys.encode())

    def quit(self):
        # A recording is asked about; the terminal that closes finishes it, too.
        os.kill(self.child, 15)
        _, status = os.waitpid(self.child, 0)
        self.child = 0
        return os.waitstatus_to_exitcode(status)

    def kill(self):
        if self.child:
            os.kill(self.child, 9)
            os.waitpid(self.child, 0)
            self.child = 0


class Listener:
    """What our source hands over."""

    def __init__(self, name):
        self.child = subprocess.Popen([LISTEN, name], stdout=subprocess.PIPE, text=True)
        self.lines = []
        STARTED.append(self.child.kill)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.child.stdout:
            self.lines.append(json.loads(line))

    def of(self, key):
        return [line for line in self.lines if key in line]

    def frames(self, wide):
        """[arrival of the last, frames] a delivery."""
        return [(line["arrival"], [tuple(map(f32, line["samples"][at : at + wide])) for at in range(0, len(line["samples"]), wide)]) for line in self.of("samples")]

    def end(self):
        self.child.kill()
        self.child.wait()


def wav(folder):
    """The samples of a recording: frames of float32."""
    data = (folder / "signal.wav").read_bytes()
    assert data[:4] == b"RIFF", data[:4]
    at, wide = 12, 0
    while data[at : at + 4] != b"data":
        if data[at : at + 4] == b"fmt ":
            wide = struct.unpack_from("<H", data, at + 10)[0]
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    size = min(struct.unpack_from("<I", data, at + 4)[0], len(data) - at - 8) // 4 // wide * wide
    values = struct.unpack_from(f"<{size}f", data, at + 8)
    return [values[n : n + wide] for n in range(0, size, wide)]


def events(folder, kind):
    lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return [line for line in lines if line.get("type") == kind]


def f32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def open_sockets():
    """Sockets of this namespace that could be heard of outside."""
    lines = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        path = Path("/proc/net") / table
        lines += path.read_text().splitlines()[1:] if path.exists() else []
    return lines


def nothing_is_opened_unasked(home):
    before = open_sockets()
    terminal = Terminal("demo", "--record", "-o", str(home / "quiet"))
    terminal.wait_text("cranial")
    opened = [line for line in open_sockets() if line not in before]
    terminal.quit()
    assert not opened, opened
    return "demo --record opened no socket"


def outlet(name, labels, rate=RATE, kind="float32"):
    import pylsl

    info = pylsl.StreamInfo(name, "Force", len(labels), rate, kind, f"id of {name}")
    channels = info.desc().append_child("channels")
    for label, unit in labels:
        channels.append_child("channel").append_child_value("label", label).append_child_value("unit", unit)
    return pylsl.StreamOutlet(info)


class Sender:
    """Pushes frames of two numbers, each with its stamp, as they become due; the stamps may lie elsewhere than now."""

    def __init__(self, name):
        self.name, self.count, self.sent = name, 0, []
        self.open()

    def open(self):
        self.outlet = outlet(self.name, [("left", "microvolts"), ("belt", "µm")])

    def push(self, seconds, ahead=0.0, lost=None):
        """With `lost`, even after what was sent last but for so many frames that are left out."""
        from pylsl import local_clock

        begin = local_clock() if lost is None else self.sent[-1][0] + (1 + lost) / RATE
        for n in range(round(seconds * RATE)):
            due = begin + n / RATE
            while local_clock() < due:
                time.sleep(0.001)
            frame = [f32(math.sin(self.count / 40.0)), f32(self.count / 7.0)]
            self.outlet.push_sample(frame, due + ahead)
            self.sent.append((due + ahead, tuple(frame)))
            self.count += 1


def readers(outlet):
    """How many connections to an outlet stand, as the system counts them."""
    port = int(re.search(r"<v4data_port>(\d+)<", outlet.get_info().as_xml())[1])
    fields = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(local.endswith(f":{port:04X}") and state == "01" for _, local, _, state, *_ in fields)


def streams_in(home):
    """Samples and stamps of a stream that pauses, leaps, vanishes and comes back: as handed over, as recorded, and as offered again."""
    import pylsl

    sender = Sender("belt 'of' \"Anna\"")
    sessions = home / "in"
    listener = Listener(sender.name)
    terminal = Terminal("live", f"lsl:{sender.name}", "--lsl", "--record", "-o", str(sessions))
    wait("the listener's channels", lambda: listener.of("channels"))
    again = {"stamps": [], "samples": []}
    stop, ready = threading.Event(), threading.Event()

    def receive():
        named = lambda: [info for info in pylsl.resolve_streams(1.2) if info.source_id() == f"stillpoint lsl:{sender.name}"]
        inlet = pylsl.StreamInlet(wait("what is offered again", named)[0])
        inlet.open_stream(DEADLINE)
        ready.set()
        while not stop.is_set():
            samples, stamps = inlet.pull_chunk(timeout=0.1)
            again["samples"] += samples
            again["stamps"] += stamps

    receiver = threading.Thread(target=receive, daemon=True)
    receiver.start()
    # All must listen before anything is counted; an outlet keeps nothing for who comes later.
    assert ready.wait(DEADLINE), "nothing is offered again"
    sender.push(2.0)
    sender.push(0.5, lost=3)
    time.sleep(1.0)
    sender.push(1.0)
    sender.push(1.0, ahead=2.0)
    # An outlet that is closed takes with it what it has not handed out.
    wait("the last sample before the loss", lambda: listener.frames(2)[-1][1][-1] == sender.sent[-1][1])
    time.sleep(0.2)
    sender.outlet = None
    wait("the loss", lambda: listener.of("lost"))
    sender.open()
    wait("its return", lambda: listener.of("back"))
    # The program on the terminal must be back, too: an outlet keeps nothing for who comes later.
    wait("two readers", lambda: readers(sender.outlet) >= 2)
    time.sleep(1.2)
    sender.push(1.0, ahead=2.0)
    wait("the last sample", lambda: listener.of("samples") and listener.frames(2)[-1][1][-1] == sender.sent[-1][1])
    time.sleep(1.0)
    status = terminal.quit()
    stop.set()
    receiver.join()
    listener.end()

    head = listener.of("channels")[0]
    assert head == {"channels": [["left", "µV"], ["belt", "µm"]], "rate": RATE}, head
    deliveries = listener.frames(2)
    got = [frame for _, frames in deliveries for frame in frames]
    assert got == [frame for _, frame in sender.sent], f"{len(got)} frames of {len(sender.sent)}, without {sorted(set(frame for _, frame in sender.sent) - set(got), key=lambda frame: frame[1])[:5]}"
    stamp = {frame: stamp for stamp, frame in sender.sent}
    off = [abs(arrival - stamp[frames[-1]]) for arrival, frames in deliveries]
    assert max(off) < 1e-3, f"stamps {max(off) * 1e3:.3f} ms off"
    lines = [f"in: {len(got)} frames as sent, through lost frames, a pause, a leap and an absence; stamps at most {max(off) * 1e6:.0f} µs off"]

    folder = next(sessions.iterdir())
    recorded = wav(folder)
    held = [frame for frame in recorded if not math.isnan(frame[0])]
    first = next(n for n, (_, frame) in enumerate(sender.sent) if frame == held[0])
    assert first == 0, f"the first {first} frames are not in the recording"
    assert held == [frame for _, frame in sender.sent], f"{len(held)} frames recorded of {len(sender.sent)}"
    gaps = events(folder, "gap")
    pauses = [round((b - a) * RATE) - 1 for (a, _), (b, _) in zip(sender.sent, sender.sent[1:]) if b - a > 1.5 / RATE]
    lengths = [gap["end"] - gap["start"] for gap in gaps]
    assert (lengths[0], gaps[0]["cause"]) == (3, "counter"), f"three lost frames are {gaps[0]}"
    assert len(lengths) == len(pauses) and all(abs(a - b) <= 2 for a, b in zip(lengths, pauses)), f"gaps {lengths}, sent {pauses}: {gaps}"
    lines.append(f"recorded: {len(held)} frames as sent; gaps of {lengths} frames where {pauses} were left out")

    # What is offered again: at the fitted line of the clock, on which a gap is a whole number of frames.
    place = {frame: stamp for stamp, frame in sender.sent}
    offs = [stamp - place[tuple(sample)] for stamp, sample in zip(again["stamps"], again["samples"]) if tuple(sample) in place]
    assert len(offs) > 0.9 * len(sender.sent) and max(map(abs, offs)) < 0.5 / RATE + 1e-3, f"{len(offs)} offered again, off by {min(offs, default=0)} to {max(offs, default=0)} s"
    lines.append(f"offered again: {len(offs)} frames, stamps at most {max(map(abs, offs)) * 1e6:.0f} µs off")
    assert status == 0, status
    return "\n".join(lines)


def other_clock(home):
    """A computer whose clock is far ahead, and its samples as whole numbers."""
    import pylsl

    shim = home / "ahead.so"
    (home / "ahead.c").write_text(OTHER_CLOCK)
    if not shutil.which("cc") or subprocess.run(["cc", "-shared", "-fPIC", f"-DAHEAD={AHEAD:.0f}", "-o", shim, home / "ahead.c", "-ldl"]).returncode != 0:
        return "another clock: NOT CHECKED: there is no C compiler for the shim"
    base = pylsl.local_clock()
    sender = subprocess.Popen([sys.executable, __file__, "ahead", str(base)], env={**os.environ, "LD_PRELOAD": str(shim)}, stdin=subprocess.DEVNULL)
    STARTED.append(sender.kill)
    listener = Listener("ahead")
    recorded = subprocess.run([PROGRAM, "record", "lsl:ahead", "-o", home / "ahead", "--for", "1s", "--lsl"], capture_output=True, text=True)
    wait("samples of another clock", lambda: len(listener.of("samples")) > 100)
    sender.kill()
    sender.wait()
    listener.end()
    assert recorded.returncode == 0, recorded
    folder = Path(recorded.stdout.strip())
    frames = wav(folder)
    assert len(frames) == 100 and 'wire_format = "lsl"' in (folder / "session.toml").read_text(), f"{len(frames)} frames of 100"
    off = [arrival - base - frames[-1][0] / 1e6 for arrival, frames in listener.frames(1)]
    assert max(map(abs, off)) < 1e-3, f"off by {min(off)} to {max(off)} s"
    return f"another clock, {AHEAD:.0f} s ahead: stamps at most {max(map(abs, off)) * 1e6:.0f} µs off, {len(off)} samples of int64"


def ahead(base):
    """The other computer: each sample is the time it is made at, in microseconds, on the clock of who asked."""
    import pylsl

    assert pylsl.local_clock() - time.clock_gettime(time.CLOCK_MONOTONIC_RAW) > AHEAD / 2, "the shim is not in force"
    stream = outlet("ahead", [("time", "µs")], 100.0, "int32")
    stream.wait_for_consumers(DEADLINE)
    while True:
        now = pylsl.local_clock()
        stream.push_sample([round((now - AHEAD - base) * 1e6)], now)
        time.sleep(0.01)


def streams_out(home):
    """What the program offers: samples, estimates, markers."""
    import pylsl

    sessions = home / "out"
    terminal = Terminal("demo", "--lsl", "--record", "-o", str(sessions))
    inlets = {}
    for name in ("stillpoint", "stillpoint-estimates", "stillpoint-markers"):
        found = pylsl.resolve_byprop("source_id", f"{name} demo", 1, DEADLINE)
        assert found, f"{name} is not found"
        inlets[name] = pylsl.StreamInlet(found[0])
        inlets[name].open_stream(DEADLINE)
    told = {}
    for name, inlet in inlets.items():
        channel = inlet.info(DEADLINE).desc().child("channels").child("channel")
        told[name] = []
        while not channel.empty():
            told[name].append((channel.child_value("label"), channel.child_value("unit")))
            channel = channel.next_sibling("channel")
    info = inlets["stillpoint"].info()
    assert (info.channel_count(), info.nominal_srate(), info.channel_format()) == (3, 100.0, pylsl.cf_float32), info.as_xml()
    assert told["stillpoint"][:2] == [("left", "µm"), ("right", "µm")], told["stillpoint"]
    samples, stamps, delays = [], [], []
    until = time.monotonic() + 3.0
    pressed = None
    while time.monotonic() < until:
        chunk, at = inlets["stillpoint"].pull_chunk(timeout=0.05)
        samples += chunk
        stamps += at
        if at:
            delays.append(pylsl.local_clock() - at[-1])
        if pressed is None and time.monotonic() > until - 2.0:
            pressed = pylsl.local_clock()
            terminal.keys(" ")
    marker, marked = inlets["stillpoint-markers"].pull_sample(timeout=DEADLINE)
    figures, found_at = inlets["stillpoint-estimates"].pull_sample(timeout=DEADLINE)
    assert terminal.quit() == 0

    steps = [b - a for a, b in zip(stamps, stamps[1:])]
    assert len(stamps) > 200 and max(abs(step - 0.01) for step in steps) < 5e-3, f"{len(stamps)} stamps, steps {min(steps)} to {max(steps)}"
    assert -0.02 < min(delays) and min(delays) < 0.2, f"heard {min(delays)} to {max(delays)} s after the stamp"
    recorded = wav(next(sessions.iterdir()))
    rows = [tuple(sample) for sample in samples]
    first = recorded.index(rows[0])
    same = sum(a == b for a, b in zip(rows, recorded[first:]))
    assert same >= min(len(rows), len(recorded) - first) > 150, f"{same} of {len(rows)} frames as recorded"
    assert marker[0].split()[0] == "mark" and abs(marked - pressed) < 0.5, f"{marker} at {marked - pressed} s from the key"

    labels = [label for label, _ in told["stillpoint-estimates"]]
    units = dict(told["stillpoint-estimates"])
    value = dict(zip(labels, figures))
    assert len(labels) == 60 and units["left.cranial.rate"] == "/min" and units["left.cranial.amplitude"] == "µm", told
    present = {label.rsplit(".", 1)[0] for label in labels if label.endswith(".rate") and not math.isnan(value[label])}
    assert {"left.cranial", "belt.breath"} & present or present, figures
    for rhythm in present:
        assert value[f"{rhythm}.rate_low"] <= value[f"{rhythm}.rate"] <= value[f"{rhythm}.rate_high"], value
        assert value[f"{rhythm}.p"] < 0.01, value
    assert math.isnan(value["left.tide.rate"]), value
    # The demo has been running for 75 s when it opens.
    age = pylsl.local_clock() - found_at
    assert -1.0 < age < 80.0, age
    return (
        f"out: {len(rows)} frames, {same} as recorded; steps within {max(abs(step - 0.01) for step in steps) * 1e6:.0f} µs, heard {min(delays) * 1e3:.0f} ms after the stamp\n"
        f"out: {len(present)} rhythms present in {len(labels)} figures; marker {marker[0]!r} {(marked - pressed) * 1e3:.0f} ms from the key"
    )


def refused(home):
    """A stream that is not there is told before the screen is touched, with those that are."""
    stream = outlet("there", [("a", "")])
    done = subprocess.run([PROGRAM, "live", "lsl:nowhere"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and "lsl:nowhere" in done.stderr and "there" in done.stderr, done
    del stream
    return f"not there: {done.stderr.strip()}"


def check():
    assert [name for _, name in socket.if_nameindex()] == ["lo"], "this network holds more than a loopback"
    home, begin, failed = Path(os.environ[INSIDE]), time.monotonic(), False
    # The first before this process opens anything itself.
    for story in (nothing_is_opened_unasked, streams_in, other_clock, streams_out, refused):
        started = time.monotonic()
        try:
            for line in story(home).splitlines():
                print(f"lsl: {line}")
        except AssertionError as error:
            failed = True
            print(f"lsl: FAILED: {story.__name__}: {error}")
        while STARTED:
            STARTED.pop()()
        print(f"lsl: ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"lsl: {'FAILED' if failed else 'all as it should be'}, {time.monotonic() - begin:.0f} s")
    # liblsl's threads are not waited for.
    sys.stdout.flush()
    os._exit(int(failed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["ahead"]:
        ahead(float(sys.argv[2]))
    elif INSIDE in os.environ:
        check()
    else:
        sys.exit(enter())
