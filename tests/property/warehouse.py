"""The binary under test in a folder of its own, and what its database says."""

import json
import os
import re
import subprocess
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("STARLIFT_RELEASE", ROOT / "build/release/starlift")).resolve()
TIMEOUT_S = 120

# Everything that two warehouses with the same objects have in common besides their tables, and what is wrong.
INVENTORY = """
select 'object' as kind, "key" || ' ' || content_hash as what, records as n
from starlift.objects
union all
select 'reject', o."key" || ':' || r.record || ' ' || coalesce(r.column_name, '') || ' ' || r.reason || ' '
    || md5(r.raw_text), r.byte_offset
from starlift.rejects as r
left join starlift.objects as o on o.object_id = r.object_id
union all
select 'miscounted', o."key", o.records
from starlift.objects as o
left join ({staged}) as s on s.object_id = o.object_id
left join (select object_id, count(*) as n from starlift.rejects group by object_id) as r on r.object_id = o.object_id
where o.records <> o.staged + o.rejected or o.staged <> coalesce(s.n, 0) or o.rejected <> coalesce(r.n, 0)
union all
{checks}"""


class Failure(Exception):
    """What the property does not allow."""


class LedgerEntry(NamedTuple):
    object_id: int
    size_bytes: int


class Warehouse:
    def __init__(self, folder, data_set, threads=None):
        self.folder = Path(folder)
        self.options = [] if data_set.is_builtin else ["--warehouse", str(data_set.definition)]
        if threads:
            self.options += ["--threads", str(threads)]
        self._inventory = inventory_query(data_set.definition)
        self._started = []
        config = [f"[{section}]\n" + "".join(f"{key} = {source}\n" for key, source in sources.items())
                  for section, sources in data_set.sources.items()]
        (self.folder / "dwh.cfg").write_text("[WAREHOUSE]\nPATH = test.duckdb\n\n" + "\n".join(config))

    def start(self, *arguments):
        """Starts a command in a session of its own, where the terminal's Ctrl-C does not reach it."""
        process = subprocess.Popen([BINARY, *arguments, *self.options], cwd=self.folder, env=environment(), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   errors="replace", start_new_session=True)
        self._started.append(process)
        return process

    def close(self):
        """Ends what a failure left running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def run(self, *arguments, codes=(0,)):
        return finish(self.start(*arguments), codes)

    def query(self, sql, *arguments):
        return json.loads(self.run("query", sql, "--format", "json", *arguments))

    def ledger(self):
        """Path -> LedgerEntry. Empty as long as there are no tables."""
        process = self.start("query", "select object_id, key, size_bytes from starlift.objects", "--format", "json")
        answer, errors = process.communicate(timeout=TIMEOUT_S)
        if "there is no warehouse" in errors or re.search(r"Table with name \S+ does not exist", errors):
            return {}
        if process.returncode != 0:
            raise Failure(f"the ledger cannot be read: {errors}")
        return {Path(row["key"]): LedgerEntry(row["object_id"], row["size_bytes"]) for row in json.loads(answer)}

    def inventory(self, *arguments):
        """Its objects and rejects, as they would be in any warehouse that holds the same; fails when it is unsound."""
        rows = sorted((row["kind"], row["what"], row["n"]) for row in self.query(self._inventory, *arguments))
        if wrong := [row for row in rows if row[0] in ("miscounted", "broken check")]:
            raise Failure(f"the warehouse is not sound: {wrong}")
        return rows


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


def stop(process, moment, signals, codes):
    """Ends a run at a moment: when it has printed so many lines of progress, and a while after; returns its code."""
    lines, delay_s = moment
    for _ in range(lines):
        if not process.stderr.readline():
            break
    time.sleep(delay_s)
    for number in signals:
        process.send_signal(number)
    finish(process, codes)
    return process.returncode


def inventory_query(definition):
    staged = [f"select _object_id as object_id, count(*) as n from staging.{path.stem} group by _object_id"
              for path in sorted(definition.glob("staging/*.toml"))]
    checks = [f"select 'broken check', '{path.stem}', count(*) from (\n{body_of(path)}\n) having count(*) > 0"
              for path in sorted(definition.glob("checks/*.sql"))]
    return INVENTORY.format(staged=" union all ".join(staged), checks="\nunion all\n".join(checks))


def body_of(sql_file):
    """The file's statement without its header."""
    return re.sub(r"^\s*/\*.*?\*/", "", sql_file.read_text(), flags=re.DOTALL).rstrip().rstrip(";")


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("STARLIFT_")}
