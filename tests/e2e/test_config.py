"""dwh.cfg: as people have it, from the environment, and wrong; and no secret is ever shown."""

import pytest

from records import play, song

CANARY = "canary_Pa55word"
PEOPLES = f"""\ufeff[CLUSTER]
HOST=''
DB_NAME='dev'
DB_USER=awsuser
DB_PASSWORD='{CANARY}%=#;'
DB_PORT=5439

[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/{CANARY}'

[s3]
log_data='log_data'
Song_Data="song_data"

[AWS]
KEY={CANARY}
SECRET='{CANARY}'

[DWH]
DWH_CLUSTER_TYPE=multi-node
DWH_DB_PASSWORD={CANARY}
"""


@pytest.fixture
def ready(workspace):
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    return workspace


def plays(workspace, *arguments):
    return workspace.value("select count(*) from song_plays", *arguments)


# Forms.


def test_the_file_people_have_works_unchanged(ready):
    ready.put("dwh.cfg", PEOPLES)
    done = ready.run("etl")
    assert (ready.folder / "sparkify.duckdb").exists(), "beside the file, named after the definition"
    assert plays(ready) == 1
    assert "warning:" not in done.stderr, "every name of the exercise is known"


def test_windows_line_ends_comments_and_colons(ready):
    ready.put("dwh.cfg", "# ours\r\n; theirs\r\n[S3]\r\nLOG_DATA: log_data\r\nSONG_DATA : 'song_data'\r\n")
    ready.etl()
    assert plays(ready) == 1


def test_keys_indented_below_their_section(ready):
    ready.put("dwh.cfg", "[S3]\n    LOG_DATA = log_data\n    SONG_DATA = song_data\n")
    ready.etl()
    assert plays(ready) == 1


def test_a_key_that_is_part_of_the_value_above_is_a_warning(ready):
    ready.put("dwh.cfg", "[S3]\nLOG_DATA = log_data\n  SONG_DATA = song_data\n")
    failed = ready.run("etl", code=2)
    assert "dwh.cfg:3: the line is indented deeper than LOG_DATA in line 2" in failed.stderr
    assert "no source for songs" in failed.stderr


