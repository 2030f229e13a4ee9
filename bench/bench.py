#!/usr/bin/env python3
"""Measures starlift beside its peers and writes the table to bench/results/. ./dev bench calls it."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import against
import cases
import postgres_cases
import s3_cases
from cases import Bench

ROOT = cases.ROOT
HEADER = ["case", "starlift", "spread", "peak memory", "beside", "its time", "spread", "its peak", "ratio", "bar"]


def plan(bench, what, is_quick):
    """The cases in the order of their length."""
    if what == "s3":
        yield from s3_cases.cases(bench, 2_000 if is_quick else 15_000)
        return
    if what == "postgres":
        yield from postgres_cases.cases(bench, 200_000 if is_quick else 2_000_000)
        return
    yield from cases.python_script(bench, 500 if is_quick else 2_000)
    yield from cases.volume(bench, 200_000 if is_quick else 2_000_000)
    yield from postgres_cases.cases(bench, 200_000 if is_quick else 2_000_000)
    yield from cases.catalogue(bench, 20_000 if is_quick else cases.CATALOGUE_SONGS)
    yield from cases.history(bench, [40_000, 400_000] if is_quick else [400_000, 4_000_000, 20_000_000])


def cells(row):
    def of(contestant):
        times = [f"{contestant.median_s:.2f} s", f"+-{contestant.spread:.0%}"] if contestant.seconds else ["", ""]
        return [*times, f"{contestant.peak_bytes / 2**20:,.0f} MiB"]

    return [row.case, *of(row.ours), row.other.name, *of(row.other), f"{row.ratio:.2f} x", row.bar]


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    memory_kib = int(open("/proc/meminfo").readline().split()[1])
    return f"{model or platform.machine()}, {len(os.sched_getaffinity(0))} cores, {memory_kib / 2**20:.0f} GiB, Linux {platform.release()}"


def versions(starlift):
    def first_line(*command):
        if not shutil.which(command[0]):
            return ""
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return (run.stdout or run.stderr).partition("\n")[0]

    lock = (ROOT / "third_party/duckdb.lock").read_text()
    peers = [first_line(postgres_cases.BINARIES / "postgres", "--version"), first_line("/usr/bin/python3", "--version"),
             first_line("curl", "--version").partition(" (")[0], first_line("/usr/bin/aws", "--version").partition(" ")[0]]
    return ", ".join([f"{first_line(starlift, '--version')} ({first_line('git', 'describe', '--always', '--dirty')})",
                      f"DuckDB {duckdb_version(lock)}", *filter(None, peers)])


def duckdb_version(lock):
    """As third_party/duckdb.lock names it: MACHINE PACKAGE VERSION HASH FILES."""
    return next(line.split()[2] for line in lock.splitlines() if line and not line.startswith("#"))


def commands(rows):
    """Every command that was timed, once."""
    seen = {}
    for row in rows:
        for contestant in filter(lambda one: one.seconds, (row.ours, row.other)):
            command = " ".join(str(part).replace(f"{ROOT}/", "") for part in contestant.command)
            seen.setdefault(command, contestant.name)
    return "\n".join(f"- {name}: `{command}`" for command, name in seen.items())


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["s3", "postgres"], help="objects in a bucket, or a PostgreSQL server, alone")
    parser.add_argument("--quick", action="store_true", help="small data sets: ends in five minutes")
    parser.add_argument("--rounds", type=int, default=3, help="how often each command runs (3)")
    parser.add_argument("--against", metavar="REV", help="beside the binary of an earlier revision instead; fails when slower")
    parser.add_argument("--starlift", type=Path, default=ROOT / "build/release/starlift", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    bench = Bench(arguments.starlift, ROOT / "build/bench/bench", ROOT / "build/bench/data", arguments.rounds)

    if arguments.against:
        raise SystemExit(guard(bench, arguments))

    rows = []
    for row in plan(bench, arguments.what, arguments.quick):
        rows.append(row)
        print("  ".join(cells(row)), flush=True)
    size = "-".join(filter(None, [arguments.what, "quick" if arguments.quick else "full"]))
    text = (f"# {date.today()}, {size}\n\n{machine()}\\\n{versions(arguments.starlift)}\\\n"
            f"`./dev bench {' '.join(sys.argv[1:])}`: medians of {arguments.rounds} runs in turn, half of their range as "
            f"the spread; a ratio is the peer's time by starlift's (>=), or starlift's by the floor's (<=)\n\n"
            f"{markdown(HEADER, [cells(row) for row in rows])}\n\n{commands(rows)}\n")
    results = ROOT / "bench/results"
    results.mkdir(exist_ok=True)
    target = results / f"{date.today()}-{size}.md"
    target.write_text(text)
    print(f"\n{text}\nwritten to {target.relative_to(ROOT)}")


def guard(bench, arguments):
    """Returns the exit code: 1 when a case became slower."""
    pairs = []
    for pair in against.pairs(bench, arguments.against, arguments.quick):
        pairs.append(pair)
        print("  ".join(pair.cells()), flush=True)
    print(f"\n{markdown(against.HEADER, [pair.cells() for pair in pairs])}")
    return any(pair.is_slower for pair in pairs)


if __name__ == "__main__":
    main()
