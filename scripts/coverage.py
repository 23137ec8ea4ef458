"""What the tests go through, floor by floor, and the lines of signal, wire, rhythm and store that no test goes through (into target/coverage.txt).

Needs cargo-llvm-cov and the llvm-cov and llvm-profdata of a version that knows the compiler's (LLVM_COV and LLVM_PROFDATA say where; Debian's llvm-19 will do).
Arguments after `--` go to cargo test.
"""

import argparse
import os
import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTED = ("signal", "wire", "rhythm", "store")


def cargo(*words):
    environment = {**os.environ, "CARGO_INCREMENTAL": "0"}
    for name, tool in (("LLVM_COV", "llvm-cov"), ("LLVM_PROFDATA", "llvm-profdata")):
        found = next((path for version in ("-22", "-21", "-20", "-19", "") if (path := shutil.which(tool + version))), tool)
        environment.setdefault(name, found)
    subprocess.run(["cargo", "llvm-cov", *words], cwd=ROOT, env=environment, check=True)


def lines():
    """Of each file below src/: every line that can be gone through, and whether it was."""
    told = ROOT / "target/coverage.lcov"
    cargo("report", "--lcov", "--output-path", str(told))
    found, file = defaultdict(dict), None
    for line in told.read_text().splitlines():
        if line.startswith("SF:"):
            file = Path(line[3:]).relative_to(ROOT / "src").as_posix()
        elif line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            found[file][int(number)] = found[file].get(int(number), False) or count != "0"
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--told", action="store_true", help="tell of the last run again")
    options.add_argument("more", nargs="*", help="for cargo test, after --")
    options = options.parse_args()
    if not options.told:
        cargo("--no-report", "--ignore-run-fail", "test", *options.more)
    found = lines()
    there, gone = Counter(), Counter()
    for file, of in found.items():
        floor = file.split("/")[0]
        there[floor] += len(of)
        gone[floor] += sum(of.values())
    print("| floor | lines | gone through |\n|---|---:|---:|")
    for floor in sorted(there):
        print(f"| {floor} | {there[floor]} | {100 * gone[floor] / there[floor]:.1f} % |")
    left = []
    for file, of in sorted(found.items()):
        if file.split("/")[0] in LISTED:
            text = (ROOT / "src" / file).read_text().splitlines()
            left += [f"{file}:{number}: {text[number - 1].strip()}" for number, seen in sorted(of.items()) if not seen]
    (ROOT / "target/coverage.txt").write_text("\n".join(left) + "\n")
    print(f"\n{len(left)} lines of {', '.join(LISTED)} in target/coverage.txt")


main()
