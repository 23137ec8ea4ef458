"""The same with Polars, over a folder with a file for each recording, none of which has to fit into memory.

    stillpoint analyze study --format parquet --out-dir figures --resume
    python polars_figures.py figures
"""

import sys

import polars as pl

rows = pl.scan_parquet(f"{sys.argv[1]}/**/*.parquet")
table = (
    rows.filter(pl.col("rhythm") == "cranial", pl.col("present"))
    .group_by("file", "channel")
    .agg(pl.col("rate_per_min").median().round(2), pl.len().alias("windows"))
    .sort("file", "channel")
)
with pl.Config(tbl_rows=-1, fmt_str_lengths=80, tbl_width_chars=200):
    print(table.collect())
