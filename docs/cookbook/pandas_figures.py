"""Figures of many recordings as one table.

    stillpoint analyze study --format parquet -o figures.parquet
    python pandas_figures.py figures.parquet
"""

import sys

import pandas

rows = pandas.read_parquet(sys.argv[1])
windows = rows[(rows.rhythm == "cranial") & rows.rate_per_min.notna()]
present = windows[windows.present]
table = present.groupby(["file", "channel"]).rate_per_min.median().to_frame("rate_per_min")
# Of windows that overlap: a share, and no number of independent findings. 1 % of them are expected by chance.
table["share_present"] = windows.groupby(["file", "channel"]).present.mean()
print(table.round(2).to_string())
