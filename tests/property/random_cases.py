#!/usr/bin/python3
"""Random histories of a warehouse: whatever happens, a run that completes leaves the tables of one clean load.

usage: random_cases.py [--seed S] [--cases N] [--seconds T]    N cases from seed S on; if time runs out, 200 of them
                                                                on DuckDB, and a third on the others, as long as that
                                                                takes no more than 175 s
       random_cases.py --long                                  new seeds, until it is told to stop (Ctrl-C)
       random_cases.py --case SEED                             one case, step by step
       ... --engine postgres                                   on PostgreSQL, against a clean load into DuckDB
       ... --engine redshift                                   on the double of Redshift, likewise

A case follows from its seed, except for what happens at the same time: a run that is killed may have come a little
further in the next try. STARLIFT names the binary, else it is build/release/starlift.
"""

import argparse
import itertools
import math
import random
import shutil
import signal
import sys
import threading
import time
import traceback
from contextlib import closing
from functools import partial

import shop_data
import sparkify_data
from case import Case
from trials import in_scratch_folder, run_all
from warehouse import Failure, engines

CASES = 300
SECONDS = 120
FEWEST_ON_DUCKDB = 200
LONGEST_S = 175  # for the fewest
EVERY_NTH_IS_SHOP = 3


def play(engine, seed, folder, say=None):
    """Plays one case; fails with its story, and then keeps its folder."""
    steps = []
    case_folder = folder / f"case-{seed}"
    case_folder.mkdir()
    try:
        rng = random.Random(seed)
        data_set = (sparkify_data if seed % EVERY_NTH_IS_SHOP else shop_data).make(rng, case_folder / "generated")
        with Case(rng, case_folder, data_set, say or steps.append, engine) as case:
            case.play()
    except Exception as failure:
        what = str(failure) if isinstance(failure, Failure) else traceback.format_exc()
        story = "".join(f"\n  {step}" for step in steps)
        raise Failure(f"case {seed} failed:{story}\n{what.rstrip()}\nits folder: {case_folder}\n"
                      f"to replay it: tests/property/random_cases.py --engine {engine.name} --case {seed}") from None
    shutil.rmtree(case_folder)


def play_all(engine, arguments, is_told_to_stop, folder):
    began_s = time.monotonic()
    outcomes = run_all(partial(play, engine, seed, folder) for seed in seeds(arguments, is_told_to_stop))
    count, fewest = outcomes.total(), fewest_cases(arguments)
    print(f"{count} random cases passed in {time.monotonic() - began_s:.0f} s")
    if count < fewest:
        print(f"too few: they should have been {fewest}; the machine is slow, or it was told to stop")


def seeds(arguments, is_told_to_stop):
    """The next one as long as there is time."""
    first = random.SystemRandom().randrange(10**9) if arguments.long else arguments.seed
    most, seconds = (None, math.inf) if arguments.long else (arguments.cases, arguments.seconds)
    began_s, fewest = time.monotonic(), fewest_cases(arguments)
    for count, seed in enumerate(itertools.islice(itertools.count(first), most)):
        time_s = seconds if count >= fewest else max(seconds, LONGEST_S)
        if is_told_to_stop.is_set() or time.monotonic() - began_s > time_s:
            return
        if count % 100 == 0:
            print(f"from seed {seed}", flush=True)
        yield seed


def fewest_cases(arguments):
    """So many are played even when that takes longer than it should."""
    if arguments.long:
        return 0
    return min(FEWEST_ON_DUCKDB, arguments.cases) if arguments.engine == "duckdb" else arguments.cases // 3


def main():
    arguments = parse_arguments()
    is_told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_told_to_stop.set())
    with closing(engines.ENGINES[arguments.engine]()) as engine:
        if arguments.case is None:
            return in_scratch_folder(partial(play_all, engine, arguments, is_told_to_stop))
        return in_scratch_folder(partial(play, engine, arguments.case, say=lambda step: print(f"  {step}", flush=True)))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed (1)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many at most ({CASES})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"start no more after this time ({SECONDS})")
    parser.add_argument("--long", action="store_true", help="new seeds, until it is told to stop")
    parser.add_argument("--engine", choices=engines.ENGINES, default="duckdb")
    parser.add_argument("--case", type=int, metavar="SEED", help="play this one, step by step")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
