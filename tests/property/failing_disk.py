#!/usr/bin/python3
"""A disk that fails at any write or sync of a load leaves the state before or the state after.

failing_disk.cpp is preloaded and lets the Nth call fail, for every N: a full disk, a call that fails alone, a disk that
is gone. The run has to end with exit code 1, an error and the state before, or with 0 and the state after, or to say
that it is in doubt; on a disk that is well again, the next run completes the load. STARLIFT names the binary, else it
is build/release/starlift.
"""

import subprocess
import sys
from functools import partial
from pathlib import Path

from load import Load
from trials import in_scratch_folder, run_all
from warehouse import DONE, FAILED, IN_DOUBT, TIMEOUT_S, Failure

MODES = {"full": "full from call {} on", "broken": "broken at call {}", "dead": "dead from call {} on"}
# Exit code and whether the state after is there -> in words.
OUTCOMES = {(DONE, True): "done", (FAILED, False): "failed", (IN_DOUBT, False): "in doubt, not committed",
            (IN_DOUBT, True): "in doubt, committed"}
MARK = "failing disk: "
FEWEST_CALLS = 20  # of a load; fewer would show that most of them are not caught


def make_library(folder):
    library = folder / "failing_disk.so"
    source = Path(__file__).with_suffix(".cpp")
    subprocess.run(["g++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def run(load, library, mode, call, folder):
    """Runs the load; returns its exit code, the calls that the disk told of, and the error."""
    temporary = folder / "temporary"
    temporary.mkdir()
    process = load.warehouse.start("etl", "--quiet", *load.arguments(folder), more_environment={
        "LD_PRELOAD": str(library), "FAILING_DISK": f"{mode} {call} {folder}", "TMPDIR": str(temporary)})
    _, errors = process.communicate(timeout=TIMEOUT_S)
    lines = errors.splitlines()
    told = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]
    return process.returncode, told, "\n".join(line for line in lines if not line.startswith(MARK))


def try_out(load, library, mode, call):
    """Lets the disk fail at a call; returns what became of the load."""
    try:
        (code, told, error), is_after = load.disturb(f"{mode}-{call}", partial(run, load, library, mode, call))
        if (code, is_after) not in OUTCOMES or (code == DONE) == ("starlift: " in error):
            raise Failure(f"exit code {code} and the state {'after' if is_after else 'before'}:\n{error}")
    except Failure as failure:
        raise Failure(f"the load that begins with {load.beginning}, on a disk that is {MODES[mode].format(call)}: "
                      f"{failure}") from None
    return OUTCOMES[code, is_after] if told else "done before that call"


def play(folder):
    library = make_library(folder)
    for beginning in ("nothing", "half in the log"):
        load = Load(folder / beginning.replace(" ", "-"), beginning)
        (_, calls, _), _ = load.disturb("count", partial(run, load, library, "full", 0))
        print(f"a load that begins with {beginning} writes and syncs {len(calls)} times")
        if len(calls) < FEWEST_CALLS:
            raise Failure(f"{len(calls)} calls are too few: what else writes is not caught")
        for mode in MODES:
            outcomes = run_all(partial(try_out, load, library, mode, call + 1) for call in range(len(calls)))
            print(f"  {mode:<7} " + ", ".join(f"{n} {outcome}" for outcome, n in outcomes.most_common()), flush=True)
            if outcomes["failed"] == 0:
                raise Failure(f"no load failed on a disk that is {mode}: it is not")


if __name__ == "__main__":
    sys.exit(in_scratch_folder(play))
