"""Trials that run beside each other in a scratch folder."""

import collections
import shutil
import tempfile
import traceback
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from warehouse import Failure

JOBS = 2
MEMORY = Path("/dev/shm")
ROOM_BYTES = 512 << 20


def in_scratch_folder(play):
    """Calls a function with an empty folder, in memory when there is room; returns the exit code.

    Keeps the folder when it fails.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="starlift-property-", dir=MEMORY if has_room else None))
    try:
        play(folder)
    except Failure as failure:
        print(failure)
        return 1
    shutil.rmtree(folder)
    return 0


def run_all(trials):
    """Runs functions beside each other, and takes the next whenever one is done; returns how often they returned what.

    Tells what those that fail raised, at once; fails in the end when there were any.
    """
    outcomes, stories = collections.Counter(), 0
    for trial in finished(trials):
        try:
            outcomes[trial.result()] += 1
        except Exception as failure:  # whatever it is, the other trials go on
            stories += 1
            print(failure if isinstance(failure, Failure) else traceback.format_exc(), flush=True)
    if stories:
        raise Failure(f"{stories} of {stories + outcomes.total()} failed")
    return outcomes


def finished(trials):
    running = set()
    with ThreadPoolExecutor(JOBS) as workers:
        for trial in trials:
            running.add(workers.submit(trial))
            if len(running) == JOBS:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from done
        yield from wait(running).done
