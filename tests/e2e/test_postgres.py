"""What is PostgreSQL's own: connecting, who may write, and connections that die."""

import select
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from records import play, song
from workspace import BINARY, SOURCES, TIMEOUT_S, Workspace, engines, environment

PASSWORD = "blue harbour 7"


@pytest.fixture(scope="module")
def server():
    engine = engines.Postgres()
    engine.run(f"create role locked login password '{PASSWORD}'")
    engine.run("create role guest login")
    engine.run("create database target owner locked")
    rules = Path(engine.host, "data/pg_hba.conf")
    rules.write_text("local all locked scram-sha-256\nlocal all stranger reject\n" + rules.read_text())
    engine.run("select pg_reload_conf()")
    yield engine
    engine.close()


@pytest.fixture
def loaded(tmp_path, server, monkeypatch):
    monkeypatch.setattr(Workspace, "engine", server)
    workspace = Workspace(tmp_path)
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_songs("s.json", song())
    workspace.etl()
    yield workspace
    server.drop_warehouses_below(tmp_path)


@pytest.fixture
def knock(tmp_path, server):
    """Asks for the status with some keys of [CLUSTER]; fails with `code`."""
    workspace = Workspace(tmp_path)

    def status(code, env=None, **keys):
        keys = {"HOST": server.host, "DB_NAME": "target", "DB_USER": "locked", **keys}
        lines = "".join(f"{key} = {value}\n" for key, value in keys.items() if value)
        workspace.put("dwh.cfg", f"[WAREHOUSE]\nENGINE = postgres\n[CLUSTER]\n{lines}{SOURCES}")
        outcome = workspace.run("status", code=code, env=env)
        assert PASSWORD not in outcome.output
        return outcome.stderr

    return status


def database(workspace):
    [line] = [line for line in (workspace.folder / "dwh.cfg").read_text().splitlines() if line.startswith("DB_NAME")]
    return line.split()[-1]


def sessions(workspace):
    return [row["session_id"] for row in workspace.query("select session_id from song_plays order by 1")]


# Connecting.


def test_the_password_comes_from_where_libpq_and_starlift_look(knock, tmp_path):
    knock(0, DB_PASSWORD=PASSWORD)
    knock(0, env={"PGPASSWORD": PASSWORD})
    knock(0, env={"STARLIFT_CLUSTER_DB_PASSWORD": PASSWORD})
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:target:locked:{PASSWORD}\n")
    passwords.chmod(0o600)
    knock(0, env={"PGPASSFILE": str(passwords)})


def test_what_is_not_configured_comes_from_libpq(knock, server, tmp_path):
    nothing = {"HOST": None, "DB_NAME": None, "DB_USER": None}
    knock(0, env={"PGHOST": server.host, "PGDATABASE": "target", "PGUSER": "starlift"}, **nothing)
    services = tmp_path / "services"
    services.write_text(f"[house]\nhost={server.host}\ndbname=target\nuser=starlift\n")
    knock(0, env={"PGSERVICEFILE": str(services), "PGSERVICE": "house"}, **nothing)


@pytest.mark.parametrize(("code", "keys", "what", "advice"), [
    (2, {"DB_PASSWORD": "wrong"}, "password authentication failed", "DB_PASSWORD under [CLUSTER]"),
    (2, {}, "no password supplied", ".pgpass"),
    (2, {"DB_USER": "nobody"}, 'role "nobody" does not exist', "DB_USER"),
    (2, {"DB_USER": "stranger"}, "pg_hba.conf rejects", "pg_hba.conf"),
    (2, {"DB_USER": "starlift", "DB_NAME": "nowhere"}, 'database "nowhere" does not exist', "DB_NAME"),
    (2, {"HOST": "no.such.host.invalid"}, "no.such.host.invalid", "HOST"),
    (2, {"HOST": "127.0.0.1", "SSLMODE": "sometimes"}, "sslmode", "[CLUSTER]"),
    (1, {"HOST": "127.0.0.1", "DB_PORT": "1"}, "127.0.0.1:1", "is it up"),
])
def test_a_server_that_lets_nobody_in_says_why(knock, code, keys, what, advice):
    said = knock(code, **keys)
    assert "cannot connect to PostgreSQL database" in said and what in said and advice in said


def test_a_server_that_does_not_answer_is_given_up(knock):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began_s = time.monotonic()
        said = knock(1, env={"PGCONNECT_TIMEOUT": "2"}, HOST="127.0.0.1", DB_PORT=silent.getsockname()[1])
    assert "timeout expired" in said and "PGCONNECT_TIMEOUT" in said
    assert time.monotonic() - began_s < 9, "without the variable it takes 10 s"


def test_what_a_user_may_not_do_is_said(knock, tmp_path):
    knock(0, DB_USER="guest")
    workspace = Workspace.__new__(Workspace)
    workspace.folder = tmp_path
    workspace.put_events("a.json", play())
    failed = workspace.run("etl", code=1)
    assert "permission denied for database target" in failed.stderr and "grant" in failed.stderr


# Reading and writing.


