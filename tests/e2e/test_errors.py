"""What can be wrong around a run: each error names it and what to try, and nothing is half done."""

import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess

import pytest

from records import play, song
from workspace import BINARY, TIMEOUT_S, environment, wait_until_open


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    workspace.etl()
    return workspace


def assert_as_before(workspace):
    assert workspace.query("select session_id, song_id from song_plays") == [{"session_id": 1, "song_id": "SOLOWTIDE"}]
    assert workspace.value("select count(*) from starlift.objects") == 2


# Sources.


@pytest.mark.parametrize("source", ["log_data", "song_data"])
def test_a_missing_folder(loaded, source):
    shutil.rmtree(loaded.folder / source)
    if source == "log_data":
        loaded.put_songs("new.json", song(song_id="SOTHER"))
    else:
        loaded.put_events("new.json", play(sessionId=2))
    failed = loaded.run("etl", code=1)
    assert f"{loaded.folder}/{source} does not exist" in failed.stderr
    assert "dwh.cfg:" in failed.stderr, "where it is set"
    assert_as_before(loaded)


def test_a_missing_folder_makes_no_database(workspace):
    shutil.rmtree(workspace.folder / "log_data")
    workspace.run("etl", code=1)
    assert not workspace.database.exists()


def test_an_empty_folder_beside_a_full_one_is_a_warning(loaded):
    shutil.rmtree(loaded.folder / "song_data")
    (loaded.folder / "song_data").mkdir()
    done = loaded.run("etl")
    assert re.search(r"warning: songs: song_data .*dwh.cfg:6.* holds no objects", done.stderr)
    assert_as_before(loaded)


def test_nothing_but_empty_folders_is_an_error(workspace):
    failed = workspace.run("etl", code=1)
    assert "log_data (from dwh.cfg:5)" in failed.stderr and "song_data (from dwh.cfg:6)" in failed.stderr
    assert "are the paths right?" in failed.stderr
    assert not workspace.database.exists()


def test_a_source_may_be_one_file(loaded):
    config = (loaded.folder / "dwh.cfg").read_text()
    loaded.put("dwh.cfg", config.replace("LOG_DATA = log_data", "LOG_DATA = log_data/a.json"))
    assert loaded.etl()["datasets"]["events"]["objects"] == 1


@pytest.mark.parametrize("source", ["ftp://host/logs", "file://host/logs"])
def test_a_source_elsewhere_is_refused(workspace, source):
    workspace.put("dwh.cfg", f"[S3]\nLOG_DATA={source}\nSONG_DATA=song_data\n")
    failed = workspace.run("etl", code=2)
    assert source in failed.stderr and "dwh.cfg:2" in failed.stderr


def without_privileges():
    """What starts starlift so that permissions bind it, although this may be root."""
    if os.geteuid() != 0:
        return ()
    prefix = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        pytest.skip("this is root and cannot drop its privileges: permissions do not bind it")
    return prefix


@pytest.mark.parametrize("name, mode", [
    ("log_data/more", 0o000), ("log_data/more", 0o400), ("log_data/more/b.json", 0o000)])
def test_no_permission_to_read(loaded, name, mode):
    prefix = without_privileges()
    loaded.put_events("more/b.json", play(sessionId=2))
    (loaded.folder / name).chmod(mode)
    failed = loaded.run("etl", code=1, prefix=prefix)
    (loaded.folder / name).chmod(0o700)
    assert f"{loaded.folder}/log_data/more" in failed.stderr and "Permission denied" in failed.stderr
    assert "check the" in failed.stderr, "what to try"
    assert_as_before(loaded)


@pytest.mark.parametrize("target", ["nothing/there.json", "b.json"])
def test_a_link_that_leads_nowhere_is_named_and_left_out_only_when_asked_for(loaded, target):
    link = loaded.folder / "log_data/b.json"
    link.symlink_to(target)
    failed = loaded.run("etl", code=1)
    assert f"cannot read {link}: it is a link that leads nowhere; mend or remove it" in failed.stderr
    assert_as_before(loaded)
    loaded.put_events("c.json", play(sessionId=3))
    assert str(link) in loaded.run("etl", "--keep-going", code=6).stderr
    assert loaded.value("select count(*) from song_plays") == 2


