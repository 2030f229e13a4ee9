#!/usr/bin/python3
"""Random histories of a warehouse on a cluster that reads the objects itself (COPY = direct): they arrive and never change.

usage: direct_cases.py [--seed S] [--cases N] [--seconds T]    N cases (10) from seed S on, as long as there is time (40)
       direct_cases.py --case SEED                             one case, step by step

Whatever ends the runs between, a run that completes leaves the tables of one clean load, which is one into DuckDB here. The
cluster is the double of Redshift. STARLIFT names the binary, else it is build/release/starlift.
"""

import argparse
import itertools
import json
import random
import re
import shutil
import signal
import sys
import time
import traceback
from contextlib import closing
from functools import partial

import sparkify_data
from digest import LEDGER, REJECTS, staging_tables
from trials import in_scratch_folder, run_all
from warehouse import (BUSY, DIFFERENT, DONE, FAILED, IN_DOUBT, INTERRUPTED, TIMEOUT_S, Failure, Moment, Warehouse, as_bag,
                       engines, finish, stop)
from world import DataSet

from redshift_double import connect_to_s3  # of tests/servers, where warehouse looks

CASES, SECONDS = 10, 40
BUCKET = "direct-cases"
LINES_OF_A_RUN = 10  # of progress
# What goes wrong once, and then no more. A run starts over after most of it.
FAULTS = ["fail_commits 1", "drop_before 'copy \"starlift_copied'", "drop_after 'copy \"starlift_copied'",
          "drop_after 'insert into \"staging\"'", "drop_before '^commit'", "drop_after '^commit'",
          *(f"once 'insert into \"staging\"' {fault}" for fault in ("fail_commits 1", "drop_before '^commit'", "drop_after '^commit'")),
          "fail_at 'copy \"starlift_copied' 'S3ServiceException:slow down'", "fail_at 'pg_last_copy_count' 'out of memory'",
          "tell_late 0.3"]
# Broken JSON, a field that is missing, and what is found when the cluster has read it: a number that is none.
BAD_LINES = [b'{"broken": tru, "page": "Home"}', b'{"page": "Home"}', b'{"ts": 1541105830796, "sessionId": "six"}']
# Objects that are read together are counted together.
MISCOUNTED = """select b.id, b.staged, s.n
from (select coalesce(c.batch_id, o.object_id) as id, sum(o.staged) as staged, sum(o.records - o.staged - o.rejected) as lost
      from starlift.objects as o left join starlift.copied_objects as c on c.object_id = o.object_id
      group by coalesce(c.batch_id, o.object_id)) as b
left join ({staged}) as s on s.id = b.id
where b.staged <> coalesce(s.n, 0) or b.lost <> 0"""


