"""Opens exported files with the programs they are meant for; tests/interop/run makes both. Exits 1 with a line for every file that does not hold what it should.

The truth is session/: float32 samples with NaN where one is missing, and the journal of annotations and gaps; the same session is exported whole in every
format, and in pieces as WAV and CSV."""

import json
import pathlib
import shutil
import struct
import subprocess
import sys
import warnings

import numpy

warnings.filterwarnings("ignore")


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


def beside(path):
    """The annotations and the provenance that lie beside a file of samples."""
    import pandas

    annotations = pandas.read_csv(path.with_name(path.stem + "_annotations.csv"), keep_default_na=False, dtype=str)
    about = json.loads(path.with_suffix(".json").read_text())
    for label in annotations.label:
        assert not label.startswith(("=", "+", "-", "@", "\t", "\r")), f"{label!r} is a formula"
    return annotations, about


def places(annotations):
    """(first frame, frames) of every annotation and gap."""
    return sorted((int(r.start_sample), int(r.end_sample or r.start_sample) - int(r.start_sample)) for r in annotations.itertuples())


def same(samples, truth, step=0.0):
    """Equal where the format allows, else within half a step; missing where, and only where, the truth is."""
    assert samples.shape == truth.shape, f"shape {samples.shape}, not {truth.shape}"
    missing = numpy.isnan(truth)
    assert (numpy.isnan(samples) == missing).all(), "missing samples are not where they should be"
    off = numpy.abs(samples - truth)[~missing].max(initial=0)
    assert off <= step, f"off by {off}, of {step} at most"


def piece(truth, about):
    return truth[about["first_frame"] :][: about["frames"]]


def check_wav(path, truth):
    """soundfile, and sox where it is there: samples, comment, cue points."""
    import soundfile

    annotations, about = beside(path)
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    same(samples, piece(truth, about))
    info = soundfile.SoundFile(path)
    assert rate == round(about["nominal_hz"]) and info.subtype == "FLOAT", (rate, info.subtype)
    assert about["source"] in info.comment and "stillpoint" in info.software, (info.comment, info.software)
    assert ("simulated" in info.comment) == about["simulated"]
    assert sorted((start, frames) for start, frames, _ in cues(path)) == places(annotations), "cue points are not the annotations"
    if shutil.which("sox"):
        sox = subprocess.run(["sox", "--i", "-s", str(path)], capture_output=True, text=True)
        assert sox.returncode == 0 and int(sox.stdout) == about["frames"], sox.stderr


def check_csv(path, truth):
    """pandas: one header line, units in brackets, times, empty cells where samples are missing."""
    import pandas

    annotations, about = beside(path)
    table = pandas.read_csv(path)
    names = [c["name"] + (f" [{c['unit']}]" if c["unit"] else "") for c in about["channels"]]
    assert list(table.columns) == ["time_s", *names], list(table.columns)
    assert numpy.allclose(table.time_s, numpy.arange(len(table)) / about["rate_hz"], rtol=1e-12)
    same(table[names].to_numpy("float32"), piece(truth, about))


def record_times(path):
    """The onset that the first list of every record tells."""
    data = path.read_bytes()
    signals = int(data[252:256])
    counts = [int(data[256 + 216 * signals + 8 * i :][:8]) for i in range(signals)]
    width = 3 if data[0] == 255 else 2
    start, size = 256 * (signals + 1), width * sum(counts)
    skip = width * sum(counts[:-1])
    records = (len(data) - start) // size
    return [float(data[start + size * r + skip :].split(b"\x14", 1)[0]) for r in range(records)]


def check_edf(path, truth):
    """pyedflib and MNE: samples within half a step at their frames, annotations and gaps at their onsets; what is missing is at the digital minimum."""
    import mne
    import pyedflib

    annotations, about = beside(path)
    rate, wanted = about["rate_hz"], piece(truth, about)
    begins = record_times(path)
    onsets = sorted(start for start, _ in places(annotations))
    raw = (mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf)(path, preload=True, verbose="error")
    told = sorted(round(onset * rate) for onset, text in zip(raw.annotations.onset, raw.annotations.description) if not own(text))
    assert told == onsets, f"MNE has annotations at {told}, not {onsets}"
    assert abs(raw.info["sfreq"] / rate - 1) < 1e-7, raw.info["sfreq"]
    raw_frames = raw.get_data().T
    try:
        reader = pyedflib.EdfReader(str(path))
    except OSError as error:
        # pyedflib says itself that it takes no file with pauses.
        assert "discontinuous" in str(error).lower() and b"F+D" in path.read_bytes()[:256], error
        reader = None
    data = path.read_bytes()
    signals = int(data[252:256])
    number = lambda at, i: float(data[256 + at * signals + 8 * i :][:8])
    per_record = int(number(216, 0))
    frames = numpy.concatenate([numpy.arange(per_record) + round((begin - begins[0]) * rate) for begin in begins])
    kept = frames < about["frames"]
    for channel in range(signals - 1):
        low, high, least, most = (number(at, channel) for at in (104, 112, 120, 128))
        step = (high - low) / (most - least)
        there = numpy.full(len(wanted), numpy.nan)
        unit = {"uV": 1e6, "mV": 1e3}.get(raw._orig_units[raw.ch_names[channel]], 1)
        there[frames[kept]] = raw_frames[: len(frames), channel][kept] * unit
        if reader:
            other = reader.readSignal(channel)[: len(frames)]
            assert numpy.allclose(other[kept], there[frames[kept]], rtol=1e-9, atol=step * 1e-6), "pyedflib and MNE differ"
        there[there < low + step / 2] = numpy.nan
        same(there, wanted[:, channel].astype(float), step * 0.51)
    if reader:
        told = sorted(round(onset * rate) for onset, text in zip(*[reader.readAnnotations()[i] for i in (0, 2)]) if not own(text))
        assert told == onsets, f"pyedflib has annotations at {told}, not {onsets}"
        reader.close()
    return "" if reader else " (with pauses: MNE only)"


