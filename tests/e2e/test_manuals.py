"""What docs/operations.md and docs/clients.md tell people to type does what they say, as it stands there."""

import fcntl
import os
import re
import shutil
import subprocess

import pytest

from node import run_node
from records import play, song
from workspace import BINARY, ROOT, TIMEOUT_S

OPERATIONS = (ROOT / "docs/operations.md").read_text()
CLIENTS = (ROOT / "docs/clients.md").read_text()


def blocks(manual, language, sign):
    """The blocks of a language in which a text stands."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", manual, flags=re.DOTALL | re.MULTILINE)
    return [block for block in found if sign in block]


def shell(folder, script, *arguments, code=0, **options):
    done = subprocess.run(["sh", "-c", script, "sh", *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


class Site:
    """A workspace that looks as the manual's machine does."""

    def __init__(self, workspace, tmp_path):
        self.workspace, self.folder = workspace, workspace.folder
        self.backups, self.programs = tmp_path / "backup", tmp_path / "bin"
        self.backups.mkdir()
        self.programs.mkdir()
        (self.programs / "starlift").symlink_to(BINARY)
        workspace.put("dwh.cfg", (self.folder / "dwh.cfg").read_text().replace("test.duckdb", "sparkify.duckdb"))

    def here(self, text):
        return (text.replace("/srv/warehouse", str(self.folder)).replace("/backup", str(self.backups))
                .replace("/usr/local/bin", str(self.programs)).replace("/usr/bin/starlift", str(BINARY)))

    def script(self, name):
        [script] = blocks(OPERATIONS, "sh", f"\n# /srv/warehouse/{name}")
        return self.here(script)

    def back_up(self):
        """Returns the folder of the new backup."""
        before = set(self.backups.iterdir())
        shell(self.folder, self.script("backup").replace("%SZ", "%S%NZ"))  # several in a second
        [made] = set(self.backups.iterdir()) - before
        return made

    def restore(self, backup):
        shell("/", self.script("restore"), str(backup))


@pytest.fixture
def site(workspace, tmp_path):
    if workspace.engine.name != "duckdb":
        pytest.skip("the manual's machine has a file")
    return Site(workspace, tmp_path)


@pytest.fixture
def filled(site):
    site.workspace.put_events("a.json", play())
    site.workspace.put_songs("s.json", song())
    site.workspace.etl()
    return site


def cut_off(workspace):
    """A run that is killed leaves a log beside the file."""
    workspace.run("generate", ".", "--songs", "10", "--events", "10000", "--users", "50", "--days", "2", "--seed", "7")
    workspace.kill_while("stage events")
    assert (workspace.folder / "sparkify.duckdb.wal").exists()
    shutil.rmtree(workspace.folder / "log_data/2018")


def test_a_backup_is_put_back_whatever_log_lies_beside_the_file(filled):
    workspace = filled.workspace
    first = filled.back_up()
    assert {path.name for path in first.iterdir()} == {"sparkify.duckdb"}
    before = workspace.tables()
    cut_off(workspace)
    with_log = filled.back_up()
    assert {path.name for path in with_log.iterdir()} == {"sparkify.duckdb", "sparkify.duckdb.wal"}
    workspace.put_events("b.json", play(sessionId=2))
    workspace.etl()
    after = workspace.tables()
    cut_off(workspace)  # its log is of a later state of the file
    for backup, unsettled in ((first, 0), (with_log, 1)):
        filled.restore(backup)
        assert workspace.tables() == before
        assert workspace.value("select count(*) from starlift.runs where state = 'running'") == unsettled
        workspace.etl()
        assert workspace.tables() == after, "the next run brings it up to date"
    assert not list(filled.backups.glob("*.part"))


