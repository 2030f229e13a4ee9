"""The binary under test in a folder of its own, and what its warehouse says."""

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import duckdb_file
from digest import LEDGER, digest_query, soundness_query

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/servers"))
import engines  # noqa: E402

BINARY = Path(os.environ.get("STARLIFT", ROOT / "build/release/starlift")).resolve()
if not BINARY.exists():
    sys.exit(f"{BINARY} does not exist; run ./dev build, or name a binary with STARLIFT")
DUCKDB = duckdb_file.Reader(duckdb_file.libduckdb_of(BINARY))
TIMEOUT_S = 120
# Exit codes of starlift.
DONE, FAILED, BUSY, DIFFERENT, IN_DOUBT, INTERRUPTED = 0, 1, 3, 4, 5, 130
FAILED_CHECK = re.compile(r"^FAILED  (\S+):", re.MULTILINE)
NO_TABLES = re.compile(r"there is no warehouse|Table with name \S+ does not exist|relation \S+ does not exist")


class Failure(Exception):
    """What the property does not allow."""


class LedgerEntry(NamedTuple):
    object_id: int
    size_bytes: int


class Warehouse:
    def __init__(self, folder, data_set, threads=None, engine=None):
        self.folder = Path(folder)
        self.options = [] if data_set.is_builtin else ["--warehouse", str(data_set.definition)]
        if threads:
            self.options += ["--threads", str(threads)]
        self._engine = engine or engines.DuckDb()
        self._definition = data_set.definition
        self._started = []
        config = [f"[{section}]\n" + "".join(f"{key} = {source}\n" for key, source in sources.items())
                  for section, sources in data_set.sources.items()]
        (self.folder / "dwh.cfg").write_text(self._engine.make_warehouse(folder) + "\n" + "\n".join(config))

    def make_file(self, database=None):
        """An empty database of small blocks, with which runs go a quarter faster: where this is one, or another one."""
        if isinstance(self._engine, engines.DuckDb) or database:
            DUCKDB.make(self.folder / (database or engines.DuckDb.file))

    def start(self, *arguments, more_environment=None):
        """Starts a command in a session of its own, where the terminal's Ctrl-C does not reach it."""
        process = subprocess.Popen([BINARY, *arguments, *self.options], cwd=self.folder, text=True, errors="replace",
                                   env={**environment(), **(more_environment or {})}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self._started.append(process)
        return process

    def close(self):
        """Ends what a failure left running, and gives the warehouse back."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self._engine.drop_warehouses_below(self.folder)

    def run(self, *arguments, codes=(0,)):
        return finish(self.start(*arguments), codes)

    def etl(self, *options):
        """Loads, whereupon all checks hold but those of accepted values, which changed characters break."""
        answer = self.run("etl", "--checks", "warn", *options)
        broken = [name for name in FAILED_CHECK.findall(answer) if not name.endswith(".accepted")]
        if broken:
            raise Failure(f"{', '.join(broken)} failed:\n{answer}")

    def query(self, sql, database=None):
        """The answer as one dict per row, of this or of a DuckDB file. Empty as long as there are no tables."""
        if isinstance(self._engine, engines.DuckDb):
            return query_file(self.folder / (database or engines.DuckDb.file), sql)
        process = self.start("query", sql, "--format", "json", *(["--database", database] if database else []))
        answer, errors = process.communicate(timeout=TIMEOUT_S)
        if NO_TABLES.search(errors):
            return []
        if process.returncode != 0:
            raise Failure(f"the warehouse cannot be read: {errors}")
        return json.loads(answer)

    def ledger(self):
        """Path -> LedgerEntry."""
        rows = self.query("select object_id, key, size_bytes from starlift.objects")
        return {Path(row["key"]): LedgerEntry(row["object_id"], row["size_bytes"]) for row in rows}

    def state(self, database=None):
        """Table -> number of rows and digest, of those that are not empty; fails when it is unsound."""
        return self._sound(self.query(digest_query(self._definition), database))

    def _sound(self, rows):
        rows = [row for row in rows if row["n"] > 0]
        if unsound := [row for row in rows if row["digest"] is None]:
            raise Failure(f"the warehouse is not sound: {unsound}")
        return {row["what"]: (row["n"], row["digest"]) for row in rows}

    def differences_from(self, database):
        """The names of the tables in which this differs from a DuckDB file with the same objects."""
        if isinstance(self._engine, engines.DuckDb):
            return differences(self.state(), self.state(database))
        if unsettled := self._sound(self.query(soundness_query(self._definition))):
            return sorted(unsettled)
        diff = json.loads(self.run("diff", "dwh.cfg", database, "--json", codes=(DONE, DIFFERENT)))
        ledger = [name for name, sql in LEDGER.items()
                  if as_bag(self.query(sql)) != as_bag(self.query(sql, database))]
        return [row["table"] for row in diff if row["differing"]] + ledger


def query_file(path, sql):
    if not path.exists():
        return []
    try:
        return DUCKDB.query(path, sql)
    except duckdb_file.Unreadable as error:
        if NO_TABLES.search(str(error)):
            return []
        raise Failure(f"{path} cannot be read: {error}") from None


def as_bag(rows):
    return Counter(tuple(row.values()) for row in rows)


def finish(process, codes=(0,)):
    """Waits for its end; returns what it answered."""
    try:
        answer, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise Failure(f"{in_short(process)} took more than {TIMEOUT_S} s") from None
    if process.returncode not in codes:
        raise Failure(f"{in_short(process)} gave {process.returncode}:\n{answer}{errors}")
    return answer


def in_short(process):
    return "starlift " + " ".join(textwrap.shorten(str(argument), 60) for argument in process.args[1:])


class Moment(NamedTuple):
    """When a run is stopped: a while after it has printed so many lines of progress."""

    lines: int
    delay_s: float

    def __str__(self):
        return f"{self.delay_s:.3f} s after " + (f"line {self.lines} of its progress" if self.lines else "its start")

    def wait(self, process):
        """Returns the lines."""
        lines = [process.stderr.readline() for _ in range(self.lines)]
        time.sleep(self.delay_s)
        return lines


def stop(process, moment, signals, codes):
    """Ends a run at a moment; returns its code."""
    lines = moment.wait(process)
    for number in signals:
        process.send_signal(number)
    try:
        finish(process, codes)
    except Failure as failure:
        raise Failure(f"{failure}\nafter the lines:\n{''.join(lines)}") from None
    return process.returncode


def differences(one, other):
    """The names of the tables in which two states differ."""
    return sorted(table for table in one.keys() | other.keys() if one.get(table) != other.get(table))


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("STARLIFT_")}