@pytest.mark.parametrize("sql", ["delete from song_plays", "select 1; drop table song_plays", "copy users to stdout"])
def test_a_query_only_reads(loaded, sql):
    assert loaded.run("query", sql, code=None).code != 0
    assert sessions(loaded) == [1, 2]


def test_nothing_new_writes_nothing(loaded, server):
    def written():
        return server.run("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_all_tables "
                          "where schemaname in ('public', 'staging', 'starlift')", database(loaded))
    before = written()
    assert loaded.etl()["run_id"] is None
    assert written() == before


def test_a_first_load_and_a_whole_remake_keep_keys_and_indexes(loaded, server):
    def indexes():
        return server.run("select indexname from pg_indexes where schemaname in ('public', 'staging') order by 1",
                          database(loaded))
    loaded.run("create-tables", "--yes")
    before = indexes()
    assert {("song_plays_pkey",), ("song_plays_start_time_idx",), ("events__object_id_idx",)} <= set(before)
    loaded.etl()
    assert indexes() == before
    loaded.etl("--full-refresh")
    assert indexes() == before


# One writer.


@contextmanager
def writer(server, workspace):
    """A session that writes, as another run would."""
    with server.connect(database(workspace)) as connection, connection.cursor() as cursor:
        cursor.execute("set application_name to 'starlift (process 7 on harbour)'")
        cursor.execute("select pg_advisory_lock(%s)", [int.from_bytes(b"starlift", "big")])
        yield


def test_a_writer_is_named_since_when(loaded, server):
    loaded.put_events("b.json", play(sessionId=3))
    with writer(server, loaded):
        refused = loaded.run("etl", code=3).stderr
    assert f"database {database(loaded)} at " in refused
    assert "in use by starlift (process 7 on harbour), connected since 20" in refused and "--wait" in refused
    assert loaded.etl()["datasets"]["events"]["new"] == 1


def test_the_doctor_minds_no_run_and_names_a_right_that_is_missing(loaded, server):
    with writer(server, loaded):
        assert loaded.run("doctor", "--json").json["is_healthy"]

    def missing():
        checks = loaded.run("doctor", "--json", code=4, env={"STARLIFT_CLUSTER_DB_USER": "guest"}).json["checks"]
        return [check["text"] for check in checks if check["state"] == "failed"]

    server.run("grant usage on schema starlift to guest; grant select on all tables in schema starlift to guest",
               database(loaded))
    assert "grant create on schema staging" in missing()[0]
    server.run("grant create on schema staging, starlift to guest", database(loaded))
    assert "grant create on schema public" in missing()[0]
    server.run("drop schema starlift cascade", database(loaded))
    assert "grant create on database" in missing()[0]


def test_the_doctor_minds_no_name_of_a_schema(loaded, server):
    server.run("""create schema "o'brien\"""", database(loaded))
    checks = loaded.run("doctor", "--json", env={"PGOPTIONS": """-c search_path="o'brien\""""}).json["checks"]
    assert checks[-1]["text"] == "tables can be made in staging, starlift and o'brien"


def test_a_writer_is_waited_for_and_keeps_no_reader_out(loaded, server):
    loaded.put_events("b.json", play(sessionId=3))
    with writer(server, loaded):
        waiting = subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=loaded.folder, env=environment())
        assert sessions(loaded) == [1, 2]
        time.sleep(4)
        assert waiting.poll() is None
    assert waiting.wait(TIMEOUT_S) == 0
    assert sessions(loaded) == [1, 2, 3]


# Runs that are cut off.


class Stuck:
    """A run with more to load that waits in the middle of its transaction, for a lock that this has."""

    WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'starlift%'"

    def __init__(self, workspace, server, blocker):
        self._server, self._blocker = server, blocker
        blocker.cursor().execute("begin; lock table users in share mode")
        workspace.put_events("b.json", play(sessionId=3))
        self.process = subprocess.Popen([BINARY, "etl", "--quiet"], cwd=workspace.folder, env=environment(), text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(self.sessions)

    def sessions(self):
        return [row[0] for row in self._server.run(self.WAITING)]

    def let_go(self):
        self._blocker.cursor().execute("rollback")

    def terminate_session(self):
        for session in self.sessions():
            self._server.run(f"select pg_terminate_backend({session})")

    def end(self):
        """Returns its exit code, and what it said."""
        _, errors = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, errors


def wait_until(condition):
    end_s = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.05)


@pytest.fixture
def stuck(loaded, server):
    with server.connect(database(loaded)) as blocker:
        run = Stuck(loaded, server, blocker)
        yield run
        run.process.kill()
        run.process.communicate()


def assert_next_run_completes(loaded, *states):
    loaded.etl()
    assert sessions(loaded) == [1, 2, 3]
    assert [run["state"] for run in loaded.run("history", "--json").json] == [*states[::-1]]


def test_a_lost_connection_leaves_the_state_before(loaded, stuck):
    stuck.terminate_session()
    code, errors = stuck.end()
    assert code == 1 and "was lost: " in errors and "terminating connection due to administrator command" in errors
    assert sessions(loaded) == [1, 2]
    stuck.let_go()
    assert_next_run_completes(loaded, "done", "failed", "done")


