"""Opens exported files with the programs they are meant for: cargo run --example export_sample -- DIR && python3 docs/check_exports.py DIR

Needs: pip install soundfile pandas numpy; sox. Exits 1 with a line for every file that does not hold what it should.
"""

import json
import pathlib
import struct
import subprocess
import sys

import numpy
import pandas
import soundfile


def chunks(data):
    """The chunks of a RIFF body, nested lists included."""
    at = 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        body = data[at + 8 : at + 8 + size]
        assert len(body) == size, f"chunk {name!r} is longer than the file"
        yield name, body
        if name == b"LIST":
            yield from chunks(body[4:])
        at += 8 + size + size % 2


def cues(path):
    """(start, frames, label) of every cue point."""
    starts, labels, lengths = {}, {}, {}
    for name, body in chunks(path.read_bytes()[12:]):
        if name == b"cue ":
            for i in range(struct.unpack("<I", body[:4])[0]):
                number, _, _, _, _, start = struct.unpack("<II4sIII", body[4 + 24 * i : 28 + 24 * i])
                starts[number] = start
        elif name == b"labl":
            labels[struct.unpack("<I", body[:4])[0]] = body[4:].rstrip(b"\0").decode()
        elif name == b"ltxt":
            number, frames = struct.unpack("<II", body[:8])
            lengths[number] = frames
    return [(start, lengths.get(number, 0), labels[number]) for number, start in starts.items()]


def sidecars(path):
    """The annotations and the provenance that lie beside a file of samples."""
    annotations = pandas.read_csv(path.with_name(path.stem + "_annotations.csv"), keep_default_na=False, dtype=str)
    about = json.loads(path.with_suffix(".json").read_text())
    for label in annotations.label:
        assert not label.startswith(("=", "+", "-", "@", "\t", "\r")), f"{label!r} is a formula"
    return annotations, about


def check_samples(samples, annotations, about):
    """Frames and channels as described; missing where, and only where, a gap is."""
    assert samples.shape == (about["frames"], len(about["channels"])), f"shape {samples.shape}"
    missing = numpy.zeros(len(samples), bool)
    for row in annotations[annotations.kind == "gap"].itertuples():
        missing[int(row.start_sample) : int(row.end_sample)] = True
    assert (numpy.isnan(samples) == missing[:, None]).all(), "missing samples are not where the gaps are"


def check_wav(path):
    annotations, about = sidecars(path)
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    check_samples(samples, annotations, about)
    info = soundfile.SoundFile(path)
    assert rate == round(about["nominal_hz"]) and info.subtype == "FLOAT", (rate, info.subtype)
    assert about["source"] in info.comment and "stillpoint" in info.software, (info.comment, info.software)
    assert ("simulated" in info.comment) == about["simulated"]
    found = {(start, frames) for start, frames, _ in cues(path)}
    wanted = {(int(r.start_sample), int(r.end_sample or r.start_sample) - int(r.start_sample)) for r in annotations.itertuples()}
    assert found == wanted, f"cues {found} are not the annotations {wanted}"
    sox = subprocess.run(["sox", "--i", "-s", str(path)], capture_output=True, text=True)
    assert sox.returncode == 0 and int(sox.stdout) == about["frames"], sox.stderr
    played = subprocess.run(["sox", str(path), "-n", "trim", "0", "1", "stat"], capture_output=True, text=True)
    assert played.returncode == 0, played.stderr
    return samples


def check_csv(path):
    annotations, about = sidecars(path)
    table = pandas.read_csv(path)
    names = [c["name"] + (f" [{c['unit']}]" if c["unit"] else "") for c in about["channels"]]
    assert list(table.columns) == ["time_s", *names], list(table.columns)
    assert numpy.allclose(table.time_s, numpy.arange(len(table)) / about["rate_hz"], rtol=1e-12)
    samples = table[names].to_numpy("float32")
    check_samples(samples, annotations, about)
    return samples


def main(folder):
    files = sorted(p for p in folder.rglob("*") if p.with_suffix(".json").exists() and p.suffix in (".wav", ".csv"))
    samples, failed = {}, 0
    for path in files:
        try:
            read = check_wav(path) if path.suffix == ".wav" else check_csv(path)
            twin = samples.setdefault(path.stem, read)
            assert numpy.array_equal(twin.view("uint32")[~numpy.isnan(twin)], read.view("uint32")[~numpy.isnan(read)]), "WAV and CSV differ"
            print(f"good  {path}  {read.shape[0]} frames, {read.shape[1]} channels, {numpy.isnan(read).sum()} missing")
        except Exception as error:
            failed += 1
            print(f"BAD   {path}: {error}")
    if not files:
        print(f"BAD   {folder}: no exported files in it")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/export-sample")))
