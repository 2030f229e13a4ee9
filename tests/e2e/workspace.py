"""A folder as a user has it: dwh.cfg, sources and a database, and the binary that runs in it."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/servers"))
import engines  # noqa: E402

STAR = ("song_plays", "users", "songs", "artists", "time")
TIMEOUT_S = 120
SILENCE_S = 30
AN_HOUR_S = 3600

SOURCES = """
[S3]
LOG_DATA = log_data
SONG_DATA = song_data
"""


def find_binary():
    """The binary that STARLIFT names, else the one that was built last."""
    if named := os.environ.get("STARLIFT"):
        return Path(named).resolve()
    built = [p for p in (ROOT / "build/dev/starlift", ROOT / "build/release/starlift") if p.exists()]
    return max(built, key=lambda p: p.stat().st_mtime, default=ROOT / "build/dev/starlift")


BINARY = find_binary()


@dataclass
class Outcome:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self):
        return json.loads(self.stdout)

    @property
    def output(self):
        return self.stdout + self.stderr


class Workspace:
    engine = engines.DuckDb()  # what --engine chose

    def __init__(self, folder):
        self.folder = Path(folder)
        self._warehouse = self.engine.make_warehouse(folder)
        self.use_sources(SOURCES)
        for source in ("log_data", "song_data"):
            (self.folder / source).mkdir()

    @property
    def database(self):
        if not isinstance(self.engine, engines.DuckDb):
            pytest.skip("only DuckDB has a database file")
        return self.folder / "test.duckdb"

    def use_sources(self, sections):
        """Writes dwh.cfg: the workspace's warehouse, and these sections."""
        self.put("dwh.cfg", self._warehouse + sections)

    def put(self, name, content, age_s=AN_HOUR_S):
        """Writes a file that was last touched `age_s` ago: long enough for its time to be trusted."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        touched_s = time.time() - age_s
        os.utime(path, (touched_s, touched_s))
        return path

    def put_events(self, name, *records, age_s=AN_HOUR_S):
        return self.put(f"log_data/{name}", json_lines(records), age_s)

    def put_songs(self, name, *records, age_s=AN_HOUR_S):
        return self.put(f"song_data/{name}", json_lines(records), age_s)

    def run(self, *arguments, code=0, env=None, prefix=(), **options):
        """Runs starlift here and holds it to its exit code; None takes any. `prefix` is a program that starts it."""
        options = {"stdout": subprocess.PIPE, **options}
        done = subprocess.run(
            [*prefix, BINARY, *arguments], cwd=self.folder, env=environment(env), stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, timeout=TIMEOUT_S, **options)
        outcome = Outcome(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())
        assert "Sanitizer" not in outcome.stderr and "runtime error:" not in outcome.stderr, outcome.stderr
        assert code in (outcome.code, None), f"{arguments} gave {outcome.code}, not {code}:\n{outcome.output}"
        return outcome

    def etl(self, *arguments, **options):
        """Loads; returns the summary, its datasets and models by name."""
        summary = self.run("etl", "--json", "--quiet", *arguments, **options).json
        for part in ("datasets", "models"):
            summary[part] = {entry.pop("name"): entry for entry in summary[part]}
        return summary

    def kill_while(self, step, *arguments):
        """Starts a load and kills it in this step; what it loads must take a while."""
        process = subprocess.Popen(
            [BINARY, "etl", "--log-format", "json", *arguments], cwd=self.folder, env=environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with process:
            for line in process.stderr:
                if json.loads(line).get("step") == step:
                    process.kill()
                    break
        assert process.returncode == -signal.SIGKILL, "the load was over before it could be killed"

    def query(self, sql, *arguments, **options):
        """The answer as one dict per row."""
        return self.run("query", sql, "--format", "json", *arguments, **options).json

    def value(self, sql, *arguments):
        [row] = self.query(sql, *arguments)
        [value] = row.values()
        return value

    def table(self, name, *arguments, **options):
        """All rows, in the order of all columns, nulls last."""
        rows = self.query(f"select * from {name}", *arguments, **options)
        return sorted(rows, key=lambda row: [(value is None, value or 0) for value in row.values()])

    def tables(self, *arguments, names=STAR, **options):
        return {name: self.table(name, *arguments, **options) for name in names}

    def rejects(self, *arguments):
        """The oldest first."""
        return self.run("rejects", "--json", "--limit", "0", *arguments).json[::-1]

    @contextmanager
    def terminal(self, *arguments, env=None, stderr=None):
        """Runs starlift in a terminal of its own; what it says beside its result goes there, too, or into a file."""
        terminal = Terminal(self, arguments, environment({"TERM": "xterm", **(env or {})}), stderr)
        try:
            yield terminal
        finally:
            terminal.close()


class Terminal:
    """A command whose input and output are a pseudo terminal; it controls the process as a real one does."""

    CTRL_C = "\x03"

    def __init__(self, workspace, arguments, env, stderr):
        self.shown = ""
        self._main, inner = pty.openpty()
        with open(workspace.folder / stderr, "wb") if stderr else nullcontext(inner) as errors:
            self.process = subprocess.Popen(
                [BINARY, *arguments], cwd=workspace.folder, env=env, stdin=inner, stdout=inner, stderr=errors,
                start_new_session=True, preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0))
        os.close(inner)

    def wait_for(self, text):
        """Reads until `text` was shown; returns all that was."""
        while text not in self.shown:
            assert self._read(), f"it ended without showing {text!r}:\n{self.shown}"
        return self.shown

    def type(self, text):
        os.write(self._main, text.encode())

    def wait(self):
        """Reads to the end; returns the exit code."""
        while self._read():
            pass
        return self.process.wait(TIMEOUT_S)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self._main)

    def _read(self):
        assert select.select([self._main], [], [], SILENCE_S)[0], f"nothing happens after:\n{self.shown}"
        try:
            read = os.read(self._main, 1 << 16)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.shown += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)


def environment(more=None):
    """This process's environment without what would change starlift's ways, and with `more`."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("STARLIFT_") and name not in ("NO_COLOR", "TERM", "TZ")}
    return {**kept, **(more or {})}


def wait_until_open(process, path):
    """Waits until a process that runs holds the file open."""
    while process.poll() is None:
        for link in os.scandir(f"/proc/{process.pid}/fd"):
            with suppress(FileNotFoundError):  # closed meanwhile
                if os.readlink(link.path) == str(path):
                    return
    raise AssertionError(f"the process ended without opening {path}")


def json_lines(records):
    """Records as the real logs hold them: a line each, without blanks, solidus escaped."""
    return "".join(json_text(record) + "\n" for record in records)


def json_text(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