def test_rows_of_a_file_that_became_a_link_to_nothing_are_not_pruned(loaded):
    file = loaded.folder / "log_data/a.json"
    file.unlink()
    file.symlink_to("nothing")
    loaded.run("etl", "--keep-going", "--prune", code=6)
    assert loaded.value("select count(*) from song_plays") == 1


def test_no_permission_to_write_the_database(loaded):
    prefix = without_privileges()
    loaded.put_events("b.json", play(sessionId=2))
    loaded.database.chmod(0o400)
    failed = loaded.run("etl", code=2, prefix=prefix)
    assert "test.duckdb" in failed.stderr and "Permission denied" in failed.stderr
    loaded.database.chmod(0o600)
    assert_as_before(loaded)


def test_a_name_cannot_command_the_terminal(workspace):
    name = "a\x1b[2J\x9bb\n.json"
    workspace.put("log_data/" + name, '{"nobody_names": 1}\n')
    workspace.etl()
    for command in (("etl", "--reload"), ("rejects",), ("rejects", "show", "1")):
        shown = workspace.run(*command, code=None).output
        assert name not in shown and "\x1b" not in shown and "\x9b" not in shown, command


# The database file.


def test_a_folder_for_the_database_that_does_not_exist(workspace):
    workspace.put_events("a.json", play())
    failed = workspace.run("etl", "--database", "nowhere/test.duckdb", code=2)
    assert "nowhere/test.duckdb" in failed.stderr
    assert not (workspace.folder / "nowhere").exists()


@pytest.mark.parametrize("command", [("etl",), ("create-tables", "--yes"), ("status",), ("query", "select 1")])
def test_a_foreign_file_is_left_alone(workspace, command):
    workspace.put("test.duckdb", b"a letter to a friend\n" * 1000)
    failed = workspace.run(*command, code=2)
    assert "test.duckdb is not a DuckDB database" in failed.stderr and "--database" in failed.stderr
    assert workspace.database.read_bytes().startswith(b"a letter")


@pytest.mark.parametrize("command", [
    ("etl",), ("create-tables", "--yes"), ("status",), ("rejects",), ("query", "select 1")])
def test_a_database_that_another_process_holds(loaded, command):
    with loaded.database.open("r+b") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        failed = loaded.run(*command, code=3)
    assert "test.duckdb is in use by" in failed.stderr and f"(process {os.getpid()}" in failed.stderr
    assert_as_before(loaded)


def test_a_database_that_another_starlift_works_with(loaded):
    with subprocess.Popen([BINARY, "query", "select count(*) from range(100000000) a, range(100000000) b"],
                          cwd=loaded.folder, env=environment()) as other:
        try:
            wait_until_open(other, loaded.database)
            failed = loaded.run("create-tables", "--yes", code=3)
        finally:
            other.send_signal(signal.SIGINT)
            assert other.wait(TIMEOUT_S) == 130
    assert "starlift" in failed.stderr and f"(process {other.pid}" in failed.stderr
    assert_as_before(loaded)


# A full disk.


RECORDS = 10_000


def put_much(workspace):
    """Eight megabytes that compress to four."""
    workspace.put_events("much.json", *(play(sessionId=i, userAgent=os.urandom(400).hex()) for i in range(RECORDS)))


