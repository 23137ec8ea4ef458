"""The samples of all sections: a head or belt of four rhythms in noise, the same from run to run. `python data.py FILE CHANNELS HZ SECONDS`; the file's ending says
what is written: wav (float), edf (16 bits), hea (WFDB, 16 bits), txt (lines with commas)."""
import os
import sys

import numpy as np

PER_MIN = [(0.9, 20), (6.2, 58), (14.0, 88), (64.0, 30)]


def samples(channels, hz, begin, frames):
    """A stretch in thousandths of a unit; what wanders does so with the same seed for every stretch of a minute."""
    t = (begin + np.arange(frames)) / hz
    wander = 0.4 * np.sin(2 * np.pi * t / 97) + 0.3 * np.sin(2 * np.pi * t / 41)
    wave = sum(size * np.sin(2 * np.pi * (per_min * t / 60 + 0.2 * wander * k)) for k, (per_min, size) in enumerate(PER_MIN))
    noise = np.random.default_rng(begin).standard_normal((frames, channels), dtype=np.float32) * 20
    return (wave[:, None] * (1 - 0.05 * np.arange(channels) / max(channels, 1)) + noise).astype(np.float32)


def stretches(channels, hz, seconds):
    """The whole, at most a few MB at a time."""
    frames, at = int(round(hz * seconds)), 0
    step = max(1, 4_000_000 // channels)
    while at < frames:
        size = min(step, frames - at)
        yield samples(channels, hz, at, size)
        at += size


def wav(path, channels, hz, seconds):
    size = int(round(hz * seconds)) * channels * 4
    head = np.array([16], "<u4").tobytes() + np.array([3, channels], "<u2").tobytes() + np.array([hz, hz * channels * 4], "<u4").tobytes()
    head += np.array([channels * 4, 32], "<u2").tobytes()
    with open(path, "wb") as out:
        out.write(b"RIFF" + np.array([min(size + 36, 2**32 - 1)], "<u4").tobytes() + b"WAVEfmt " + head)
        out.write(b"data" + np.array([min(size, 2**32 - 1)], "<u4").tobytes())
        for stretch in stretches(channels, hz, seconds):
            stretch.tofile(out)


def edf(path, channels, hz, seconds):
    import pyedflib

    with pyedflib.EdfWriter(path, channels, pyedflib.FILETYPE_EDFPLUS) as out:
        head = {"dimension": "uV", "sample_frequency": hz, "physical_min": -500, "physical_max": 500, "digital_min": -32768, "digital_max": 32767}
        out.setSignalHeaders([{**head, "label": f"ch{n + 1}", "transducer": "", "prefilter": ""} for n in range(channels)])
        for second in range(int(seconds)):
            out.blockWritePhysicalSamples(samples(channels, hz, second * hz, hz).T.astype(float).ravel())


def hea(path, channels, hz, seconds):
    name = os.path.splitext(os.path.basename(path))[0]
    frames = int(hz * seconds)
    with open(path, "w") as out:
        out.write(f"{name} {channels} {hz} {frames}\n")
        out.writelines(f"{name}.dat 16 64/uV 16 0 0 0 0 ch{n + 1}\n" for n in range(channels))
    with open(path[: -len("hea")] + "dat", "wb") as out:
        for stretch in stretches(channels, hz, seconds):
            np.clip(stretch * 64, -32768, 32767).astype("<i2").tofile(out)


def txt(path, channels, hz, seconds):
    """Of a fast stream a second again and again: the text is what is to be read, not the signal."""
    with open(path, "w") as out:
        second = None
        for n in range(int(np.ceil(seconds))):
            if second is None or hz <= 1000:
                rows = samples(channels, hz, n * hz, hz)
                second = "\n".join(",".join(f"{value:.1f}" for value in row) for row in rows.tolist()) + "\n"
            out.write(second)


if __name__ == "__main__":
    target, count, rate, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    {"wav": wav, "edf": edf, "hea": hea, "txt": txt}[target.rsplit(".", 1)[1]](target, count, rate, length)
