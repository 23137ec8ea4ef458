"""Writes scipy.json: figures of SciPy that stillpoint's own are checked against. python3 tests/data/make_scipy.py (SciPy 1.17.1)"""
import json
import pathlib
import scipy
from scipy import stats
from scipy.signal import windows

out = {
    "scipy": scipy.__version__,
    "dpss_64": [list(map(float, taper)) for taper in windows.dpss(64, 3.5, 6)],
    "dpss_300_every_7th": [list(map(float, taper[::7])) for taper in windows.dpss(300, 3.5, 6)],
    "f_sf_2_10": [[f, float(stats.f.sf(f, 2, 10))] for f in (0.1, 1.0, 4.1, 7.56, 25.0, 200.0)],
}
pathlib.Path(__file__).with_name("scipy.json").write_text(json.dumps(out, indent=0) + "\n")