def test_a_killed_run_is_noticed_in_the_middle_of_its_statement(loaded, stuck):
    stuck.process.kill()
    wait_until(lambda: not stuck.sessions())
    assert sessions(loaded) == [1, 2]
    stuck.let_go()
    assert_next_run_completes(loaded, "done", "failed", "done")


def test_ctrl_c_ends_a_statement_that_waits(loaded, stuck):
    stuck.process.send_signal(signal.SIGINT)
    code, errors = stuck.end()
    assert code == 130 and "rolled back" in errors
    assert sessions(loaded) == [1, 2]
    stuck.let_go()
    assert_next_run_completes(loaded, "done", "failed", "done")


ASKS_FOR_THE_LOCK = """select 1 from pg_stat_activity
    where query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()"""


def test_a_plan_made_while_another_run_was_under_way_is_made_anew(loaded, server, stuck):
    waiting = subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=loaded.folder, env=environment())
    wait_until(lambda: server.run(ASKS_FOR_THE_LOCK))
    stuck.let_go()
    assert stuck.end()[0] == waiting.wait(TIMEOUT_S) == 0
    assert loaded.value("select count(*) from staging.events") == 3


def test_a_plan_made_before_the_tables_were_created_anew_is_made_anew(loaded, server):
    """Although the run that loaded them since has the number of the one before."""
    loaded.put_events("b.json", play(sessionId=3))
    with writer(server, loaded):
        waiting = subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=loaded.folder, env=environment())
        wait_until(lambda: server.run(ASKS_FOR_THE_LOCK))
        server.run("""delete from staging.events; delete from starlift.objects;
                   update starlift.runs set started_at = started_at + interval '1 second'""", database(loaded))
    assert waiting.wait(TIMEOUT_S) == 0
    assert loaded.value("select count(*) from staging.events") == 3


def test_a_killed_run_is_in_doubt_until_the_next_says_what_became_of_it(loaded, stuck):
    stuck.process.kill()
    stuck.let_go()
    said = loaded.run("etl").stderr
    assert "run 2 was in doubt" in said and "nothing of it was committed" in said


class Commits(threading.Thread):
    """A socket before the server's that passes everything, and cuts the connection of one commit: before the server
    hears of it, or before its answer arrives. Commits are counted from 1, over all connections. With `ends`, nobody is let
    in from then on."""

    def __init__(self, folder, server_host, cut, reaches_server, ends=False):
        super().__init__(daemon=True)
        self._server = f"{server_host}/.s.PGSQL.5432"
        self._cut, self._reaches_server, self._ends, self._seen = cut, reaches_server, ends, 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/.s.PGSQL.5432")
        self._listener.listen()
        self.start()

    def run(self):
        with suppress(OSError):  # it ends
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        with client, closing(socket.socket(socket.AF_UNIX)) as server:
            server.connect(self._server)
            while True:
                for sender in select.select([client, server], [], [])[0]:
                    data = sender.recv(1 << 16)
                    if not data or (sender is client and self._is_cut(data, server)):
                        return
                    (server if sender is client else client).sendall(data)

    def _is_cut(self, data, server):
        if data != b"Q\0\0\0\x0bcommit\0":
            return False
        self._seen += 1
        if self._seen == self._cut and self._reaches_server:
            server.sendall(data)
            server.recv(1 << 16)
        if self._seen == self._cut and self._ends:
            self._listener.shutdown(socket.SHUT_RDWR)
        return self._seen == self._cut


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_connection_lost_at_the_commit_is_settled_by_asking(loaded, server, is_committed):
    loaded.put_events("b.json", play(sessionId=3))
    with TemporaryDirectory() as folder:
        Commits(folder, server.host, cut=2, reaches_server=is_committed)  # the first notes the run
        done = loaded.run("etl", code=0 if is_committed else 1, env={"STARLIFT_CLUSTER_HOST": folder})
    assert "was lost: " in done.stderr
    if is_committed:
        assert "the ledger shows that all of it was committed" in done.stderr
    assert sessions(loaded) == ([1, 2, 3] if is_committed else [1, 2])
    assert_next_run_completes(loaded, *["done", "done"] if is_committed else ["done", "failed", "done"])


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_server_that_is_lost_at_the_commit_leaves_a_doubt_that_the_next_run_settles(loaded, server, is_committed):
    loaded.put_events("b.json", play(sessionId=3))
    with TemporaryDirectory() as folder:
        Commits(folder, server.host, cut=2, reaches_server=is_committed, ends=True)
        doubtful = loaded.run("etl", code=5, env={"STARLIFT_CLUSTER_HOST": folder}).stderr
    assert "run 2 is in doubt" in doubtful and "the next run finds out and says so" in doubtful
    assert sessions(loaded) == ([1, 2, 3] if is_committed else [1, 2])
    settled = loaded.run("etl").stderr
    assert "run 2 was in doubt" in settled and ("nothing of it was committed" in settled) != is_committed
    assert_next_run_completes(loaded, *["done", "done"] if is_committed else ["done", "failed", "done"])
