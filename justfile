# `just check` is what CI runs. `just` alone lists what there is.

# The folder of real recordings, which is not part of the project.
export STILLPOINT_DATA := env("STILLPOINT_DATA", "../shared/data")

_list:
    @just --list --unsorted

# Format, lints, tests and docs, as CI checks them
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo clippy --test real_data --test long_run -- -D warnings
    cargo test
    RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps

# Licences, bans, sources of the dependencies (needs cargo-deny), and where the network reaches RustSec their advisories
deny:
    cargo deny check bans licenses sources
    cargo deny check advisories || echo "advisories: NOT checked, see above"

# Our figures against the reference table of the real recordings, file by file, and their replay on the screen
real-data:
    cargo run --example real_data
    cargo test --test real_data

# Make the simulated sessions in recordings/ again
recordings:
    cargo run --release --example recordings

# The sessions in recordings/ are, to the byte, what the simulator makes
recordings-same:
    cargo run --example recordings -- target/recordings
    diff -r -x README.md recordings target/recordings

# Every figure of accuracy against its goal, from simulated clients and noises, into docs/ACCURACY.md; about 15 minutes on two cores
accuracy:
    cargo run --release --example accuracy -- --markdown docs/ACCURACY.md --picture docs/detection.svg

# The same with few windows: some minutes, as the tests are built; CI runs it
accuracy-quick:
    cargo run --example accuracy -- --quick

# What a step costs, in microseconds of processor time
speed:
    cargo run --release --example speed

# How fast the wire decoders are, in MB a second of processor time
decode *ARGS:
    cargo run --release --example decode -- {{ARGS}}

# Every fuzz target for so many seconds, two at a time, and a table of it (needs cargo-fuzz and a nightly toolchain; --write: into docs/FUZZING.md)
fuzz-all SECONDS="300" *ARGS:
    python3 scripts/fuzz_all.py {{SECONDS}} {{ARGS}}

# Fuzz one target of fuzz/ for so many seconds, with its output
fuzz TARGET SECONDS="600":
    mkdir -p fuzz/corpus/{{TARGET}}
    cargo +nightly fuzz run --sanitizer none --codegen-units 16 {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} -- -max_total_time={{SECONDS}} -max_len=6000

# Our rates beside HeartPy's and NeuroKit2's on the real recordings, and the time that NeuroKit2 takes (needs pip install heartpy neurokit2)
peers:
    cargo build --release
    python3 docs/peers/rates.py --markdown docs/peers/rates.md
    python3 docs/peers/speed.py --markdown docs/peers/speed.md

# Whether a test notices when the rhythm floor is changed (needs cargo-mutants); hours
mutants *ARGS:
    cargo mutants --file 'src/rhythm/**' --test-tool cargo {{ARGS}} -- --lib rhythm::

# What the tests go through, floor by floor (needs cargo-llvm-cov and Debian's llvm-19 or newer; a quarter of an hour)
coverage *ARGS:
    python3 scripts/coverage.py {{ARGS}}

# The Lab Streaming Layer both ways against liblsl (by pylsl), in a network of its own; half a minute
lsl:
    cargo build --bin stillpoint --example lsl_listen
    python3 scripts/lsl_check.py

# The bridges of docs/bridges/ against devices that are not there; seconds
bridges:
    # A test is built beside it, so that dependencies have the features that the tests' have and are not built again.
    cargo build --bin stillpoint --test stories
    python3 scripts/bridges_check.py

# Our exports read by pyedflib, MNE, soundfile, pandas, Polars, DuckDB and the BIDS validator, in an environment of their own; a minute with a warm cache
interop:
    tests/interop/run

# Reports checked by the Nu HTML Checker and printed by Chromium (needs java, npm, chromium, pdfinfo)
report-check:
    cargo build --bin stillpoint
    python3 scripts/report_check.py

# The recipes of docs/cookbook, each run and held to what it should find (all of them need R, Octave and Java); some minutes, most of them for Spark
cookbook *RECIPES:
    tests/cookbook/run {{RECIPES}}

