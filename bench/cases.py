"""What is measured: each case does one job with starlift and with a peer or a floor, and gives rows of ratios."""

import json
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import Contestant, in_turn

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests/servers"))
from postgres import postgres  # noqa: E402

CATALOGUE_SONGS = 385_252
GIB = Contestant("a gigabyte", [], peak_bytes=1 << 30)
TIGHT = Contestant("its --memory", [], peak_bytes=300 << 20)
LOG_EVENTS = 6_700  # a day of the history cases; the month of the exercise holds about as many
# DuckDB rewrites the last, unfilled group of rows of every table that grew: so many days go through all its fillings.
DAYS = 16


@dataclass
class Row:
    """A line of the table. `ratio` is what the bar is about: the peer's time by ours, or ours by the floor's.

    Of a peer that did one part in `share` of the work, the time for all of it at its rate is taken."""

    case: str
    ours: Contestant
    other: Contestant
    bar: str
    is_floor: bool = False
    share: int = 1

    @property
    def ratio(self):
        faster = self.other.median_s * self.share / self.ours.median_s
        return 1 / faster if self.is_floor else faster


@dataclass
class PeakRow(Row):
    """A line whose bar is about memory: the peak by what it may be."""

    @property
    def ratio(self):
        return self.ours.peak_bytes / self.other.peak_bytes


class Bench:
    """The programs to measure, and the folder where data sets and databases live between runs."""

    def __init__(self, starlift, tools, folder, rounds):
        self.starlift, self.tools, self.folder, self.rounds = starlift, tools, folder, rounds
        folder.mkdir(parents=True, exist_ok=True)

    def data(self, name, songs, events, days, users=1000):
        """Makes a data set once; returns its folder."""
        target = self.folder / name
        mark = self.folder / f"{name}.made"
        wanted = f"{songs} {events} {days} {users}"
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(target, ignore_errors=True)
            Contestant("generate", [self.starlift, "generate", target, "--songs", songs, "--events", events, "--days",
                                    days, "--users", users, "--quiet"]).run()
            mark.write_text(wanted)
        return target

    def etl(self, name, data, *arguments, prepare=None):
        """A load into a database of its own; into a new one unless `prepare` puts one there."""
        config = self.folder / f"{name}.cfg"
        database = self.folder / f"{name}.duckdb"
        config.write_text(f"[WAREHOUSE]\nPATH = {database}\n[S3]\nLOG_DATA = {data}/log_data\nSONG_DATA = {data}/song_data\n")
        return Contestant("starlift", [self.starlift, "etl", "--quiet", "--config", config, *arguments],
                          prepare or (lambda: remove(database)))

    def by_hand(self, name, data):
        database = self.folder / f"{name}.by_hand.duckdb"
        return Contestant("DuckDB SQL by hand", [self.tools / "run_sql", database, ROOT / "bench/peers/by_hand.sql",
                                                 f"LOG_DATA={data}/log_data", f"SONG_DATA={data}/song_data"],
                          lambda: remove(database))

    def script(self, dsn, data):
        return Contestant("Python into PostgreSQL", ["/usr/bin/python3", ROOT / "bench/peers/python_etl.py", dsn,
                                                     data / "log_data", data / "song_data"])

    def floor(self, what, data, threads=1):
        name = f"walk and {what}, {'one thread' if threads == 1 else f'{threads} threads'}"
        return Contestant(name, [self.tools / "read_tree", threads, what, data / "log_data", data / "song_data"])

    def digest(self, name):
        """Of the star tables of a database."""
        digest = Contestant("digest", [self.tools / "run_sql", self.folder / f"{name}.duckdb", ROOT / "bench/digests.sql"])
        digest.run()
        return digest.output

    def require_same_answers(self, ours, other):
        require_same(f"{ours} and {other}", self.digest(ours), self.digest(other))


def parts_of_run(output):
    """Of the summary that `etl --json` prints."""
    return {"staging": sum(dataset["elapsed_s"] for dataset in json.loads(output)["datasets"])}


def require_same(what, digest, other):
    if digest != other:
        raise SystemExit(f"bench: {what}: the answers differ:\n{digest}\n{other}")


