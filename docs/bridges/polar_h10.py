"""A Polar H10 strap as lines for stillpoint: its electrocardiogram (130 a second), or the chest's acceleration (50 a second), which shows the breath.

    pip install bleak
    python3 docs/bridges/polar_h10.py | stillpoint live -
    python3 docs/bridges/polar_h10.py --signal acc | stillpoint live - --channels x:breath,y:breath,z:breath

The first column is a running number. The strap sends no number, but the time of its own clock with every packet; a packet that never came is as
many numbers left out as the time between its neighbours holds. A strap that is out of reach is looked for until it is back. It must be worn:
dry electrodes, and it says nothing. One program at a time can have it (an app on a phone is one).

What the strap sends is told by its maker's "Polar Measurement Data" specification, part of github.com/polarofficial/polar-ble-sdk.
"""

import argparse
import asyncio
import os
import sys

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError

CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
START, ANSWER = 0x02, 0xF0
# Nobody is out of reach for longer; seconds.
LONGEST = 24 * 3600
# The kind, the time of the last sample in nanoseconds, and how the samples are written come before the samples.
HEAD = 10


class Signal:
    """One of the strap's signals: what is asked for, and how it is written."""

    def __init__(self, kind, form, rate, settings, columns, width):
        self.kind, self.form, self.rate = kind, form, rate
        self.request = bytes([START, kind]) + b"".join(bytes([setting, 1]) + value.to_bytes(2, "little") for setting, value in settings)
        self.columns, self.width = columns, width

    def samples(self, packet):
        """The rows of a packet; none of one that is not this signal's."""
        if len(packet) < HEAD or packet[0] != self.kind or packet[9] != self.form:
            return []
        size = self.width * len(self.columns)
        numbers = [int.from_bytes(packet[at : at + self.width], "little", signed=True) for at in range(HEAD, len(packet) - self.width + 1, self.width)]
        return [numbers[at : at + len(self.columns)] for at in range(0, (len(packet) - HEAD) // size * len(self.columns), len(self.columns))]


RATE, RESOLUTION, RANGE = 0, 1, 2
SIGNALS = {
    "ecg": Signal(0, 0, 130, [(RATE, 130), (RESOLUTION, 14)], ["ecg [µV]"], 3),
    # The finest range: a breath moves the chest by some thousandths of g.
    "acc": Signal(2, 1, 50, [(RATE, 50), (RESOLUTION, 16), (RANGE, 2)], ["x [mg]", "y [mg]", "z [mg]"], 2),
}


class Numbers:
    """Gives every sample its number, by the strap's clock."""

    def __init__(self, rate):
        self.rate, self.next, self.last = rate, 0, None

    def of(self, packet, count):
        """The numbers of the `count` samples of a packet."""
        time = int.from_bytes(packet[1:9], "little")
        if self.last is not None:
            went_by = round((time - self.last) * self.rate / 1e9)
            # Rates are true to a hundredth; a loss is a packet and more.
            if went_by > 1.5 * count + LONGEST * self.rate:
                say("the strap's clock was set; how much is missing cannot be told")
            elif went_by > 1.5 * count:
                self.next += went_by - count
        self.last = time
        first, self.next = self.next, self.next + count
        return range(first, self.next)


class Refused(Exception):
    """The strap does not do what it is asked for; asking again does not help."""


def say(what):
    print(what, file=sys.stderr, flush=True)


async def listen(name, signal, packets):
    """Connects and hands over packets until the strap is gone."""
    say(f"looking for {name} …")
    found = await BleakScanner.find_device_by_filter(lambda device, _: (device.name or "").startswith(name), timeout=20.0)
    if found is None:
        return
    gone = asyncio.Event()
    answers = asyncio.Queue()
    async with BleakClient(found, disconnected_callback=lambda _: gone.set()) as client:
        await client.start_notify(CONTROL, lambda _, data: answers.put_nowait(bytes(data)))
        await client.start_notify(DATA, lambda _, data: packets.put_nowait(bytes(data)))
        await client.write_gatt_char(CONTROL, signal.request, response=True)
        answer = await asyncio.wait_for(answers.get(), 10.0)
        if len(answer) < 4 or answer[0] != ANSWER or answer[3] != 0:
            raise Refused(f"{found.name} does not send this signal: {answer.hex(' ')}")
        say(f"{found.name} sends")
        await gone.wait()
    say(f"{found.name} is gone")


async def connect(name, signal, packets):
    while True:
        try:
            await listen(name, signal, packets)
        except (BleakError, OSError, asyncio.TimeoutError) as error:
            say(error)
        await asyncio.sleep(0.5)


async def run(name, signal):
    packets, numbers = asyncio.Queue(), Numbers(signal.rate)
    print(",".join(["n", *signal.columns]), flush=True)
    connection = asyncio.ensure_future(connect(name, signal, packets))
    while True:
        packet = asyncio.ensure_future(packets.get())
        await asyncio.wait({packet, connection}, return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            # It ends by an error alone: this tells it.
            return connection.result()
        rows = signal.samples(packet.result())
        if rows:
            numbered = zip(numbers.of(packet.result(), len(rows)), rows)
            print("\n".join(",".join(map(str, [number, *row])) for number, row in numbered), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signal", choices=SIGNALS, default="ecg", help="what is asked for (default: ecg)")
    parser.add_argument("--name", default="Polar H10", help="how the strap's name begins, where there are several: 'Polar H10 1A2B3C4D'")
    chosen = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        asyncio.run(run(chosen.name, SIGNALS[chosen.signal]))
    except Refused as error:
        sys.exit(str(error))
    except BrokenPipeError:
        # stillpoint has been left. Python would complain of what it cannot flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