# What throughput and memory measure with, in target/peers (needs gcc)
_measure:
    cargo build --release --bin stillpoint
    test -x target/peers/bin/python || python3 -m venv target/peers
    target/peers/bin/python -m pip install --quiet --disable-pip-version-check -r docs/peers/throughput.txt
    gcc -O2 -Wall -o target/peers/cost docs/peers/compare/cost.c

# EDF to Parquet beside MNE and pyedflib, MB a second of one core, into docs/peers/throughput.md; a minute
throughput *ARGS: _measure
    target/peers/bin/python docs/peers/throughput.py --markdown docs/peers/throughput.md {{ARGS}}

# The most memory of export, analyze and report as files grow to 1 GB and to two thousand, into docs/peers/memory.md; a quarter of an hour and 3 GB of disk (--quick: a tenth)
memory *ARGS: _measure
    target/peers/bin/python docs/peers/memory.py --markdown docs/peers/memory.md {{ARGS}}

# Time from start to the first frame: demo, and a WAV of 24 hours
first-frame:
    cargo build --release
    python3 scripts/first_frame.py

# Every view as the program draws it, dark and light, at 120x36 and 80x24, into docs/screens
shots:
    cargo run --release --example gallery -- docs/screens

# What store and sensors promise, tried to destruction: power cuts, kill -9, full disks, 72 hours; unplugging, bursts, stalls, garbage, clocks; one table (about 10 minutes; --quick: one; --sensors: the second half)
torture *ARGS:
    cargo build --release
    cargo run --release --example torture -- {{ARGS}}

# Hours of a client at 64 times the speed, watched, recorded, annotated by any keys, unplugged, resized, blocked: nothing lost (8 hours: eight minutes)
long-run HOURS="8":
    HOURS={{HOURS}} cargo test --test long_run -- --nocapture

# Record 8 x 250 Hz and 1 x 10 kHz for some minutes: what is lost, whether memory stands still, what it costs (--live: with the screen on)
soak MINUTES="30" *ARGS:
    cargo build --release
    cargo run --release --example soak -- {{MINUTES}} {{ARGS}}

# A day of 2 x 100 Hz and one of 8 x 250 Hz, opened and moved about in: milliseconds from key to picture, and memory
moving *ARGS:
    cargo run --release --example moving -- {{ARGS}}

# What the live screen costs: processor time, bytes to the terminal, from key to picture (5 minutes)
screen-cost SECONDS="60":
    cargo build --release
    python3 scripts/screen_cost.py {{SECONDS}}

# The sketches of firmware/: compiled for the ATmega328P, their sizes, and their lines recorded by stillpoint (needs arduino-core-avr gcc-avr avr-libc g++; --write keeps the table)
firmware *ARGS:
    cargo build --bin stillpoint
    firmware/build {{ARGS}}

# docs/GETTING-STARTED.md typed and pressed in a terminal, with installing and waiting, into docs/TUTORIAL.md; four minutes and a release build
tutorial:
    TUTORIAL="$(date -u +%F), commit $(git rev-parse --short HEAD)" cargo test --test stories tutorial:: -- --nocapture

# Manual pages and completions, made by the program itself, into target/shipped
shipped:
    cargo build --release --bin stillpoint
    scripts/shipped target/release/stillpoint target/shipped

# A Debian package into target/debian (needs cargo-deb)
deb: shipped
    cargo deb --no-build

# stillpoint beside scope-tui, ttyplot, NeuroKit2, HeartPy, MNE, pyedflib, wfdb and ten lines of C, into docs/PERFORMANCE.md (needs gcc, ttyplot; an hour; or sections: just compare live)
compare *ARGS:
    docs/peers/compare/run {{ARGS}}

# Minima and maxima beside a copy, text beside 300 MB/s of a core
limits:
    cargo run --release --example limits

# Instructions of the ten paths that are gone through all the time, counted by valgrind in the build of the tests, against benches/instructions.txt (--renew: write it anew)
instructions *ARGS:
    CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_CODEGEN_UNITS=1 CARGO_PROFILE_DEV_DEBUG=0 cargo bench --profile dev --bench instructions -- {{ARGS}}
