"""Runs the recipes of docs/cookbook on a study of simulated sessions; tests/cookbook/run makes what they need. Each has to find what was simulated: 6 cycles a
minute in `steady`, about 6.2 in `client`. Exits 1 with a line for every recipe that does not, or whose tool is not here.

    check.py PROGRAM FOLDER [--markdown FILE] [RECIPE...]
"""

import datetime
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parents[2]
BOOK = HERE / "docs" / "cookbook"
STEADY, CLIENT = r"steady.*\b(6|5\.9\d?|6\.0\d?)\b", r"client.*\b6\.[123]\d?\b"
AUDIO = "figures_file = 'figures.csv'; signal_file = 'study/sub-02/steady/signal.wav'; figures"
VERSION = "import importlib.metadata as m; print(m.version('{}'))"

# Name: the command, what its output has to match, and the command that tells the version of its tool.
RECIPES = {
    "pandas": (["python", BOOK / "pandas_figures.py", "figures.parquet"], [STEADY, CLIENT], ["python", "-c", VERSION.format("pandas")]),
    "polars": (["python", BOOK / "polars_figures.py", "figures"], [STEADY, CLIENT], ["python", "-c", VERSION.format("polars")]),
    "duckdb": (
        ["python", "-c", "import duckdb, sys\nfor one in duckdb.extract_statements(open(sys.argv[1]).read()): print(duckdb.sql(one.query))", BOOK / "study.sql"],
        [STEADY, CLIENT, r"02.*\b9000\b.*\b150\b"],
        ["python", "-c", VERSION.format("duckdb")],
    ),
    "mne": (["python", BOOK / "mne_edf.py", "edf/sub-02/steady.edf"], [r"sacrum: highest at 6\.0 /min", r"150\.00 s +3\.00 s +gap: unplugged"], ["python", "-c", VERSION.format("mne")]),
    "spark": (["python", BOOK / "spark_study.py", "edf/*/*.edf", "spark"], [STEADY, CLIENT], ["python", "-c", VERSION.format("pyspark")]),
    "spark, shipped": (["python", BOOK / "spark_study.py", "edf/*/*.edf", "shipped", "--ship"], [STEADY, CLIENT], ["python", "-c", VERSION.format("pyspark")]),
    "snakemake": (
        ["snakemake", "--snakefile", BOOK / "Snakefile", "--cores", "2", "--config", "study=edf", "--quiet", "all"],
        [],
        ["python", "-c", VERSION.format("snakemake")],
    ),
    "R": (["Rscript", BOOK / "figures.R", "figures.csv"], [STEADY, CLIENT], ["Rscript", "--version"]),
    "Octave": (
        ["octave-cli", "--quiet", "--path", BOOK, "--eval", AUDIO],
        [STEADY, CLIENT, r"9000 samples, 150 missing; highest at 6\.\d /min"],
        ["octave-cli", "--version"],
    ),
}


def study(program, folder):
    """Three subjects, and what the recipes are told to make of them."""
    shutil.rmtree(folder, ignore_errors=True)
    for subject, session in [("sub-01", "client"), ("sub-02", "steady"), ("sub-03", "quiet")]:
        shutil.copytree(HERE / "recordings" / session, folder / "study" / subject / session)

    def run(*words):
        subprocess.run([program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("analyze", "study", "--format", "parquet", "-o", "figures.parquet")
    run("analyze", "study", "--format", "csv", "-o", "figures.csv")
    run("analyze", "study", "--format", "parquet", "--out-dir", "figures", "--resume")
    run("export", "study", "--to", "parquet", "--partition", "-o", "lake", "--resume")
    run("export", "study", "--to", "edf", "-o", "edf")


def recipe(name, folder, environment):
    """What is wrong with it, or nothing; and the seconds that it took."""
    command, wanted, _ = RECIPES[name]
    if name == "snakemake":
        # It writes where the figures of the others are.
        folder = folder / "snakemake"
        folder.mkdir()
        (folder / "edf").symlink_to("../edf")
    if shutil.which(command[0], path=environment["PATH"]) is None:
        return f"{command[0]} is not here", 0.0
    begin = time.monotonic()
    ran = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True)
    took = time.monotonic() - begin
    if ran.returncode:
        return f"exit status {ran.returncode}\n{ran.stdout}{ran.stderr}", took
    lines = ran.stdout.splitlines()
    missed = [pattern for pattern in wanted if not any(re.search(pattern, line) for line in lines)]
    if name == "snakemake":
        import pandas

        rows = pandas.read_parquet(folder / "figures.parquet")
        found = rows[rows.file.str.contains("steady") & (rows.rhythm == "cranial") & rows.present].rate_per_min.median()
        missed = [] if abs(found - 6) < 0.1 else [f"a median of 6, not {found}"]
    return (f"nothing matches {missed} in\n{ran.stdout}" if missed else None), took


def version(command, environment):
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    return (re.search(r"\d+\.\d+(\.\d+)?", ran.stdout + ran.stderr) or ["?"])[0]


def main(words):
    markdown = None
    if "--markdown" in words:
        at = words.index("--markdown")
        markdown = pathlib.Path(words[at + 1])
        del words[at : at + 2]
    program, folder, *names = words
    program, folder = pathlib.Path(program).resolve(), pathlib.Path(folder).resolve()
    study(program, folder)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "SPARK_LOCAL_IP": "127.0.0.1"}
    environment["PYSPARK_SUBMIT_ARGS"] = "--master local[2] --conf spark.ui.enabled=false pyspark-shell"
    environment["PYSPARK_PYTHON"] = sys.executable
    failed, rows = 0, []
    for name in names or RECIPES:
        wrong, took = recipe(name, folder, environment)
        failed += wrong is not None
        print(f"{'FAILED' if wrong else 'ok':<7} {name} ({took:.1f} s)" + (f": {wrong}" if wrong else ""), flush=True)
        if wrong is None:
            rows.append(f"| {name} | {version(RECIPES[name][2], environment)} | {took:.1f} |")
    if markdown and not failed:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True).stdout.strip()
        head = (
            "# The recipes, run\n\n"
            f"`just cookbook`, {datetime.date.today()}, commit {commit}, Python {platform.python_version()}. Each recipe ran on three simulated sessions,\n"
            "exported to EDF where it reads EDF, and found the rhythms that are in two of them; seconds are those of two busy cores and say little.\n\n"
            "| recipe | version of its tool | s |\n|---|---|---|\n"
        )
        markdown.write_text(head + "\n".join(rows) + "\n")
    print(f"{len(names or RECIPES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
