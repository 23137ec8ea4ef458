"""A study on Spark: the program is mapped over its files, and the rows become one table.

    spark-submit spark_study.py 'study/*/*.edf' figures            where every worker sees the files
    spark-submit spark_study.py 'hdfs:///study/*/*.edf' figures --ship    where they are shipped to the workers

`stillpoint` has to be on the PATH of every worker, or STILLPOINT says where it is.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

from pyspark.sql import SparkSession, functions as f

PROGRAM = os.environ.get("STILLPOINT", "stillpoint")
SCHEMA = "file string, channel string, rhythm string, t double, window_s double, rate_per_min double, rate_low double, rate_high double, amplitude double, unit string, p double, present boolean"


def figures(path):
    """The rows of one file. One that cannot be read fails its task, unless a line of the log is enough for you."""
    ran = subprocess.run([PROGRAM, "analyze", path, "--format", "jsonl", "--jobs", "1"], capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(ran.stderr.strip())
    return [line for line in ran.stdout.splitlines() if json.loads(line)["type"] == "estimate"]


def shipped(file):
    """The same of a file whose bytes came through Spark; its own name stands in the rows."""
    name, data = file
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(name))
        with open(path, "wb") as out:
            out.write(data)
        return [json.dumps({**json.loads(line), "file": name}) for line in figures(path)]


def main(pattern, out, ship):
    spark = SparkSession.builder.appName("stillpoint").getOrCreate()
    if ship:
        rows = spark.sparkContext.binaryFiles(pattern).flatMap(shipped)
    else:
        files = sorted(map(os.path.abspath, glob.glob(pattern)))
        rows = spark.sparkContext.parallelize(files, max(len(files), 1)).flatMap(figures)
    table = spark.read.json(rows, schema=SCHEMA)
    table.write.mode("overwrite").partitionBy("rhythm").parquet(out)
    written = spark.read.parquet(out)
    present = written.where("rhythm = 'cranial' and present").groupBy("file", "channel")
    present.agg(f.round(f.median("rate_per_min"), 2).alias("rate_per_min"), f.count("*").alias("windows")).orderBy("file", "channel").show(100, False)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "--ship" in sys.argv[3:])