class Case:
    """A history of one warehouse. What a run has to leave follows from what was there when it began."""

    def __init__(self, rng, folder, name, say, engine):
        self.rng, self.say, self._double = rng, say, engine.double
        data_set = sparkify_data.generate(folder / "generated", songs=rng.choice((3, 12, 40)), seed=rng.randint(1, 10**9),
                                          events=rng.choice((40, 150, 400)), users=rng.choice((3, 10)),
                                          days=rng.choice((3, 6, 12)))
        objects = {path: spoilt(content, rng) for path, content in data_set.objects.items()}
        say(f"{data_set.name}, {len(data_set.objects)} objects")
        self.definition = immutable(data_set.definition, folder / "definition")
        self._client, self._prefix = connect_to_s3(self._double.s3), name
        url = f"s3://{BUCKET}/{self._prefix}"
        sources = {section: {key: f"{url}/{source}" for key, source in keys.items()}
                   for section, keys in data_set.sources.items()}
        self.warehouse = Warehouse(folder, DataSet(data_set.name, sources, {}, self.definition, is_builtin=False),
                                   engine=engine)
        self._database = re.search(r"DB_NAME = (\S+)", (folder / "dwh.cfg").read_text())[1]
        self.waiting = objects
        self.there = set()
        self.run_s = 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.warehouse.close()

    def play(self):
        runs = {self.whole_run: 3, self.killed_run: 4, self.interrupted_run: 1, self.two_runs: 2, self.faulty_run: 4,
                self.overtaken_run: 2}
        for run in self.rng.choices([*runs], [*runs.values()], k=self.rng.randint(2, 5)):
            self.arrive()
            run()
            self.check_sound()
        self.arrive()
        self.whole_run()
        self.check_sound()
        self.compare()

    def arrive(self):
        """Some of what is missing; at first so much that each source has something."""
        count = self.rng.randint(min(1, len(self.waiting)), (len(self.waiting) + 1) // 2)
        coming = self.rng.sample(sorted(self.waiting), count)
        if not self.there:
            coming = sorted({*coming, *{path.split("/")[0]: path for path in self.waiting}.values()})
        for path in coming:
            self._client.put_object(Bucket=BUCKET, Key=f"{self._prefix}/{path}", Body=self.waiting.pop(path))
        self.there |= {f"s3://{BUCKET}/{self._prefix}/{path}" for path in coming}
        self.say(f"{len(coming)} objects arrive")

    def start(self, what, *options):
        """A run, in which each dataset goes the way that the dice say."""
        if self.rng.random() < 0.15:
            options += ("--reload",)
        ways = {f"STARLIFT_COPY_{table.split('.')[1].upper()}": self.rng.choice(("direct", "direct", "direct", "lift"))
                for table in staging_tables(self.definition)}
        self.say(f"{what} {' '.join(options)} ({', '.join(ways.values())})")
        return self.warehouse.start("etl", "--checks", "warn", *options, more_environment=ways)

    def whole_run(self):
        began_s = time.monotonic()
        finish(self.start("a run"))
        self.run_s = time.monotonic() - began_s
        self.expect_all()

    def killed_run(self):
        moment = self.moment()
        before = self.loaded()
        process = self.start(f"killed {moment}: a run")
        code = stop(process, moment, [signal.SIGKILL], codes=(DONE, -signal.SIGKILL))
        self.expect(before, is_done=code == DONE)

    def interrupted_run(self):
        moment = self.moment()
        before = self.loaded()
        process = self.start(f"interrupted {moment}: a run")
        code = stop(process, moment, [signal.SIGINT], codes=(DONE, INTERRUPTED, -signal.SIGINT))
        self.expect(before, is_done=code == DONE)

    def two_runs(self):
        waits = self.rng.random() < 0.7
        options = [f"--wait={TIMEOUT_S}"] if waits else []
        processes = [self.start("at the same time: a run", *options) for _ in range(2)]
        for process in processes:
            finish(process, codes=(DONE,) if waits else (DONE, BUSY))
        self.expect_all()

    def faulty_run(self):
        fault = self.rng.choice(FAULTS)
        before = self.loaded()
        self.tell_double(fault)
        process = self.start(f"{fault}: a run")
        finish(process, codes=(DONE, FAILED, IN_DOUBT))
        self.tell_double("forget")
        self.expect(before, is_done=process.returncode == DONE)

    def overtaken_run(self):
        """More arrives while it lists and reads: that is loaded now, or with the next run."""
        before, there = self.loaded(), set(self.there)
        process = self.start("overtaken: a run")
        Moment(self.rng.randint(0, 2), 0).wait(process)
        self.arrive()
        finish(process)
        loaded = self.loaded()
        if not before | there <= loaded <= self.there:
            raise Failure(f"it holds {len(loaded)} objects, of {len(there)} to {len(self.there)}")

    def moment(self):
        if self.rng.random() < 0.3:
            return Moment(0, self.rng.uniform(0, self.run_s))
        return Moment(self.rng.randint(1, LINES_OF_A_RUN), self.rng.choice((0, self.rng.uniform(0, self.run_s / 4))))

    def tell_double(self, command):
        with self._double.connect(self._database) as connection, connection.cursor() as cursor:
            cursor.execute(f"double {command}")

    def loaded(self):
        return {str(row["key"]) for row in self.warehouse.query('select "key" from starlift.objects')}

    def expect_all(self):
        self.expect(self.there, is_done=True)

    def expect(self, before, is_done):
        loaded = self.loaded()
        if loaded not in ([self.there] if is_done else [before, self.there]):
            raise Failure(f"{len(loaded)} objects are loaded, of {len(before)} before and {len(self.there)} there")

    def check_sound(self):
        staged = " union all ".join(f"select _object_id as id, count(*) as n from {table} group by _object_id"
                                    for table in staging_tables(self.definition))
        if rows := self.warehouse.query(MISCOUNTED.format(staged=staged)):
            raise Failure(f"it does not add up: {rows}")

    def compare(self):
        reference = "reference.duckdb"
        self.warehouse.run("etl", "--checks", "warn", "--database", reference)
        diff = json.loads(self.warehouse.run("diff", "dwh.cfg", reference, "--json", codes=(DONE, DIFFERENT)))
        differing = [row["table"] for row in diff if row["differing"] and not row["table"].startswith("staging.")]
        questions = {table: f"select * from {table}" for table in staging_tables(self.definition)}
        questions |= {"starlift.objects": LEDGER["starlift.objects"].replace(" content_hash,", ""),
                      "starlift.rejects": REJECTS}
        differing += [what for what, sql in questions.items()
                      if without_lineage(self.warehouse.query(sql)) != without_lineage(self.warehouse.query(sql, reference))]
        if differing:
            raise Failure(f"{', '.join(differing)} differ from those of one clean load")
        self.say(f"equal to one clean load of {len(self.there)} objects")


def spoilt(content, rng):
    """Some logs get records that cannot be loaded."""
    lines = content.splitlines(keepends=True)
    if len(lines) > 1 and rng.random() < 0.5:
        for bad in rng.sample(BAD_LINES, rng.randint(1, len(BAD_LINES))):
            lines.insert(rng.randrange(len(lines)), bad + b"\n")
    return b"".join(lines)


def immutable(definition, folder):
    """A copy of it with datasets whose objects never change."""
    shutil.copytree(definition, folder)
    for path in folder.glob("staging/*.toml"):
        path.write_text('objects = "immutable"\n' + path.read_text())
    return folder


def without_lineage(rows):
    return as_bag([{name: value for name, value in row.items() if not name.startswith("_")} for row in rows])


def play(engine, seed, folder, say=None):
    """Plays one case; fails with its story, and then keeps its folder."""
    steps = []
    case_folder = folder / f"case-{seed}"
    case_folder.mkdir()
    try:
        with Case(random.Random(seed), case_folder, f"case-{seed}", say or steps.append, engine) as case:
            case.play()
    except Exception as failure:
        what = str(failure) if isinstance(failure, Failure) else traceback.format_exc()
        story = "".join(f"\n  {step}" for step in steps)
        raise Failure(f"case {seed} failed:{story}\n{what.rstrip()}\nits folder: {case_folder}\n"
                      f"to replay it: tests/property/direct_cases.py --case {seed}") from None
    shutil.rmtree(case_folder)


def play_all(engine, arguments, folder):
    began_s = time.monotonic()
    end_s = began_s + arguments.seconds
    seeds = itertools.takewhile(lambda _: time.monotonic() < end_s, range(arguments.seed, arguments.seed + arguments.cases))
    outcomes = run_all(partial(play, engine, seed, folder) for seed in seeds)
    print(f"{outcomes.total()} random cases of COPY = direct passed in {time.monotonic() - began_s:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed (1)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many at most ({CASES})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"start no more after this time ({SECONDS})")
    parser.add_argument("--case", type=int, metavar="SEED", help="play this one, step by step")
    arguments = parser.parse_args()
    with closing(engines.Redshift()) as engine:
        connect_to_s3(engine.double.s3).create_bucket(Bucket=BUCKET)
        if arguments.case is None:
            return in_scratch_folder(partial(play_all, engine, arguments))
        return in_scratch_folder(partial(play, engine, arguments.case, say=lambda step: print(f"  {step}", flush=True)))


if __name__ == "__main__":
    sys.exit(main())
