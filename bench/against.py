"""The guard against getting slower: this tree's binary beside an earlier one's, pair by pair."""

import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass

from cases import CATALOGUE_SONGS, LOG_EVENTS, ROOT, Bench, held_out, restore

THRESHOLD = 1.10  # this much slower, and
FLOOR_S = 0.05  # by at least so much: less is noise


@dataclass
class Pair:
    """The same job done by both binaries, several times."""

    case: str
    ours: object
    theirs: object

    def run(self, rounds):
        """A B, B A, A B ...: what drifts while they run weighs on both alike."""
        for number in range(rounds):
            order = [self.ours, self.theirs]
            for contestant in order if number % 2 == 0 else reversed(order):
                contestant.run()

    @property
    def ratios(self):
        return [ours / theirs for ours, theirs in zip(self.ours.seconds, self.theirs.seconds)]

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def is_slower(self):
        return self.ratio > THRESHOLD and self.ours.median_s - self.theirs.median_s > FLOOR_S

    def cells(self):
        return [self.case, f"{self.ours.median_s:.2f} s", f"{self.theirs.median_s:.2f} s", f"{self.ratio:.2f} x",
                f"{min(self.ratios):.2f} to {max(self.ratios):.2f}", "SLOWER" if self.is_slower else "ok"]


HEADER = ["case", "this tree", "before", "ratio", "range", f"bar: {THRESHOLD:.2f} x"]


def built(revision):
    """Builds the release binary of a revision in a worktree of its own; returns its path."""
    commit = subprocess.run(["git", "rev-parse", "--verify", f"{revision}^{{commit}}"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.strip()
    tree = ROOT / "build/against" / commit
    binary = tree / "build/release/starlift"
    if not binary.exists():
        shutil.rmtree(tree, ignore_errors=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], cwd=ROOT, check=True)
        if (tree / "third_party/charts.lock").exists():
            subprocess.run([tree / "third_party/fetch", "charts"], check=True)
        subprocess.run(["cmake", "--preset", "release", f"-DSTARLIFT_DUCKDB_DIR={os.environ['STARLIFT_DUCKDB_DIR']}"],
                       cwd=tree, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", tree / "build/release", "--target", "starlift"], check=True)
    return binary


def pairs(bench, revision, is_quick):
    before = Bench(built(revision), bench.tools, bench.folder, bench.rounds)
    songs, events = (20_000, 200_000) if is_quick else (CATALOGUE_SONGS, 2_000_000)
    catalogue = bench.data(f"catalogue_{songs}", songs, LOG_EVENTS, 30, 100)
    volume = bench.data(f"volume_{events}", 15_000, events, 60)

    def pair(case, data, prepare=lambda name: None):
        pair = Pair(case, *(side.etl(name, data, prepare=prepare(name))
                            for side, name in [(bench, "against_ours"), (before, "against_theirs")]))
        pair.run(bench.rounds)
        return pair

    yield pair(f"{events:,} events and 15,000 songs", volume)
    yield pair(f"{songs:,} song files and 30 logs", catalogue)
    yield pair("nothing new", catalogue, lambda name: lambda: None)
    with held_out(catalogue):
        for side, name in [(bench, "against_ours"), (before, "against_theirs")]:
            side.etl(name, catalogue).run()
            shutil.move(bench.folder / f"{name}.duckdb", bench.folder / f"{name}.kept")
    yield pair("one new daily log", catalogue,
               lambda name: lambda: restore(bench.folder / f"{name}.kept", bench.folder / f"{name}.duckdb"))
