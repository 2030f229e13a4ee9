"""create-tables: drops and creates, asks first, and forgets what was loaded."""

import pytest

from records import play, song
from workspace import STAR

pytestmark = pytest.mark.every_engine


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play())
    workspace.put("log_data/bad.json", "not a record")
    workspace.put_songs("s.json", song())
    workspace.etl()
    return workspace


def plays(workspace):
    return workspace.value("select count(*) from song_plays")


def test_it_creates_all_tables_empty(workspace):
    said = workspace.run("create-tables")
    assert "2 staging and 5 star tables" in said.stderr and not said.stdout
    assert workspace.tables(names=(*STAR, "staging.events", "staging.songs")) == {
        name: [] for name in (*STAR, "staging.events", "staging.songs")}


def test_the_tables_have_the_declared_columns(workspace):
    workspace.run("create-tables")
    schema = workspace.engine.schema
    columns = {}
    for row in workspace.query(
            "select table_schema, table_name, column_name from information_schema.columns "
            f"where table_schema in ('{schema}', 'staging') order by table_schema, table_name, ordinal_position"):
        name = f"{row['table_schema']}.{row['table_name']}".removeprefix(f"{schema}.")
        columns.setdefault(name, []).append(row["column_name"])
    assert {name: " ".join(names) for name, names in columns.items()} == {
        "song_plays": "songplay_id start_time user_id level song_id artist_id session_id location user_agent",
        "users": "user_id first_name last_name gender level",
        "songs": "song_id title artist_id year duration",
        "artists": "artist_id name location latitude longitude",
        "time": "start_time hour day week month year weekday",
        "staging.events": "artist auth first_name gender item_in_session last_name length level location method page "
                          "registration session_id song status ts user_agent user_id _object_id _record",
        "staging.songs": "num_songs artist_id artist_latitude artist_longitude artist_location artist_name song_id "
                         "title duration year _object_id _record"}


def test_coordinates_and_durations_are_double_and_times_are_timestamps(workspace):
    workspace.run("create-tables")
    types = {row["name"]: row["type"] for row in workspace.query(
        "select table_name || '.' || column_name as name, data_type as type from information_schema.columns "
        f"where table_schema = '{workspace.engine.schema}'")}

    def types_of(*names):
        return {types[name].lower().split()[0] for name in names}

    assert types_of("artists.latitude", "artists.longitude", "songs.duration") == {"double"}
    assert types_of("song_plays.start_time", "time.start_time") == {"timestamp"}
    assert types_of("song_plays.songplay_id") == {"bigint"} and types_of("users.user_id") == {"integer"}


def test_empty_tables_need_no_question(workspace):
    workspace.run("create-tables")
    workspace.run("create-tables")


def test_where_nobody_can_be_asked_it_needs_yes(loaded):
    failed = loaded.run("create-tables", code=2)
    assert "--yes" in failed.stderr and "5 rows" not in failed.stderr.split("test.duckdb")[0]
    assert plays(loaded) == 1


@pytest.mark.parametrize("yes", ["--yes", "-y"])
def test_with_yes_it_forgets_everything_and_the_next_etl_loads_everything(loaded, yes):
    loaded.run("create-tables", yes)
    assert loaded.tables() == {name: [] for name in STAR}
    status = loaded.run("status", "--json").json
    assert (status["loaded"], status["runs"]) == ([], [])
    assert loaded.rejects() == []
    summary = loaded.etl()
    assert summary["run_id"] == 1 and summary["datasets"]["events"]["new"] == 2
    assert plays(loaded) == 1 and len(loaded.rejects()) == 1


@pytest.mark.parametrize("answer, code, is_kept", [("n", 1, True), ("", 1, True), ("y", 0, False), ("yes", 0, False)])
def test_in_a_terminal_it_asks(loaded, answer, code, is_kept):
    with loaded.terminal("create-tables") as terminal:
        question = terminal.wait_for("[y/N]")
        terminal.type(answer + "\n")
        assert terminal.wait() == code
    assert " holds 7 rows" in question
    assert "nothing was changed" in terminal.shown if is_kept else "created" in terminal.shown
    assert (plays(loaded) == 1) is is_kept


def test_ctrl_c_at_the_question_changes_nothing(loaded):
    with loaded.terminal("create-tables") as terminal:
        terminal.wait_for("[y/N]")
        terminal.type(terminal.CTRL_C)
        assert terminal.wait() == 130
    assert plays(loaded) == 1


def test_tables_that_are_not_of_the_definition_stay(loaded):
    loaded.run("init", "definition")
    (loaded.folder / "definition/star/extra.sql").write_text(
        '/*\ndescription = "One row per level"\nkind = "dimension"\nkey = ["level"]\n'
        'columns = [ { name = "level", type = "varchar(64)", required = true } ]\n*/\n'
        "select distinct level from staging.events where level is not null\n")
    loaded.run("create-tables", "--yes", "--warehouse", "definition")
    loaded.etl("--warehouse", "definition")
    loaded.run("create-tables", "--yes")
    assert loaded.value("select count(*) from extra") == 1
