"""A Vernier Go Direct respiration belt (GDX-RB) as lines for stillpoint: its force in newtons, ten a second, by Bluetooth or USB.

    pip install 'godirect[usb,ble]' bleak
    python3 docs/bridges/vernier_belt.py | stillpoint live -

The belt sends neither a time nor a number, so there is no column of them: one made up here would hide what never came. stillpoint measures the rate by
the arrival of the lines, and tells a pause of the belt from one of the radio by whether the missing samples come after it.
(`godirect` is the maker's own module, under the GPL; it is not part of stillpoint.)
"""

import argparse
import os
import sys

from godirect import GoDirect

# The belt's first sensor; the others are its own counts of breaths and steps.
FORCE = 1
# Longer than this without a sample, and the belt is gone; milliseconds.
PATIENCE = 5000


def lines(device):
    """Hands over samples until the belt is gone."""
    sensor = device.get_enabled_sensors()[0]
    print(f"breath [{sensor.sensor_units}]", flush=True)
    while device.read(PATIENCE):
        values = list(sensor.values)
        sensor.clear()
        if values:
            print("\n".join(f"{value:.6g}" for value in values), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--period", type=int, default=100, help="milliseconds from sample to sample, 50 at the least (default: 100)")
    parser.add_argument("--usb", action="store_true", help="by its cable, not by Bluetooth")
    chosen = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    godirect = GoDirect(use_ble=not chosen.usb, use_usb=chosen.usb)
    device = godirect.get_device(threshold=-100)
    if device is None or not device.open(auto_start=False):
        sys.exit("no Go Direct belt is found; is it switched on, and near?")
    try:
        device.enable_sensors([FORCE])
        if not device.start(period=chosen.period):
            sys.exit(f"{device.name} does not start")
        print(f"{device.name} sends", file=sys.stderr, flush=True)
        lines(device)
        sys.exit(f"{device.name} is gone")
    except BrokenPipeError:
        # stillpoint has been left. Python would complain of what it cannot flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        pass
    finally:
        device.stop()
        device.close()
        godirect.quit()


if __name__ == "__main__":
    main()
