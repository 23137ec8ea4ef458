"""Runs sections and writes docs/PERFORMANCE.md of what is known: `main.py [SECTION…]`. What a section found is kept in target/peers/results, so that one can be run
again alone; each says when, at which commit and under which load it was run."""
import json
import os
import subprocess
import sys

import growth
import limits
import live
import measure
import offline
import report
import shown

SECTIONS = {
    "start": offline.start,
    "live": live.live,
    "shown": shown.shown,
    "estimates": offline.estimates,
    "open": offline.opening,
    "convert": offline.conversion,
    "limits": limits.limits,
    "growth": growth.growth,
}


def versions():
    """Of everything that was compared."""
    pip = subprocess.run([measure.PYTHON, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True)
    wanted = {"heartpy", "mne", "neurokit2", "numpy", "pyEDFlib", "wfdb"}
    told = [f"{row['name']} {row['version']}" for row in json.loads(pip.stdout) if row["name"] in wanted]
    dpkg = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "ttyplot"], capture_output=True, text=True)
    scope = subprocess.run([os.path.join(measure.PEERS, "cargo", "bin", "scope-tui"), "--version"], capture_output=True, text=True)
    ours = subprocess.run([measure.STILLPOINT, "--version"], capture_output=True, text=True, check=True)
    return [ours.stdout.strip(), f"ttyplot {dpkg.stdout}", scope.stdout.strip(), *told, f"Python {sys.version.split()[0]}"]


def main():
    wanted = sys.argv[1:] or list(SECTIONS)
    unknown = [name for name in wanted if name not in SECTIONS and name != "report"]
    if unknown:
        raise SystemExit(f"no section {unknown[0]}; there are {', '.join(SECTIONS)} and report")
    results = os.path.join(measure.PEERS, "results")
    os.makedirs(results, exist_ok=True)
    for name in [name for name in wanted if name != "report"]:
        print(f"== {name}", flush=True)
        before = measure.now()
        found = SECTIONS[name]()
        kept = {**before, "load_after": measure.now()["load"], "found": found}
        with open(os.path.join(results, f"{name}.json"), "w") as file:
            json.dump(kept, file, indent=1)
    known = {}
    for name in SECTIONS:
        path = os.path.join(results, f"{name}.json")
        if os.path.exists(path):
            with open(path) as file:
                known[name] = json.load(file)
    report.write(known, versions())


main()
