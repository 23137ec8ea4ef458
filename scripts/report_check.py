"""Reports as others see them: the Nu HTML Checker (vnu) on pages of every kind of session, and how many sheets of A4 Chromium prints of an ordinary one.

Needs java, npm (vnu-jar is fetched into target/report) and chromium with pdfinfo. `just report-check`.
"""

import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/debug/stillpoint"
WORK = ROOT / "target/report"
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
]


def annotation(number, kind, start, end, label):
    return json.dumps({"type": "annotation", "edit": "put", "id": number, "kind": kind, "start": start, "end": end, "label": label})


def session(name, of, lines):
    """A copy of a session with lines more in its journal."""
    folder = WORK / name
    shutil.copytree(ROOT / "recordings" / of, folder)
    journal = folder / "events.jsonl"
    *before, end = journal.read_text().rstrip("\n").split("\n")
    journal.write_text("\n".join([*before, *lines, end, ""]))
    return folder


def kinds():
    """Name, arguments and the most pages of A4, where there is a most."""
    taps = [annotation(100 + n, "tap", 500 + n * 242 + n * 37 % 40, None, "") for n in range(20)]
    marks = [annotation(200 + n, "mark", 100 + n * 140, None, f"label {n} <b>&") for n in range(40)]
    gap = json.dumps({"type": "gap", "start": 0, "end": 7500, "cause": "unplugged", "exact": True})
    empty = session("gaps", "steady", [gap])
    wav = bytearray((empty / "signal.wav").read_bytes())
    data = wav.index(b"data") + 8
    wav[data:] = struct.pack("<f", float("nan")) * ((len(wav) - data) // 4)
    (empty / "signal.wav").write_bytes(wav)
    (WORK / "short.csv").write_text("time,left [µm],right [µm]\n0.00,1,2\n0.01,1,2\n")
    ordinary = [ROOT / "recordings" / name for name in ("client", "steady", "quiet", "breath")]
    return [(path.name, [path], 2) for path in ordinary] + [
        ("labels", [session("labels", "client", taps + marks)], None),
        ("gaps", [empty], 2),
        ("short", [WORK / "short.csv"], 2),
        ("two", [ROOT / "recordings/client", session("after", "client", [])], None),
    ]


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", WORK / "npm", "vnu-jar@26.9.27"], check=True)
    jar = next((WORK / "npm").rglob("vnu.jar"))
    wrong = []
    for name, paths, most in kinds():
        for ending in ("html", "svg"):
            subprocess.run([PROGRAM, "report", *paths, "-o", WORK / f"{name}.{ending}"], check=True, stdout=subprocess.DEVNULL)
        page, pdf = WORK / f"{name}.html", WORK / f"{name}.pdf"
        profile = f"--user-data-dir={WORK / 'chromium'}"
        subprocess.run([*CHROMIUM, profile, f"--print-to-pdf={pdf}", page.as_uri()], check=True, stderr=subprocess.DEVNULL)
        sheets = int(re.search(r"Pages:\s+(\d+)", subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout)[1])
        print(f"{name}: {page.stat().st_size / 1000:.0f} KB, {sheets} sheets of A4")
        if most is not None and sheets > most:
            wrong.append(f"{name}: {sheets} sheets, at most {most} wanted")
    pages = sorted(str(path) for ending in ("html", "svg") for path in WORK.glob(f"*.{ending}"))
    checked = subprocess.run(["java", "-jar", jar, "--also-check-svg", *pages], capture_output=True, text=True, check=False)
    print(f"vnu: {len(pages)} files")
    wrong += checked.stderr.splitlines()
    print("\n".join(wrong) or "all as wanted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
