"""A recording in MNE, with its annotations and gaps, and where its spectrum is highest between 3 and 15 /min.

    stillpoint export SESSION --to edf -o out
    python mne_edf.py out/SESSION.edf

MNE joins the two sides of a pause (EDF+D), and leaves annotations at the times that they had. Here they are moved to where their samples are, each gap becomes a BAD
stretch, and the spectrum is that of the longest stretch without one.
"""

import sys

import mne

raw = mne.io.read_raw(sys.argv[1], preload=True, verbose="error")
gaps = [(a["onset"], a["duration"]) for a in raw.annotations if a["description"].startswith("gap: ")]


def joined(time):
    """When it is in MNE, of a time in the recording."""
    return time - sum(min(max(time - start, 0), length) for start, length in gaps)


placed = []
for a in raw.annotations:
    is_gap = a["description"].startswith("gap: ")
    start, end = joined(a["onset"]), joined(a["onset"] + a["duration"])
    print(f"{a['onset']:8.2f} s  {a['duration']:6.2f} s  {a['description']}")
    placed.append((start, 1 / raw.info["sfreq"] if is_gap else end - start, "BAD_gap" if is_gap else a["description"]))
raw.set_annotations(mne.Annotations(*map(list, zip(*placed))) if placed else mne.Annotations([], [], []))
edges = [0, *(joined(start) for start, _ in gaps), raw.times[-1]]
start, end = max(zip(edges, edges[1:]), key=lambda stretch: stretch[1] - stretch[0])
whole = raw.copy().crop(start, end, include_tmax=False)
# A minute resolves 1 /min.
length = min(int(60 * raw.info["sfreq"]), whole.n_times)
how = {"n_fft": length, "n_overlap": length // 2, "reject_by_annotation": False, "verbose": "error"}
spectrum = whole.compute_psd(method="welch", picks="all", fmin=3 / 60, fmax=15 / 60, **how)
for channel, power in zip(spectrum.ch_names, spectrum.get_data(picks="all")):
    print(f"{channel}: highest at {60 * spectrum.freqs[power.argmax()]:.1f} /min")
