"""Every fuzz target for so long, two at a time, and one table of it. What a target found stops that target; its input is in fuzz/artifacts.

`--write` puts the table with date, commit and command into docs/FUZZING.md, in the place of the one before. What a target may allocate is held by fuzz/src/lib.rs.
"""

import argparse
import re
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).parent.parent
FUZZ = ROOT / "fuzz"
KEPT = FUZZ / "corpora.tar.xz"
BINARIES = FUZZ / "target/x86_64-unknown-linux-gnu/release"
BEGIN, END = "<!-- fuzz-all -->\n", "<!-- /fuzz-all -->\n"


def targets():
    return sorted(re.findall(r'^name = "(\w+)"$', (FUZZ / "Cargo.toml").read_text(), re.M))


def run(target, seconds):
    corpus = FUZZ / "corpus" / target
    found = FUZZ / "artifacts" / target
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    command = [BINARIES / target, corpus, FUZZ / "seeds" / target, f"-max_total_time={seconds}", "-max_len=8000", "-timeout=20",
               "-rss_limit_mb=512", "-use_value_profile=1", "-print_final_stats=1", f"-artifact_prefix={found}/"]
    before = set(found.iterdir())
    done = subprocess.run(command, capture_output=True, check=False)
    text = done.stderr.decode(errors="replace")
    (FUZZ / "artifacts" / f"{target}.log").write_text(text)
    coverage = [int(cov) for cov in re.findall(r"\bcov: (\d+)", text)]
    number = lambda name: int((re.findall(rf"stat::{name}:\s+(\d+)", text) or ["0"])[-1])
    # What is slow is told in the log; it is no finding before it takes longer than the timeout.
    findings = sorted(path.name for path in set(found.iterdir()) - before if not path.name.startswith("slow-unit"))
    size = sum(path.stat().st_size for path in corpus.iterdir())
    row = {"target": target, "seconds": seconds, "executions": number("number_of_executed_units"), "a second": number("average_exec_per_sec"),
           "inputs kept": len(list(corpus.iterdir())), "KiB": size >> 10, "coverage": max(coverage, default=0),
           "memory MiB": number("peak_rss_mb"), "findings": len(findings)}
    if done.returncode and not findings:
        row["findings"] = f"ended with {done.returncode}"
    print(" | ".join(str(value) for value in row.values()), *findings, flush=True)
    return row


def table(rows):
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(str(row[name]) for name in head) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("seconds", type=int)
    options.add_argument("--only", help="targets, between commas")
    options.add_argument("--built", action="store_true", help="run the targets as they are built")
    options.add_argument("--write", action="store_true", help="into docs/FUZZING.md")
    options = options.parse_args()
    chosen = options.only.split(",") if options.only else targets()
    if KEPT.exists() and not (FUZZ / "corpus").exists():
        with tarfile.open(KEPT) as kept:
            kept.extractall(FUZZ, filter="data")
    if not options.built:
        # No sanitizer: there is no unsafe code to watch, and the build takes a fifth of the time.
        subprocess.run(["cargo", "+nightly", "fuzz", "build", "--sanitizer", "none", "--codegen-units", "16"], cwd=ROOT, check=True)
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda target: run(target, options.seconds), chosen))
    text = table(rows)
    print(text)
    if options.write:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        when = datetime.now(timezone.utc).date()
        page = ROOT / "docs/FUZZING.md"
        before, rest = page.read_text().split(BEGIN)
        page.write_text(f"{before}{BEGIN}{when}, commit {commit}, `just fuzz-all {options.seconds}`:\n\n{text}{END}{rest.split(END)[1]}")
    sys.exit(any(row["findings"] for row in rows))


main()
