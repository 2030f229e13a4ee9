#!/usr/bin/python3
"""Many small runs leave the database file, and the time of a run, bounded.

usage: many_runs.py [--runs N]    N runs (1,000)

Each run finds that the day's log has grown by a handful of events, as if it were scheduled every few minutes. Compares
the file with that of one clean load of the same objects, and the last runs with the first ones by their processor time,
so that other work on the machine does not count. STARLIFT names the binary, else it is build/release/starlift.
"""

import argparse
import itertools
import resource
import statistics
import sys
import time
from functools import partial
from typing import NamedTuple

from sparkify_data import generate
from trials import in_scratch_folder
from warehouse import Failure, Warehouse, differences, engines

RUNS = 1000
SHOWN = (10, 100, 200, 500, 1000)
WINDOW = 20  # runs of which the median is compared
RUNS_PER_DAY = 5
EVENTS_PER_RUN = 5
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
    return Run(time.monotonic() - began_s, processor_s() - processor_began_s, file_bytes(warehouse, engines.DuckDb.file))


def processor_s():
    """What all finished children took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def file_bytes(warehouse, name):
    return (warehouse.folder / name).stat().st_size


def growing_logs(data_set):
    """Path and content of each log, several times until it is complete."""
    for path, content in data_set.objects.items():
        if path.startswith("log_data"):
            lines = content.splitlines(keepends=True)
            for part in range(1, RUNS_PER_DAY + 1):
                yield path, b"".join(lines[: len(lines) * part // RUNS_PER_DAY])


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def play(count, folder):
    """Prints the series; fails when something is over its bound."""
    data_set = generate(folder / "generated", songs=20, events=EVENTS_PER_RUN * count, users=20,
                        days=-(-count // RUNS_PER_DAY), seed=5)
    warehouse = Warehouse(folder, data_set)
    for path, content in data_set.objects.items():
        if not path.startswith("log_data"):
            put(folder / path, content)
    runs = []
    print(f"{'run':>5}  {'elapsed':>9}  {'processor':>9}  {'file':>9}     medians of {WINDOW} runs", flush=True)
    for number, (path, content) in enumerate(itertools.islice(growing_logs(data_set), count), start=1):
        put(folder / path, content)
        runs.append(measured_run(warehouse))
        if number in SHOWN or number == count:
            show(number, runs[-WINDOW:])
    clean = "clean.duckdb"
    warehouse.run("etl", "--quiet", "--database", clean)
    if tables := differences(warehouse.state(), warehouse.state(clean)):
        raise Failure(f"{', '.join(tables)} differ from those of one clean load")
    if over := list(breaches(runs, file_bytes(warehouse, clean))):
        raise Failure(f"over the bound: {'; '.join(over)}")


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
    return in_scratch_folder(partial(play, parser.parse_args().runs))


if __name__ == "__main__":
    sys.exit(main())
