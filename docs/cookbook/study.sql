-- A study as one table, in DuckDB: files are read where they lie, whatever their number.
--
--     stillpoint analyze study --format parquet --out-dir figures --resume
--     stillpoint export study --to parquet --partition -o lake --resume
--     duckdb < study.sql          (or in Python: duckdb.sql(open("study.sql").read()))

-- The figures: a row a window, rhythm and channel.
SELECT file, channel, round(median(rate_per_min), 2) AS rate_per_min, count(*) AS windows
FROM 'figures/**/*.parquet'
WHERE rhythm = 'cranial' AND present
GROUP BY ALL ORDER BY ALL;

-- The samples: a column a channel, null where one is missing, subject and session from the folders.
SELECT subject, session, count(*) AS frames, round(max(time_s), 1) AS seconds, count(*) - count(sacrum) AS without_sacrum
FROM read_parquet('lake/samples/**/*.parquet', hive_partitioning = true, union_by_name = true)
GROUP BY ALL ORDER BY ALL;
