"""Writes scipy.json: figures of SciPy that stillpoint's own are checked against. pip install scipy numpy; python3 tests/data/make_scipy.py

Where a definition is the same ours agree to 1e-9; where it is not, the test says by how much and why (src/rhythm/).
"""
import json
import pathlib

import numpy
import scipy
from scipy import signal, stats
from scipy.signal import windows


def listed(values):
    return list(map(float, values))


def trace(samples):
    """Two lines, a slope and something uneven: the same in the Rust tests."""
    i = numpy.arange(samples)
    return numpy.cos(0.31 * i) + 0.5 * numpy.sin(0.83 * i + 1.0) + 0.01 * i + 0.3 * numpy.sin(0.002 * i * i)


def multitaper(x, y, nw, count, padded):
    """Mean over the tapers of SciPy's periodograms, and the coherence of x and y at the same bins, without any trend taken out."""
    tapers = windows.dpss(len(x), nw, count)
    power = numpy.mean([signal.periodogram(x, window=taper, nfft=padded, detrend=False)[1] for taper in tapers], axis=0)
    of = lambda z: numpy.fft.rfft(tapers * z, padded, axis=1)
    cross, own, others = (of(x) * of(y).conj()).sum(0), (abs(of(x)) ** 2).sum(0), (abs(of(y)) ** 2).sum(0)
    return power, abs(cross) ** 2 / (own * others)


def phases(x):
    """Unwrapped phase of the analytic signal."""
    return numpy.unwrap(numpy.angle(signal.hilbert(x)))


i = numpy.arange(400)
# Whole cycles of 20 samples: both definitions are exact. Then a rate that swings by 6 % over the window.
steady = numpy.cos(2 * numpy.pi * i / 20 + 0.4)
swinging = numpy.cos(2 * numpy.pi * (i / 20 + 0.2 * numpy.sin(2 * numpy.pi * i / 400)))
power, coherence = multitaper(trace(120), trace(120)[::-1], 3.5, 6, 512)

out = {
    "scipy": scipy.__version__,
    "numpy": numpy.__version__,
    "dpss_64": [listed(taper) for taper in windows.dpss(64, 3.5, 6)],
    "dpss_300_every_7th": [listed(taper[::7]) for taper in windows.dpss(300, 3.5, 6)],
    "dpss_299_5_every_7th": [listed(taper[::7]) for taper in windows.dpss(299, 5.0, 9)],
    "f_sf_2_10": [[f, float(stats.f.sf(f, 2, 10))] for f in (0.1, 1.0, 4.1, 7.56, 25.0, 200.0)],
    "chi2_logsf": [[x, k, float(stats.chi2.logsf(x, k))] for k in (2, 4, 6, 8, 16) for x in (0.5, 4.0, 18.42, 60.0, 300.0)],
    "t_ppf_0.975": [[m, float(stats.t.ppf(0.975, m))] for m in (1, 1.5, 2, 2.7, 3, 4, 5, 8, 10, 15, 16.4, 30, 60, 61, 250, 1e4, 1e9)],
    "binom_tail": [
        [n, k, p, float(stats.binom.sf(k - 1, n, p))]
        for n, k, p in ((1, 1, 0.01), (10, 1, 0.01), (10, 3, 0.01), (38, 36, 0.01), (60, 2, 0.05), (500, 20, 0.01), (2001, 1001, 0.5))
    ],
    "ncf_cdf_2": [[f, b, l, float(stats.ncf.cdf(f, 2, 2 * b, l))] for b in (3, 5) for f, l in ((0.3, 0.5), (2.0, 1.0), (9.0, 12.0), (30.0, 40.0))],
    "multitaper_power": listed(power[1:-1]),
    "multitaper_coherence": listed(coherence),
    "hilbert_steady": listed(phases(steady)),
    "hilbert_swinging": listed(phases(swinging)),
}
pathlib.Path(__file__).with_name("scipy.json").write_text(json.dumps(out, indent=0) + "\n")
