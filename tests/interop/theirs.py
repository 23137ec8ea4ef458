"""Files that other programs write, read by us: WFDB of every format (wfdb), WAV of every kind (soundfile), EDF+ and BDF+ with two rates (pyedflib). Samples are compared
with what the other program itself reads; ours by way of `export --to csv`."""
import csv
import os
import subprocess
import sys

import numpy as np
import pyedflib
import soundfile
import wfdb

PROGRAM, FOLDER = os.path.abspath(sys.argv[1]), sys.argv[2]


def ours(path):
    """Samples as frames of channels."""
    out = path + ".out"
    done = subprocess.run([PROGRAM, "export", path, "--to", "csv", "-o", out, "--force"], capture_output=True, text=True)
    assert done.returncode == 0, f"{path}: {done.stderr}"
    names = [name for name in os.listdir(out) if name.endswith(".csv") and not name.endswith("_annotations.csv")]
    with open(os.path.join(out, names[0]), newline="") as file:
        rows = [row for row in csv.reader(line for line in file if not line.startswith("#"))]
    return np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[1:]])


def same(what, path, theirs, step=0.0):
    got = ours(path)
    assert got.shape == theirs.shape, f"{what}: {got.shape} for {theirs.shape}"
    assert np.array_equal(np.isnan(got), np.isnan(theirs)), f"{what}: other samples are missing"
    worst = np.nanmax(np.abs(got - theirs))
    bound = step + 1e-6 * np.nanmax(np.abs(theirs))
    assert worst <= bound, f"{what}: off by {worst}, of at most {bound}"
    print(f"{what}: {len(got)} frames the same (worst {worst:.1e})")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    os.chdir(FOLDER)
    random = np.random.default_rng(3)
    walk = np.cumsum(random.normal(size=(5001, 2)), 0) * 0.1
    walk[500, 0] = np.nan
    for form in ["16", "212", "80", "24", "32"]:
        wfdb.wrsamp("wfdb" + form, fs=250, units=["mV", "ml"], sig_name=["ECG", "RESP belt"], p_signal=walk, fmt=[form, form])
        same(f"WFDB {form}", f"wfdb{form}.hea", wfdb.rdrecord("wfdb" + form).p_signal)
    tone = np.clip(np.nan_to_num(walk) / 40, -1, 0.999)
    for container, kinds in [("WAV", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"]), ("WAVEX", ["PCM_16", "PCM_24", "FLOAT"]),
                             ("RF64", ["PCM_16", "PCM_24", "FLOAT"]), ("W64", ["PCM_16", "PCM_24", "FLOAT"])]:
        for kind in kinds:
            path = f"{container}-{kind}.{'w64' if container == 'W64' else 'wav'}"
            soundfile.write(path, tone, 200, subtype=kind, format=container)
            same(f"{container} {kind}", path, soundfile.read(path)[0])
    for kind, name in [(pyedflib.FILETYPE_EDFPLUS, "two-rates.edf"), (pyedflib.FILETYPE_BDFPLUS, "two-rates.bdf")]:
        fast, slow = np.nan_to_num(walk[:5000, 0]), np.nan_to_num(walk[:1250, 1])
        with pyedflib.EdfWriter(name, 2, file_type=kind) as file:
            top = 8388607 if kind == pyedflib.FILETYPE_BDFPLUS else 32767
            for at, (label, rate) in enumerate([("Flow", 100), ("SpO2", 25)]):
                file.setSignalHeader(at, {"label": label, "dimension": "l/s", "sample_frequency": rate, "physical_max": 50, "physical_min": -50,
                                          "digital_max": top, "digital_min": -top - 1, "prefilter": "", "transducer": ""})
            file.writeSamples([fast, slow])
        with pyedflib.EdfReader(name) as file:
            theirs = np.stack([file.readSignal(0), np.repeat(file.readSignal(1), 4)], 1)
        same(name, name, theirs)


main()