def remove(database):
    for path in database.parent.glob(f"{database.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def restore(kept, database):
    remove(database)
    shutil.copyfile(kept, database)


def catalogue(bench, songs):
    """The exercise's own shape: as many tiny song files, and a month of small logs."""
    data = bench.data(f"catalogue_{songs}", songs, LOG_EVENTS, 30, 100)
    cores = len(os.sched_getaffinity(0))
    ours, hand, floor, floor_of_all_cores = in_turn(
        [bench.etl("catalogue", data), bench.by_hand("catalogue", data), bench.floor("read", data),
         bench.floor("read", data, cores)], bench.rounds)
    bench.require_same_answers("catalogue", "catalogue.by_hand")
    name = f"{songs:,} song files and 30 logs"
    yield Row(name, ours, hand, ">= 10")
    yield Row(name, ours, floor, "<= 2.5", is_floor=True)
    yield Row(name, ours, floor_of_all_cores, "-", is_floor=True)
    yield from nothing_new(bench, songs)


def nothing_new(bench, songs):
    """What a run costs that finds nothing, and one that finds one daily log, with the whole catalogue loaded."""
    data = bench.data(f"catalogue_{songs}", songs, LOG_EVENTS, 30, 100)
    kept, database = bench.folder / "catalogue_kept.duckdb", bench.folder / "catalogue_new.duckdb"
    with held_out(data) as last:
        bench.etl("catalogue_new", data).run()
        shutil.move(database, kept)

        def before_log():
            restore(kept, database)
            last.put_back()

        nothing = bench.etl("catalogue_new", data, prepare=lambda: restore(kept, database))
        floor = bench.floor("stat", data)
        one = bench.etl("catalogue_new", data, prepare=before_log)
        for _ in range(bench.rounds):
            in_turn([nothing, floor, one], 1)
            last.take()
    yield Row("nothing new", nothing, floor, "<= 2.5", is_floor=True)
    yield Row("one new daily log", one, nothing, "<= 1.5", is_floor=True)


def volume(bench, events, songs=15_000):
    data = bench.data(f"volume_{events}", songs, events, 60)
    ours, hand = in_turn([bench.etl("volume", data), bench.by_hand("volume", data)], bench.rounds)
    bench.require_same_answers("volume", "volume.by_hand")
    name = f"{events:,} events and {songs:,} songs"
    yield Row(name, ours, hand, ">= 1.5")
    yield PeakRow(name, ours, GIB, "<= 1")
    in_turn([tight := bench.etl("volume", data, "--memory", f"{TIGHT.peak_bytes >> 20}MB")], 1)
    bench.require_same_answers("volume", "volume.by_hand")
    yield PeakRow("  with a third of the memory", tight, TIGHT, "<= 1")


def history(bench, sizes):
    """Daily logs, a run for each, on top of a growing history; beside them the full refresh of the same."""
    first = None
    for events in sizes:
        days = events // LOG_EVENTS
        data = bench.data(f"history_{events}", 15_000, events, days)
        with held_out(data, min(DAYS, days // 2)) as logs:
            load = bench.etl("history", data)
            load.run()
            log = bench.etl("history", data, prepare=logs.put_back)
            in_turn([log], logs.count)
        answers = bench.digest("history")
        refresh = bench.etl("history", data, "--full-refresh", prepare=lambda: None)
        in_turn([refresh], bench.rounds)
        require_same(f"{events:,} events by the day and refreshed", answers, bench.digest("history"))
        refresh.name = "full refresh"
        yield Row(f"{events:,} events, the first load", load, refresh, "-")
        yield PeakRow(f"{events:,} events, the first load", load, GIB, "<= 1")
        yield Row(f"  one daily log ({logs.count} days)", log, refresh, "-")
        if first:
            yield Row(f"  against one on {sizes[0]:,}", log, first,
                      "<= 2" if events == sizes[0] * 10 else "<= 4", is_floor=True)
        first = first or log
        first.name = f"on {sizes[0]:,}"


class HeldOut:
    """The logs of the last days, which are not there until they are put back, the earliest first."""

    def __init__(self, data, days):
        self.data, self.count = data, days
        self.logs = sorted((data / "log_data").rglob("*.json"))[-days:]
        self.is_there = [True] * days

    def _aside(self, number):
        return self.data / self.logs[number].name

    def take(self):
        for number in range(self.count):
            if self.is_there[number]:
                shutil.move(self.logs[number], self._aside(number))
        self.is_there = [False] * self.count

    def put_back(self):
        number = self.is_there.index(False)
        shutil.move(self._aside(number), self.logs[number])
        self.is_there[number] = True


@contextmanager
def held_out(data, days=1):
    """Takes the last days' logs away for as long as the block lasts, however it ends."""
    logs = HeldOut(data, days)
    try:
        logs.take()
        yield logs
    finally:
        while False in logs.is_there:
            logs.put_back()


def python_script(bench, songs):
    """The month of the exercise, at a size that the script survives."""
    data = bench.data(f"script_{songs}", songs, LOG_EVENTS, 30, 100)
    with postgres() as dsn:
        in_turn([ours := bench.etl("script", data), script := bench.script(dsn, data)], bench.rounds)
    yield Row(f"{songs:,} song files and 30 logs", ours, script, "-")
