#!/usr/bin/python3
"""Random histories of a warehouse: whatever happens, a run that completes leaves the tables of one clean load.

usage: run.py [--cases N] [--seed S] [--jobs J] [--seconds T]    cases S, S+1, ... until there are N, or T s are over
       run.py --long                                             until it is told to stop (Ctrl-C)
       run.py --case SEED                                        one case, step by step

A case follows from its seed, except for what happens at the same time: a run that is killed may have come a little
further in the next try. STARLIFT_RELEASE names the binary, else it is build/release/starlift.
"""

import argparse
import itertools
import random
import shutil
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import shop_data
import sparkify_data
from case import Case
from scratch import make_scratch_folder
from warehouse import BINARY, Failure

FEWEST_CASES = 100
DATA_SETS = 24
EVERY_NTH_IS_SHOP = 3


class DataSets:
    """Made when first asked for, and shared by the cases."""

    def __init__(self, folder):
        self._folder = folder
        self._made = {}
        self._lock = threading.Lock()

    def of_case(self, seed):
        is_shop = seed % EVERY_NTH_IS_SHOP == 0
        number = seed % DATA_SETS
        with self._lock:
            if number not in self._made:
                rng = random.Random(number)
                folder = self._folder / f"data-{number}"
                self._made[number] = (shop_data if is_shop else sparkify_data).make(rng, folder)
            return self._made[number]


def play(seed, folder, data_sets, say=None):
    """Plays one case; returns the story of its failure, or None. Keeps the folder of a case that failed."""
    steps = []
    case_folder = folder / f"case-{seed}"
    case_folder.mkdir()
    try:
        with Case(seed, case_folder, data_sets.of_case(seed), say or steps.append) as case:
            case.play()
    except Exception as failure:  # whatever it is, the other cases go on
        what = str(failure) if isinstance(failure, Failure) else traceback.format_exc()
        story = "".join(f"\n  {step}" for step in steps)
        return (f"case {seed} failed:{story}\n{what.rstrip()}\n"
                f"its folder: {case_folder}\nto replay it: tests/property/run.py --case {seed}")
    shutil.rmtree(case_folder)
    return None


def play_all(seeds, jobs, is_over, folder):
    """Returns how many passed and how many failed."""
    data_sets = DataSets(folder)
    passed = failed = 0
    running = set()
    with ThreadPoolExecutor(jobs) as workers:
        for seed in itertools.chain(seeds, itertools.repeat(None)):
            if seed is not None and not is_over():
                running.add(workers.submit(play, seed, folder, data_sets))
                if len(running) < jobs:
                    continue
            if not running:
                return passed, failed
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for story in (case.result() for case in done):
                passed, failed = (passed + 1, failed) if story is None else (passed, failed + 1)
                if story:
                    print(story, flush=True)
                elif passed % 50 == 0:
                    print(f"{passed} cases", flush=True)
    return passed, failed


def main():
    arguments = parse_arguments()
    folder = make_scratch_folder()
    is_told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_told_to_stop.set())
    began_s = time.monotonic()

    def is_over():
        is_late = not arguments.long and time.monotonic() - began_s > arguments.seconds
        return is_late or is_told_to_stop.is_set()

    if arguments.case is not None:
        story = play(arguments.case, folder, DataSets(folder), say=lambda step: print(f"  {step}", flush=True))
        print(story or "it passes")
        passed, failed = int(story is None), int(story is not None)
    else:
        end = None if arguments.long else arguments.seed + arguments.cases
        seeds = itertools.takewhile(lambda seed: seed != end, itertools.count(arguments.seed))
        passed, failed = play_all(seeds, arguments.jobs, is_over, folder)
        elapsed_s = time.monotonic() - began_s
        print(f"{passed + failed} cases in {elapsed_s:.0f} s, {(passed + failed) / elapsed_s:.2f} per second")
    fewest = 0 if arguments.long or arguments.case is not None else min(FEWEST_CASES, arguments.cases)
    if passed + failed < fewest:
        print(f"too few: of {arguments.cases} cases at least {fewest} must run")
    if failed == 0:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed + failed < fewest else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=300, help="how many (300)")
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed (1)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at the same time (2)")
    parser.add_argument("--seconds", type=float, default=150, help="start no case after this time (150)")
    parser.add_argument("--long", action="store_true", help="go on until told to stop")
    parser.add_argument("--case", type=int, metavar="SEED", help="play this one, step by step")
    arguments = parser.parse_args()
    if not BINARY.exists():
        parser.error(f"{BINARY} does not exist; run ./dev build, or name a binary with STARLIFT_RELEASE")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