def test_a_backup_waits_for_the_run(filled):
    with open(filled.folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shell(filled.folder, filled.script("backup").replace("flock 9", "flock --timeout 0.1 9"), code=1)
    assert not list(filled.backups.iterdir())


def cron():
    """The user and the command of cron's line, and the PATH above it."""
    [block] = blocks(OPERATIONS, "", "*/10")
    path, line = block.splitlines()
    minute, *_, user, command = re.fullmatch(r"(\S+) (\S+) (\S+) (\S+) (\S+)  (\S+)  (.*)", line).groups()
    assert minute == "*/10" and user == "loader" and "%" not in command, "which cron takes for a line's end"
    return path.removeprefix("PATH="), command


def test_crons_line_loads_in_silence_and_waits_for_the_lock(filled):
    path, command = cron()
    filled.workspace.put_events("b.json", play(sessionId=2))
    assert shell("/", filled.here(command), env={"PATH": filled.here(path)}) == ""
    assert filled.workspace.value("select count(*) from song_plays") == 2
    with open(filled.folder / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shell("/", filled.here(command).replace("--timeout 300", "--timeout 0.1"), env={"PATH": filled.here(path)}, code=1)


def unit(sign):
    [text] = blocks(OPERATIONS, "ini", sign)
    return text


def test_the_units_are_valid_and_their_command_loads(filled, tmp_path):
    units = tmp_path / "units"
    units.mkdir()
    service = filled.here(unit("ExecStart=/usr/bin/flock"))
    for name, text in (("starlift.service", service), ("starlift-alert.service", unit("journalctl")),
                       ("starlift.timer", unit("OnCalendar"))):
        (units / name).write_text(text)
    if shutil.which("systemd-analyze"):
        verified = subprocess.run(["systemd-analyze", "verify", *map(str, units.iterdir())], capture_output=True, text=True,
                                  timeout=TIMEOUT_S, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"})
        said = [line for line in verified.stderr.splitlines() if str(units) in line or "starlift" in line]
        assert verified.returncode == 0 and said == [], verified.stderr
    filled.workspace.put_events("b.json", play(sessionId=2))
    [command] = re.findall("^ExecStart=(.*)", service, flags=re.MULTILINE)
    shell(filled.folder, command)
    assert filled.workspace.value("select count(*) from song_plays") == 2


# Clients.


def test_node_reads_the_file(filled):
    [script] = blocks(CLIENTS, "js", "@duckdb/node-api")
    shown = run_node(filled.folder, script)
    assert re.search(r"│ +'free' +│ +1n +│", shown), shown


@pytest.fixture
def server(workspace):
    if workspace.engine.name != "postgres":
        pytest.skip("these clients ask PostgreSQL")
    workspace.put_events("a.json", play(), play(sessionId=2, level="paid"))
    workspace.put_songs("s.json", song())
    workspace.etl()
    [database] = re.findall("DB_NAME = (.*)", (workspace.folder / "dwh.cfg").read_text())
    for statement in "".join(blocks(CLIENTS, "sql", "create role reader")).split(";\n"):
        if statement.strip():
            workspace.engine.run(statement.replace("for role loader", "for role starlift"), database)
    yield {"PGHOST": workspace.engine.host, "PGDATABASE": database, "PGUSER": "reader"}
    workspace.engine.run("drop owned by reader; drop role reader", database)


def for_server(text, server):
    return text.replace("db.example.com", server["PGHOST"]).replace("sparkify", server["PGDATABASE"])


@pytest.mark.every_engine
def test_a_dump_is_restored_and_is_the_same(workspace, server):
    """By a user who may make databases."""
    [script] = blocks(OPERATIONS, "sh", "pg_dump -Fc")
    database, restored = server["PGDATABASE"], server["PGDATABASE"] + "_restored"
    script = re.sub(r"\brestored\b", restored, re.sub(r"\bsparkify\b", database, script))
    config = (workspace.folder / "dwh.cfg").read_text()
    workspace.put("restored.cfg", config.replace(f"DB_NAME = {database}", f"DB_NAME = {restored}"))
    try:
        shell(workspace.folder, script, env={**os.environ, **server, "PGUSER": "starlift"})
        [compare] = re.findall(r"`starlift (diff dwh\.cfg restored\.cfg)`", OPERATIONS)
        workspace.run(*compare.split())
        workspace.put_events("b.json", play(sessionId=3))
        assert workspace.etl("--config", "restored.cfg")["datasets"]["events"]["new"] == 1
        workspace.run(*compare.split(), code=4)
    finally:
        workspace.engine.run(f"drop database if exists {restored} with (force)")


@pytest.mark.every_engine
def test_psql_reads_the_warehouse(workspace, server):
    [script] = blocks(CLIENTS, "sh", "psql -h db.example.com")
    shown = shell(workspace.folder, for_server(script, server))
    assert re.search(r"free +\| +1\n paid +\| +1\n", shown), shown


@pytest.mark.every_engine
def test_python_reads_the_warehouse(workspace, server):
    [script] = blocks(CLIENTS, "python", "psycopg2")
    done = subprocess.run(["/usr/bin/python3", "-c", for_server(script, server)], env={**os.environ, **server},
                          capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert (done.returncode, done.stdout) == (0, "2 Low Tide\n"), done.stderr


@pytest.mark.every_engine
def test_r_reads_the_warehouse(workspace, server):
    if not shutil.which("Rscript"):
        pytest.skip("there is no R")
    [script] = blocks(CLIENTS, "r", "RPostgreSQL")
    done = subprocess.run(["Rscript", "-e", for_server(script, server)], capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0 and "Median" in done.stdout, done.stderr


def test_tables_leave_as_files(filled):
    [script] = blocks(CLIENTS, "sh", "starlift export")
    shell(filled.folder, script, env={"PATH": f"{filled.programs}:/usr/bin:/bin"})
    def names(folder):
        return {path.name for path in (filled.folder / folder).iterdir()}
    assert {"users.csv", "users.parquet", "song_plays.parquet"} <= names("out")
    assert "staging.events.parquet" in names("all")