def test_paths_begin_at_the_folder_of_the_file(ready, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ready.folder, home = elsewhere, ready.folder
    ready.etl("--config", home / "dwh.cfg")
    assert (home / "test.duckdb").exists() and not list(elsewhere.iterdir())


def test_the_database_flag_begins_at_the_current_folder_and_wins(ready):
    ready.etl("--database", "mine.duckdb")
    assert (ready.folder / "mine.duckdb").exists() and not ready.database.exists()


def test_an_absolute_source_and_a_file_address(ready):
    ready.put("dwh.cfg", f"[S3]\nLOG_DATA={ready.folder}/log_data/\nSONG_DATA=file://{ready.folder}/song_data\n")
    ready.etl()
    assert plays(ready) == 1


def test_every_key_can_come_from_the_environment_without_any_file(ready):
    (ready.folder / "dwh.cfg").unlink()
    ready.etl(env={"STARLIFT_S3_LOG_DATA": "log_data", "STARLIFT_S3_SONG_DATA": "song_data",
                   "STARLIFT_WAREHOUSE_PATH": "env.duckdb"})
    assert plays(ready, "--database", "env.duckdb") == 1


def test_the_environment_wins_over_the_file_unless_it_is_empty(ready):
    ready.etl(env={"STARLIFT_WAREHOUSE_PATH": "env.duckdb", "STARLIFT_S3_LOG_DATA": ""})
    assert (ready.folder / "env.duckdb").exists() and not ready.database.exists()


# Wrong values.


@pytest.mark.parametrize("text, message", [
    ("LOG_DATA = log_data\n", "dwh.cfg:1: key LOG_DATA stands before any [SECTION]"),
    ("[S3]\nLOG_DATA log_data\n", "dwh.cfg:2: the line is neither [SECTION] nor KEY = value"),
    ("[S3\nLOG_DATA = log_data\n", "dwh.cfg:1: a section is written [NAME]"),
    ("[S3]\nLOG_DATA = a\nlog_data = b\n", "dwh.cfg:3: [S3] log_data is set a second time, after line 2"),
    ("[WAREHOUSE]\nENGINE = oracle\n[S3]\nLOG_DATA=a\nSONG_DATA=b\n", 'dwh.cfg:2: "oracle" is no engine'),
    ("[S3]\nLOG_DATA = log_data\n", "no source for songs: set [S3] SONG_DATA in dwh.cfg"),
    ("[S3]\nLOG_DATA =\nSONG_DATA=song_data\n", "no source for events"),
])
def test_what_is_wrong_is_named_with_its_line(ready, text, message):
    ready.put("dwh.cfg", text)
    assert message in ready.run("etl", code=2).stderr
    assert not list(ready.folder.glob("*.duckdb"))


def test_without_a_file_it_says_what_to_set(workspace):
    (workspace.folder / "dwh.cfg").unlink()
    failed = workspace.run("etl", code=2)
    assert "LOG_DATA" in failed.stderr and "STARLIFT_S3_LOG_DATA" in failed.stderr


def test_a_named_file_must_be_there(workspace):
    failed = workspace.run("etl", "--config", "other.cfg", code=2)
    assert "other.cfg" in failed.stderr and "No such file" in failed.stderr


def test_a_host_without_an_engine_means_redshift(ready):
    ready.put("dwh.cfg", "[CLUSTER]\nHOST=localhost\nDB_NAME=dev\nDB_PORT=1\n[S3]\nLOG_DATA=log_data\n"
                         "SONG_DATA=song_data\n")
    assert "cannot connect to Redshift database dev at localhost:1" in ready.run("etl", code=1).stderr
    assert not list(ready.folder.glob("*.duckdb"))
    ready.etl(env={"STARLIFT_WAREHOUSE_ENGINE": "duckdb"})


@pytest.mark.parametrize("unknown, message", [
    ("[S3]\nLOGDATA = x\n", "[S3] LOGDATA is unknown and ignored; did you mean LOG_DATA?"),
    ("[WAREHOUSE]\nPAHT = x\n", "[WAREHOUSE] PAHT is unknown and ignored; did you mean PATH?"),
    ("[CLUSTR]\nHOST = x\n", "section [CLUSTR] is unknown and its 1 key is ignored; did you mean CLUSTER?"),
])
def test_an_unknown_key_is_a_warning_with_the_nearest_name(ready, unknown, message):
    env = {"STARLIFT_S3_LOG_DATA": "log_data", "STARLIFT_S3_SONG_DATA": "song_data"}
    ready.put("dwh.cfg", unknown)
    done = ready.run("etl", env=env)
    assert "warning: dwh.cfg:" in done.stderr and message in done.stderr
    assert done.stderr.count("is unknown") == 1
    assert message in ready.run("etl", "--quiet", env=env).stderr, "a warning stays in quiet"


def test_a_staging_area_is_in_a_bucket(ready):
    ready.put("dwh.cfg", "[CLUSTER]\nHOST=localhost\n[S3]\nLOG_DATA=log_data\nSONG_DATA=song_data\nSTAGING=parts\n")
    failed = ready.run("etl", code=2)
    assert "dwh.cfg:6: STAGING" in failed.stderr and "s3://bucket/prefix" in failed.stderr


# Secrets.


SECRETIVE = {
    "fine": PEOPLES,
    "redshift": PEOPLES.replace("HOST=''", "HOST='cluster.example'"),
    "misspelt key": PEOPLES.replace("DB_PASSWORD", "DB_PASSWROD"),
    "misspelt section": PEOPLES.replace("[CLUSTER]", "[CLUSTRE]"),
    "set twice": PEOPLES.replace("DB_PORT=5439", f"DB_PASSWORD={CANARY}"),
    "no separator": PEOPLES.replace("DB_PASSWORD='", "DB_PASSWORD '"),
    "indented": PEOPLES.replace("DB_PASSWORD=", "  DB_PASSWORD="),
    "missing source": PEOPLES.replace("log_data='log_data'", "log_data=nowhere"),
}
COMMANDS = [("etl",), ("etl", "--dry-run"), ("create-tables", "--yes"), ("status", "--json"), ("query", "match_rate"),
            ("query", "select nonsense"), ("rejects",), ("sql", "staging.events", "--engine", "redshift")]


@pytest.mark.parametrize("name", SECRETIVE)
def test_no_command_ever_shows_or_keeps_a_secret(ready, name):
    ready.put("dwh.cfg", SECRETIVE[name])
    for command in COMMANDS:
        done = ready.run(*command, code=None, env={"STARLIFT_IAM_ROLE_ARN": CANARY})
        assert CANARY not in done.output and done.code in (0, 1, 2), command
    for database in ready.folder.glob("*.duckdb*"):
        assert CANARY.encode() not in database.read_bytes()
