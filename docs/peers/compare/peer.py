"""What a user of the Python libraries would run, each in a process of its own: `python peer.py TOLD.json WHAT ARGS…`. Imports and reading the samples are left out of
what is measured for estimates; opening and converting are measured with all of it but the import."""
import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")


def estimates(path, hz):
    """The samples of a WAV, as the libraries take them."""
    from scipy.io import wavfile

    return wavfile.read(path)[1][:, 0].astype(float), int(hz)


def neurokit_breath(path, hz):
    import neurokit2

    samples, rate = estimates(path, hz)
    return lambda: neurokit2.rsp_process(samples, sampling_rate=rate)


def neurokit_pulse(path, hz):
    import neurokit2

    samples, rate = estimates(path, hz)
    return lambda: neurokit2.ppg_process(samples, sampling_rate=rate)


def heartpy_pulse(path, hz):
    """In windows of a minute, as its documentation has it for a long recording, filtered first."""
    import heartpy

    samples, rate = estimates(path, hz)

    def work():
        clean = heartpy.filter_signal(samples, cutoff=[0.7, 3.5], sample_rate=rate, order=3, filtertype="bandpass")
        heartpy.process_segmentwise(clean, sample_rate=rate, segment_width=60)

    return work


def mne_open(path):
    """What is in it, and ten seconds from the middle: what a first screen needs."""
    import mne

    def work():
        raw = mne.io.read_raw(path, preload=False, verbose="error")
        middle = raw.n_times // 2
        raw[:, middle : middle + int(10 * raw.info["sfreq"])]

    return work


def pyedflib_open(path):
    import pyedflib

    def work():
        with pyedflib.EdfReader(path) as file:
            hz, middle = int(file.getSampleFrequency(0)), file.getNSamples()[0] // 2
            [file.readSignal(n, middle, 10 * hz) for n in range(file.signals_in_file)]

    return work


def wfdb_open(path):
    import wfdb

    def work():
        head = wfdb.rdheader(path[: -len(".hea")])
        middle = head.sig_len // 2
        wfdb.rdrecord(path[: -len(".hea")], sampfrom=middle, sampto=middle + int(10 * head.fs))

    return work


def pyedflib_least(path):
    """Reads all and says the least and the greatest of it: what an overview of the whole needs."""
    import pyedflib

    def work():
        with pyedflib.EdfReader(path) as file:
            for n in range(file.signals_in_file):
                signal = file.readSignal(n)
                signal.reshape(-1, 1000).min(axis=1), signal.reshape(-1, 1000).max(axis=1)

    return work


def mne_csv(path, out):
    import mne

    return lambda: mne.io.read_raw(path, preload=True, verbose="error").to_data_frame().to_csv(out, index=False)


def pyedflib_csv(path, out):
    import numpy as np
    import pyedflib

    def work():
        with pyedflib.EdfReader(path) as file:
            hz = file.getSampleFrequency(0)
            signals = [file.readSignal(n) for n in range(file.signals_in_file)]
        time_s = np.arange(len(signals[0])) / hz
        np.savetxt(out, np.column_stack([time_s, *signals]), delimiter=",", fmt="%.6g")

    return work


def pyedflib_edf(path, out):
    """Reads all and writes it anew, as its `highlevel` does."""
    from pyedflib import highlevel

    def work():
        signals, heads, head = highlevel.read_edf(path)
        highlevel.write_edf(out, signals, heads, head)

    return work


def main():
    told, what, *words = sys.argv[1:]
    work = globals()[what](*words)
    wall, before = time.perf_counter(), os.times()
    work()
    wall, after = time.perf_counter() - wall, os.times()
    used = sum(after[:4]) - sum(before[:4])
    with open(told, "w") as file:
        json.dump({"wall": wall, "cpu": used}, file)


main()
