#!/usr/bin/python3
"""Many small runs leave the database file, and the time of a run, bounded.

usage: many_runs.py [--runs N | --long]    N runs (250) of one new object each, a handful of records; --long: 1,000

Compares the file with that of one clean load of the same objects, and the last runs with the first ones by their
processor time, so that other work on the machine does not count. STARLIFT_RELEASE names the binary, else it is
build/release/starlift.
"""

import argparse
import resource
import shutil
import statistics
import sys
import time
from typing import NamedTuple

from scratch import make_scratch_folder
from sparkify_data import generate
from warehouse import Failure, Warehouse

RUNS, LONG_RUNS = 250, 1000
SHOWN = (10, 100, 250, 500, 1000)
WINDOW = 20  # runs of which the median is compared
EVENTS_PER_OBJECT = 5
# Each commit writes new blocks before it frees the old ones, so the file has room for both.
MOST_TIMES_THE_CLEAN_FILE = 3
# Listing and ledger grow with the objects; nothing else may.
MOST_TIMES_THE_FIRST_RUNS = 2


class Run(NamedTuple):
    elapsed_s: float
    processor_s: float
    file_bytes: int


def measured_run(warehouse):
    began_s, processor_began_s = time.monotonic(), processor_s()
    warehouse.run("etl", "--quiet")
    return Run(time.monotonic() - began_s, processor_s() - processor_began_s, file_bytes(warehouse, "test.duckdb"))


def processor_s():
    """What all finished children took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def file_bytes(warehouse, name):
    return (warehouse.folder / name).stat().st_size


def put(folder, path, content):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def play(folder, count):
    """Prints the series; returns what is over its bound."""
    data_set = generate(folder / "generated", songs=20, events=EVENTS_PER_OBJECT * count, users=20, days=count, seed=5)
    warehouse = Warehouse(folder, data_set)
    logs = [path for path in data_set.objects if path.startswith("log_data")]
    for path in data_set.objects.keys() - set(logs):
        put(folder, path, data_set.objects[path])
    runs = []
    print(f"{'run':>5}  {'elapsed':>9}  {'processor':>9}  {'file':>9}     medians of {WINDOW} runs", flush=True)
    for number, path in enumerate(logs, start=1):
        put(folder, path, data_set.objects[path])
        runs.append(measured_run(warehouse))
        if number in SHOWN or number == count:
            show(number, runs[-WINDOW:])
    warehouse.run("etl", "--quiet", "--database", "clean.duckdb")
    warehouse.run("diff", "test.duckdb", "clean.duckdb")
    print("the tables equal those of one clean load")
    return list(breaches(runs, file_bytes(warehouse, "clean.duckdb")))


def show(number, runs):
    print(f"{number:>5}  {median(runs, 'elapsed_s') * 1000:>6.0f} ms  {median(runs, 'processor_s') * 1000:>6.0f} ms  "
          f"{runs[-1].file_bytes / 2**20:>5.1f} MiB", flush=True)


def breaches(runs, clean_bytes):
    file_ratio = runs[-1].file_bytes / clean_bytes
    time_ratio = median(runs[-WINDOW:], "processor_s") / median(runs[:WINDOW], "processor_s")
    for what, ratio, most in ((f"the file of one clean load ({clean_bytes / 2**20:.1f} MiB)", file_ratio,
                               MOST_TIMES_THE_CLEAN_FILE),
                              (f"the processor time of the first {WINDOW} runs", time_ratio,
                               MOST_TIMES_THE_FIRST_RUNS)):
        verdict = f"{ratio:.2f} x {what}, of {most} x at most"
        print(verdict)
        if ratio > most:
            yield verdict


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--long", action="store_const", dest="runs", const=LONG_RUNS)
    count = parser.parse_args().runs
    folder = make_scratch_folder()
    try:
        failures = play(folder, count)
    except Failure as failure:
        failures = [str(failure)]
    finally:
        shutil.rmtree(folder)
    for failure in failures:
        print(f"failed: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