def limited(size_bytes):
    """What starts starlift so that no file of its may grow beyond that size."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    return {"preexec_fn": limit, "restore_signals": False}


@pytest.mark.parametrize("size_bytes", [0, 6000, 10_000])
def test_a_database_that_cannot_be_made_leaves_nothing_in_the_way(workspace, size_bytes):
    workspace.put_events("a.json", play())
    failed = workspace.run("etl", code=1, **limited(size_bytes))
    assert "test.duckdb" in failed.stderr and "File too large" in failed.stderr
    assert not list(workspace.folder.glob("test.duckdb*"))
    assert workspace.etl()["datasets"]["events"]["new"] == 1


def test_what_a_killed_process_left_of_a_new_database_is_taken_away(workspace):
    workspace.put_events("a.json", play())
    left, held, other = (workspace.put(f"test.duckdb.new-{name}", "half").parent
                         for name in ("killed/database", "living/database", "theirs/notes"))
    holder = os.open(held, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    workspace.etl()
    assert held.exists() and not left.exists()
    os.close(holder)
    workspace.etl()
    workspace.put_events("b.json", play(sessionId=2))
    workspace.etl()
    assert not held.exists() and other.exists()


def test_a_file_that_may_not_grow_rolls_back(loaded):
    put_much(loaded)
    failed = loaded.run("etl", code=1, **limited(loaded.database.stat().st_size + (1 << 20)))
    assert "test.duckdb" in failed.stderr and "File too large" in failed.stderr
    assert "done in" not in failed.stdout
    assert_as_before(loaded)
    loaded.etl()
    assert loaded.value("select count(*) from song_plays") == RECORDS


@pytest.fixture
def make_disk(tmp_path):
    """Makes a small disk, when this process may."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def make(size_bytes):
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", disk]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("this process may not mount a small disk")
        return disk

    yield make
    if os.path.ismount(disk):
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_rolls_back_and_says_what_to_try(loaded, make_disk):
    disk = make_disk(loaded.database.stat().st_size + (1 << 20))
    shutil.copy(loaded.database, disk)
    put_much(loaded)
    failed = loaded.run("etl", "--database", disk / "test.duckdb", code=1)
    assert "No space left on device" in failed.stderr and "free some space" in failed.stderr
    shutil.copytree(disk, loaded.folder, dirs_exist_ok=True)
    assert_as_before(loaded)


def test_a_full_temporary_folder_for_rejects(loaded, make_disk):
    disk = make_disk(1 << 20)
    loaded.put("log_data/bad.json", b"".join(b'{"bad%s\n' % os.urandom(500).hex().encode() for _ in range(2000)))
    failed = loaded.run("etl", code=1, env={"TMPDIR": str(disk)})
    assert "temporary" in failed.stderr and "TMPDIR" in failed.stderr
    assert_as_before(loaded)


def test_a_report_of_rejects_on_a_full_disk(loaded, make_disk):
    disk = make_disk(1 << 14)
    loaded.put("log_data/bad.json", b"".join(b'{"bad%s\n' % os.urandom(500).hex().encode() for _ in range(200)))
    config = loaded.folder / "dwh.cfg"
    refused = loaded.run("etl", "--max-rejects", "1", "--config", config, prefix=("env", f"--chdir={disk}"), code=1)
    assert "rejected 200 of" in refused.stderr and "No space left on device" in refused.stderr
    assert_as_before(loaded)


def test_generate_on_a_full_disk(workspace, make_disk):
    disk = make_disk(1 << 20)
    failed = workspace.run("generate", disk / "data", "--events", "10000", "--songs", "10", code=1)
    assert "No space left on device" in failed.stderr and str(disk) in failed.stderr


@pytest.mark.parametrize("command", [("query", "select 1"), ("status",), ("sql", "users"), ("rejects",)])
def test_a_result_that_cannot_be_written_is_no_success(loaded, command):
    with open("/dev/full", "wb") as full:
        failed = loaded.run(*command, code=1, stdout=full)
    assert "standard output" in failed.stderr


def test_too_little_memory_fails_with_advice_and_the_failed_run_is_noted(loaded):
    put_much(loaded)
    failed = loaded.run("etl", "--memory", "24MB", code=1)
    assert "give more with --memory" in failed.stderr
    assert_as_before(loaded)
    [noted, first] = loaded.run("status", "--json").json["runs"]
    assert (noted["state"], first["state"]) == ("failed", "done") and "more with --memory" in noted["error"]
