#!/usr/bin/python3
"""kill -9 or Ctrl-C at a random moment of a load leaves the state before or after it, and the next run completes it.

usage: kills.py [--kills N] [--seed S]    N kills (200) and a quarter as many Ctrl-C, at moments that follow from the
                                          seed (1) and the machine

Loads begin with an empty warehouse, with half of the objects loaded, and with that half in the engine's log alone.
Every stage of a load is hit, at any moment between two lines of its progress. STARLIFT names the binary, else it is
build/release/starlift.
"""

import argparse
import random
import signal
import sys
import time
from functools import partial
from typing import NamedTuple

from load import BEGINNINGS, Load
from trials import in_scratch_folder, run_all
from warehouse import DONE, INTERRUPTED, Failure, Moment, finish

KILL, CTRL_C = signal.SIGKILL, signal.SIGINT
CODES = {KILL: (DONE, -KILL), CTRL_C: (DONE, INTERRUPTED, -CTRL_C)}
KILLS_PER_CTRL_C = 4
# So many are enough to tell of the kills that most came in time, and in different stages.
TELLING_KILLS, FEWEST_STAGES = 60, 5


class Outcome(NamedTuple):
    signal: int
    stage: str  # the one that was cut off; None when the load was done
    is_after: bool


class Rehearsal:
    """How a load goes that nobody disturbs: its stages, and how long it takes from each line on stderr to the next."""

    def __init__(self, load):
        load.disturb("rehearsal", partial(self._run, load))

    def _run(self, load, folder):
        process = load.warehouse.start("etl", *load.arguments(folder))
        times_s, lines = [time.monotonic()], []
        for line in process.stderr:
            times_s.append(time.monotonic())
            lines.append(line)
        finish(process)
        times_s.append(time.monotonic())
        self.stages = [*stages_done(lines), "exit"]
        self.lengths_s = [end_s - begin_s for begin_s, end_s in zip(times_s, times_s[1:])]

    def moment(self, number, rng):
        """Any moment of it; the time from each line to the next has its turn."""
        lines = number % len(self.lengths_s)
        return Moment(lines, rng.uniform(0, self.lengths_s[lines]))


def stages_done(lines):
    """The stages that these lines of progress end."""
    return [line.split("  ")[0] for line in lines if "  " in line]


def send(load, rehearsal, moment, signal_sent, folder):
    """Sends the load a signal; returns its exit code, and the stage that this cut off."""
    process = load.warehouse.start("etl", *load.arguments(folder))
    lines = moment.wait(process)
    process.send_signal(signal_sent)
    lines += process.stderr.readlines()
    finish(process, CODES[signal_sent])
    return process.returncode, None if process.returncode == DONE else rehearsal.stages[len(stages_done(lines))]


def try_out(load, rehearsal, signal_sent, number, seed):
    moment = rehearsal.moment(number, random.Random(seed + number))
    name = f"{signal.Signals(signal_sent).name}-{number}"
    try:
        (code, stage), is_after = load.disturb(name, partial(send, load, rehearsal, moment, signal_sent))
        if code != -KILL and is_after != (code == DONE):
            raise Failure(f"it gave {code} and left the state {'after' if is_after else 'before'}")
    except Failure as failure:
        raise Failure(f"{name}, to a load that begins with {load.beginning}, {moment}: {failure}") from None
    return Outcome(signal_sent, stage, is_after)


def play(kills, seed, folder):
    loads = [Load(folder / beginning.replace(" ", "-"), beginning) for beginning in BEGINNINGS]
    rehearsals = [Rehearsal(load) for load in loads]
    trials = [(which, number) for which in [KILL] * KILLS_PER_CTRL_C + [CTRL_C]
              for number in range(kills // KILLS_PER_CTRL_C)]
    outcomes = run_all(partial(try_out, loads[number % len(loads)], rehearsals[number % len(loads)], which, turn, seed)
                       for turn, (which, number) in enumerate(trials))
    print(f"{'cut off':<22} kill: before  after    Ctrl-C: before")
    for stage in rehearsals[0].stages:
        counts = [outcomes[KILL, stage, False], outcomes[KILL, stage, True], outcomes[CTRL_C, stage, False]]
        print("{:<22} {:>12} {:>6} {:>17}".format(stage, *counts))
    print("{:<22} {:>19} {:>17}".format("nothing: too late", *(outcomes[which, None, True] for which in CODES)))
    require_hits([outcome.stage for outcome in outcomes.elements() if outcome.signal == KILL])


def require_hits(stages):
    """Kills that come when all is done, or always in the same stage, show nothing."""
    hit = [stage for stage in stages if stage is not None]
    if len(stages) >= TELLING_KILLS and (len(hit) < len(stages) / 2 or len(set(hit)) < FEWEST_STAGES):
        raise Failure(f"only {len(hit)} of {len(stages)} kills came before the load was done, in {len(set(hit))} stages")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    return in_scratch_folder(partial(play, arguments.kills, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())