def own(text):
    """Texts that tell of single missing samples or of the end are no annotations."""
    return text.startswith("missing: ") or text == "end of recording"


def check_bids(folder, truth):
    """The validator finds no error; a table of samples is as its JSON says, events at their onsets."""
    import pandas

    done = subprocess.run(["bids-validator-deno", str(folder), "--json"], capture_output=True, text=True)
    report = json.loads(done.stdout)
    errors = [issue for issue in report["issues"]["issues"] if issue["severity"] == "error"]
    assert done.returncode == 0 and not errors, errors
    for path in sorted(folder.rglob("*_physio.tsv.gz")):
        about = json.loads(path.with_name(path.name.replace(".tsv.gz", ".json")).read_text())
        table = pandas.read_csv(path, sep="\t", names=about["Columns"], na_values="n/a")
        same(table.to_numpy("float32"), piece(truth, about["stillpoint"]))
        events = pandas.read_csv(path.with_name(path.name.replace("_physio.tsv.gz", "_events.tsv")), sep="\t")
        assert numpy.allclose(events.onset * about["SamplingFrequency"], events["sample"], atol=1e-6)
        assert len(events) == 7, len(events)


def check_parquet(path, truth):
    """pandas, Polars and DuckDB: the same table; units and origin in the metadata."""
    import duckdb
    import pandas
    import polars
    import pyarrow.parquet

    about = json.loads(pyarrow.parquet.read_schema(path).metadata[b"stillpoint"])
    names = [channel["name"] for channel in about["channels"]]
    wanted = piece(truth, about)
    for table in (pandas.read_parquet(path), polars.read_parquet(path).to_pandas(), duckdb.sql(f"select * from '{path}'").df()):
        assert list(table.columns)[:2] == ["sample", "time_s"], list(table.columns)
        same(table[names].to_numpy("float32"), wanted)
        assert (table["sample"] == numpy.arange(len(table))).all()
    assert len(about["annotations"]) == 6 and len(about["gaps"]) == 1 and about["simulated"]


def check_study(folder, truth):
    """Folders subject=…/session=… are one table, with the two as columns."""
    import duckdb
    import polars

    glob = f"{folder}/samples/**/*.parquet"
    rows = duckdb.sql(f"select subject, session, count(*) n from read_parquet('{glob}', hive_partitioning=true) group by all order by all").fetchall()
    assert [(str(a), str(b), n) for a, b, n in rows] == [("anna", "1", len(truth)), ("anna", "2", len(truth))], rows
    assert polars.scan_parquet(f"{folder}/samples/**/*.parquet", hive_partitioning=True).select(polars.len()).collect().item() == 2 * len(truth)


def check_audacity(path, truth):
    """Three fields a line, at the annotations' times."""
    annotations, about = beside(path)
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    rate = about["rate_hz"]
    told = sorted((round(float(start) * rate), round(float(end) * rate) - round(float(start) * rate)) for start, end, _ in lines)
    assert told == places(annotations), told


def check_jsonl(path, truth):
    """Every line is an object; the samples are there."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    names = [channel["name"] for channel in lines[0]["channels"]]
    samples = [[numpy.nan if line[name] is None else line[name] for name in names] for line in lines if line["type"] == "sample"]
    same(numpy.array(samples, "float32"), piece(truth, lines[0]))


CHECKS = [
    ("wav/*.wav", check_wav),
    ("csv/*[!s].csv", check_csv),
    ("edf/*.?df", check_edf),
    ("bdf/*.?df", check_edf),
    ("bids", check_bids),
    ("parquet/*.parquet", check_parquet),
    ("study", check_study),
    ("audacity/*.txt", check_audacity),
    ("jsonl/*.jsonl", check_jsonl),
]


def main(folder):
    import soundfile

    truths = {name.parent.name: soundfile.read(name, dtype="float32", always_2d=True)[0] for name in folder.glob("*/*/signal.wav")}
    good, bad = 0, 0
    for pattern, check in CHECKS:
        files = sorted(folder.glob(pattern))
        if not files:
            bad += 1
            print(f"BAD   {pattern}: no such file was exported")
        for path in files:
            truth = next((truth for name, truth in truths.items() if path.name.startswith(name) or path.is_dir() and name.endswith("_gap")))
            try:
                told = check(path, truth)
                good += 1
                print(f"good  {path.relative_to(folder)}{told or ''}")
            except Exception as error:
                bad += 1
                print(f"BAD   {path.relative_to(folder)}: {type(error).__name__} {error}")
    print(f"{good} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
