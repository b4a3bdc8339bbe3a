"""Reads tables in three ways, asks the questions of them in SQL, and prints what differs.

Usage: tables.py TABLES ANSWERS; ANSWERS has NN.sql and NN.csv, the answer in SPARQL."""
import csv
import glob
import os
import sys

import duckdb
import pandas
import polars

tables, answers = sys.argv[1:]
database = duckdb.connect()
names = sorted(os.path.basename(f)[: -len(".parquet")] for f in glob.glob(f"{tables}/*.parquet"))
for name in names:
    file = f"{tables}/{name}.parquet"
    database.execute(f"CREATE VIEW \"{name}\" AS FROM '{file}'")
    columns = database.execute(f'DESCRIBE "{name}"').fetchall()
    counts = ", ".join(f'count("{c[0]}")' for c in columns)
    here = database.execute(f'SELECT count(*), {counts} FROM "{name}"').fetchone()
    panda, polar = pandas.read_parquet(file), polars.read_parquet(file)
    there = (len(panda), *(int(panda[c[0]].notna().sum()) for c in columns))
    elsewhere = (polar.height, *(polar.height - polar[c[0]].null_count() for c in columns))
    if not here == there == elsewhere:
        print(f"{name}: duckdb counts {here}, pandas {there}, polars {elsewhere}")
    kinds = {"VARCHAR": "String", "VARCHAR[]": "List(String)", "BIGINT": "Int64", "DOUBLE": "Float64",
             "BOOLEAN": "Boolean", "DATE": "Date", "TIMESTAMP": "Datetime(time_unit='us', time_zone=None)"}
    for column in columns:
        if kinds.get(column[1]) != str(polar[column[0]].dtype):
            print(f"{name}.{column[0]}: {column[1]} in duckdb, {polar[column[0]].dtype} in polars")


def normal(value):
    """A value without the spelling of its number."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return f"{float(value):.9g}"
    except (TypeError, ValueError):
        return str(value)


asked = rows = 0
for file in sorted(glob.glob(f"{answers}/*.sql")):
    with open(file, encoding="utf-8") as text:
        result = database.execute(text.read())
    columns = [c[0] for c in result.description]
    have = sorted(tuple(map(normal, row)) for row in result.fetchall())
    with open(file[: -len("sql")] + "csv", encoding="utf-8", newline="") as text:
        header, *lines = csv.reader(text)
    want = sorted(tuple(map(normal, row)) for row in lines)
    asked, rows = asked + 1, rows + len(want)
    if [c.lower() for c in columns] != [h.lower() for h in header]:
        print(f"{os.path.basename(file)}: columns {columns}, expected {header}")
    if have != want:
        print(f"{os.path.basename(file)}: {len(have)} rows, expected {len(want)};",
              f"only in SQL {[r for r in have if r not in want][:3]}, only in SPARQL {[r for r in want if r not in have][:3]}")
print(f"{len(names)} tables, {asked} questions, {rows} rows")
