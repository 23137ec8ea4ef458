#!/usr/bin/env python3
"""How many crates the program is made of on this computer, and how many of them each direct dependency alone brings: for docs/DEPENDENCIES.md. By `cargo tree`; what
only tests need is left out."""

import re
import subprocess


def main():
    words = ["cargo", "tree", "--locked", "--edges", "normal,build", "--prefix", "depth", "--no-dedupe"]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    below = {}
    for line in lines[1:]:
        depth, crate = re.match(r"(\d+)(\S+ \S+)", line).groups()
        if depth == "1":
            direct = crate
            below[direct] = set()
        below[direct].add(crate)
    print(f"{len(below)} direct, {len(set().union(*below.values()))} in all")
    for direct, crates in below.items():
        others = set().union(*(set(them) for other, them in below.items() if other != direct))
        print(f"{direct.split()[0]:<20} {len(crates - others):>3} of {len(crates)}")


main()
