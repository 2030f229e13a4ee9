"""What is measured: each case does one job with starlift and with a peer or a floor, and gives rows of ratios."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import Contestant, in_turn

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests/servers"))
from postgres import postgres  # noqa: E402

CATALOGUE_SONGS = 385_252
LOG_EVENTS = 6_700  # a day of the history cases; the month of the exercise holds about as many


@dataclass
class Row:
    """A line of the table. `ratio` is what the bar is about: the peer's time by ours, or ours by the floor's."""

    case: str
    ours: Contestant
    other: Contestant
    bar: str
    is_floor: bool = False

    @property
    def ratio(self):
        return self.ours.median_s / self.other.median_s if self.is_floor else self.other.median_s / self.ours.median_s


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

    def floor(self, what, data, threads=1):
        name = f"walk and {what}, {'one thread' if threads == 1 else f'{threads} threads'}"
        return Contestant(name, [self.tools / "read_tree", threads, what, data / "log_data", data / "song_data"])

    def require_same_answers(self, ours, other):
        """Compares the star tables of two databases."""
        digests = []
        for name in (ours, other):
            digest = Contestant("digest", [self.tools / "run_sql", self.folder / f"{name}.duckdb", ROOT / "bench/digests.sql"])
            digest.run()
            digests.append(digest.output)
        if digests[0] != digests[1]:
            raise SystemExit(f"bench: {ours} and {other}: the answers differ:\n{digests[0]}\n{digests[1]}")


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
    last = held_out(data)
    kept = bench.folder / "catalogue_kept.duckdb"
    first = bench.etl("catalogue_but_one", data)
    first.run()
    shutil.move(bench.folder / "catalogue_but_one.duckdb", kept)
    database = bench.folder / "catalogue_new.duckdb"
    nothing = bench.etl("catalogue_new", data, prepare=lambda: restore(kept, database))
    in_turn([nothing, floor := bench.floor("stat", data)], bench.rounds)
    put_back(last)
    one = bench.etl("catalogue_new", data, prepare=lambda: restore(kept, database))
    in_turn([one], bench.rounds)
    yield Row("nothing new", nothing, floor, "<= 2.5", is_floor=True)
    yield Row("one new daily log", one, nothing, "<= 1.5", is_floor=True)


def volume(bench, events, songs=15_000):
    data = bench.data(f"volume_{events}", songs, events, 60)
    ours, hand = in_turn([bench.etl("volume", data), bench.by_hand("volume", data)], bench.rounds)
    bench.require_same_answers("volume", "volume.by_hand")
    yield Row(f"{events:,} events and {songs:,} songs", ours, hand, ">= 1.5")


def history(bench, sizes):
    """One daily log on top of a growing history; beside it the full refresh of the same."""
    first = None
    for events in sizes:
        data = bench.data(f"history_{events}", 15_000, events, events // LOG_EVENTS)
        last = held_out(data)
        database, kept = bench.folder / "history.duckdb", bench.folder / "history_kept.duckdb"
        bench.etl("history", data).run()
        shutil.move(database, kept)
        put_back(last)
        put_kept = lambda kept=kept, database=database: restore(kept, database)  # noqa: E731
        log = bench.etl("history", data, prepare=put_kept)
        refresh = bench.etl("history", data, "--full-refresh", prepare=put_kept)
        in_turn([log, refresh], bench.rounds)
        refresh.name = "full refresh"
        yield Row(f"one daily log on {events:,} events", log, refresh, "-")
        if first:
            yield Row(f"  against {sizes[0]:,} events of history", log, first,
                      "<= 2" if events == sizes[0] * 10 else "<= 4", is_floor=True)
        first = first or log
        first.name = f"on {sizes[0]:,}"


def held_out(data):
    """Takes the last day's log away; returns where it was and where it is."""
    log = max((data / "log_data").rglob("*.json"))
    aside = data / log.name
    shutil.move(log, aside)
    return log, aside


def put_back(held):
    log, aside = held
    shutil.move(aside, log)


def python_script(bench, songs):
    """By rate: records per second at a size that the script survives."""
    data = bench.data(f"script_{songs}", songs, LOG_EVENTS, 30, 100)
    with postgres() as dsn:
        script = Contestant("Python into PostgreSQL", ["/usr/bin/python3", ROOT / "bench/peers/python_etl.py", dsn,
                                                       data / "log_data", data / "song_data"])
        in_turn([ours := bench.etl("script", data), script], bench.rounds)
    yield Row(f"{songs:,} song files and 30 logs", ours, script, ">= 20")
