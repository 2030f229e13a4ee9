"""Warehouse definitions: init writes one that works, changes take effect, and bad ones are refused untouched."""

import pytest

from records import play, song
from workspace import ROOT

pytestmark = pytest.mark.every_engine

BUILT_IN = ROOT / "warehouses/sparkify"
TITLE = "    title,\n    artist_id,\n    nullif"  # in the final SELECT of songs
MODEL = """/*
description = "One row per level"
kind = "dimension"
key = ["level"]
columns = [
    {{ name = "level", type = "varchar(64)", required = true }},
    {{ name = "plays", type = "{type}" }},
]
*/
select
    level,
    {select}
from {table}
where level is not null
group by level
"""


def model(type="bigint", select="count(*) as plays", table="song_plays"):
    return MODEL.format(type=type, select=select, table=table)


@pytest.fixture
def ready(workspace):
    workspace.put_events("a.json", play(), play(sessionId=2, level="paid"))
    workspace.put_songs("s.json", song())
    workspace.run("init", "mine")
    return workspace


def edit(workspace, name, old, new):
    path = workspace.folder / "mine" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def line_of(workspace, name, text):
    """The number of the first line that holds `text`, which may tell the line's ends by line breaks."""
    lines = (workspace.folder / "mine" / name).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in f"\n{line}\n")


# init


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_init_writes_the_built_in_definition(ready):
    assert files_below(ready.folder / "mine") == files_below(BUILT_IN)
    assert {"warehouse.toml", "staging/events.toml", "star/song_plays.sql"} <= files_below(ready.folder / "mine")


def test_what_init_wrote_gives_the_same_tables(ready):
    ready.etl("--warehouse", "mine", "--database", "mine.duckdb")
    ready.etl()
    assert ready.tables("--database", "mine.duckdb") == ready.tables()


def test_init_never_overwrites(ready):
    edit(ready, "warehouse.toml", "name", "# changed\nname")
    failed = ready.run("init", "mine", code=2)
    assert "exists already" in failed.stderr
    assert "# changed" in (ready.folder / "mine/warehouse.toml").read_text()


# Changes.


def test_a_wider_column_takes_what_was_rejected(ready):
    ready.put_events("wide.json", play(sessionId=3, level="x" * 65))
    assert ready.etl("--database", "narrow.duckdb")["datasets"]["events"]["rejected"] == 1
    for name in ("staging/events.toml", "star/song_plays.sql", "star/users.sql"):
        lines = (ready.folder / "mine" / name).read_text().splitlines()
        [line] = [line for line in lines if '{ name = "level"' in line]
        edit(ready, name, line, line.replace("varchar(64)", "varchar(65)"))
    assert ready.etl("--warehouse", "mine")["datasets"]["events"]["rejected"] == 0


def test_a_new_column_of_the_input(ready):
    label = '{ name = "label", field = "label.name", type = "varchar(64)" },'
    edit(ready, "staging/songs.toml", "columns = [", f"columns = [\n    {label}")
    ready.put("song_data/labelled.json", '{"song_id": "SOLABEL", "label": {"name": "Ours"}}')
    summary = ready.etl("--warehouse", "mine")
    assert summary["datasets"]["songs"]["unknown_fields"] == {}
    assert ready.value("select label from staging.songs where song_id = 'SOLABEL'") == "Ours"


def test_a_new_model_that_reads_another_model(ready):
    ready.put("mine/star/a_first_by_name.sql", model())
    summary = ready.etl("--warehouse", "mine")
    assert summary["models"]["a_first_by_name"]["rows"] == 2
    assert ready.table("a_first_by_name") == [{"level": "free", "plays": 1}, {"level": "paid", "plays": 1}]
    tables = {row["table"]: row["rows"] for row in ready.run("status", "--json", "--warehouse", "mine").json["tables"]}
    assert tables["a_first_by_name"] == 2
    assert "count(*)" in ready.run("sql", "a_first_by_name", "--engine", "redshift", "--warehouse", "mine").stdout


def test_a_model_added_to_a_loaded_warehouse_is_filled(ready):
    ready.etl()
    ready.put("mine/star/levels.sql", model())
    ready.etl("--warehouse", "mine")
    assert ready.value("select count(*) from levels") == 2


def test_a_changed_model_takes_effect_on_a_loaded_warehouse(ready):
    ready.etl("--warehouse", "mine")
    edit(ready, "star/songs.sql", TITLE, TITLE.replace("title", "upper(title) as title"))
    ready.etl("--warehouse", "mine")
    assert ready.value("select title from songs") == "LOW TIDE"


def test_a_new_column_needs_new_tables_and_says_so(ready):
    ready.etl()
    edit(ready, "staging/songs.toml", "columns = [", 'columns = [\n    { name = "label", type = "varchar(64)" },')
    ready.put_songs("more.json", song(song_id="SOMORE"))
    assert "staging.songs" in ready.run("etl", "--warehouse", "mine", code=2).stderr
    assert ready.value("select count(*) from songs") == 1
    ready.run("create-tables", "--yes", "--warehouse", "mine")
    ready.etl("--warehouse", "mine")
    assert ready.query("select song_id, label from staging.songs order by 1") == [
        {"song_id": "SOLOWTIDE", "label": None}, {"song_id": "SOMORE", "label": None}]


def test_a_new_saved_query(ready):
    ready.put("mine/analytics/levels.sql", '/*\ntitle = "Levels"\n*/\nselect level from song_plays order by level;\n')
    ready.etl("--warehouse", "mine")
    shown = ready.run("query", "levels", "--warehouse", "mine", "--format", "csv")
    assert (shown.stdout, "Levels" in shown.stderr) == ("level\nfree\npaid\n", True)


# Refusals.


def assert_refused(workspace, place, *words):
    """Holds every command that would touch the warehouse to the refusal, with nothing touched."""
    for command in (("etl",), ("etl", "--dry-run"), ("create-tables", "--yes")):
        failed = workspace.run(*command, "--warehouse", "mine", code=2)
        assert f"{place}: " in failed.stderr
        assert all(word in failed.stderr for word in words), failed.stderr
    assert not list(workspace.folder.glob("*.duckdb*"))


REFUSED = {  # the file, what is written instead of what, what the named line holds, what is said
    "unknown type": ("staging/songs.toml", '"double",', '"float",', '"float",', "float"),
    "varchar without length": ("staging/songs.toml", '"varchar(64)"', '"varchar"', '"varchar"', "varchar(n)"),
    "timestamp without unit": ("staging/events.toml", 'unit = "ms",                  ', "", '"registration"', "unit"),
    "unknown key": ("star/users.sql", "kind =", "knid =", "knid", "kind"),
    "missing key of the file": ("star/users.sql", 'key  = ["user_id"]\n', "", "/*", '"key" is missing'),
    "key that is no column": ("star/users.sql", '["user_id"]\n', '["id"]\n', '["id"]', "id"),
    "key that may be null": ("star/users.sql", "required = true,", "", "key  =", "user_id"),
    "not TOML": ("staging/songs.toml", "source      =", "source      :", "source      :", "TOML"),
    "unknown table": ("star/time.sql", "from staging.events", "from staging.event", "staging.event", "staging.events"),
    "unknown reference": ("star/song_plays.sql", '"users.user_id"', '"user.user_id"', '"user.user_id"', "users"),
    "two statements": ("star/time.sql", "from moments", "from moments; drop table users", "drop table",
                       "second statement"),
    "no SELECT": ("analytics/plays_by_hour.sql", "select", "delete", "delete", "SELECT"),
    "a column the SELECT lacks": ("star/time.sql", "    cast(date_field(month, ts) as smallint) as month,\n", "",
                                  "\nwith\n", "month"),
    "columns in another order": ("star/users.sql", "first_name, last_name, gender, level\n",
                                 "last_name, first_name, gender, level\n",
                                 "\nwith\n", "first_name"),
    "another type than declared": ("star/songs.sql", TITLE, TITLE.replace("title", "1 as title"), "\nwith\n", "title"),
    "a function that does not exist": ("star/time.sql", "cast(date_field(day, ts) as smallint)", "dayofthemonth(ts)",
                                       "dayofthemonth", "dayofthemonth"),
    "a column that does not exist": ("star/time.sql", "select distinct ts", "select distinct tss as ts", "tss", "tss"),
    "wrong SQL in a saved query": ("analytics/plays_by_hour.sql", "from song_plays", "form song_plays", "form", "form"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_file_and_line(ready, name):
    path, old, new, line_text, word = REFUSED[name]
    edit(ready, path, old, new)
    assert_refused(ready, f"{path}:{line_of(ready, path, line_text)}", word)


def test_wrong_sql_in_a_check_is_refused(ready):
    ready.put("mine/checks/no_midnight.sql", '/*\ntitle = "Nobody plays at midnight"\n*/\nselect start_time\nfrom tiem\n')
    assert_refused(ready, "checks/no_midnight.sql:5", "tiem")


def test_a_circle_of_models_is_refused(ready):
    ready.put("mine/star/one.sql", model(table="two"))
    ready.put("mine/star/two.sql", model(table="one"))
    assert_refused(ready, "star/one.sql:13", "one", "two")


def test_a_bad_definition_leaves_a_loaded_warehouse_alone(ready):
    ready.etl()
    before = ready.database.read_bytes()
    edit(ready, "star/users.sql", "select user_id", "select nothing")
    ready.put_events("b.json", play(sessionId=3))
    for command in (("etl",), ("create-tables", "--yes")):
        ready.run(*command, "--warehouse", "mine", code=2)
    assert ready.database.read_bytes() == before


@pytest.mark.parametrize("folder", ["nowhere", "log_data", "dwh.cfg"])
def test_a_folder_that_is_no_definition(ready, folder):
    failed = ready.run("etl", "--warehouse", folder, code=2)
    assert folder in failed.stderr and "starlift init" in failed.stderr
    assert not ready.database.exists()


# SQL that the data make fail.


def test_a_value_that_a_model_cannot_convert_is_named_with_file_and_line(ready):
    ready.put("mine/star/levels.sql", model(select="max(cast(location as integer)) as plays"))
    failed = ready.run("etl", "--warehouse", "mine", code=1)
    lines = {line_of(ready, "star/levels.sql", text) for text in ("select", "max(cast")}  # as exact as the engine
    place = next(f"star/levels.sql:{line}: " for line in lines if f"star/levels.sql:{line}: " in failed.stderr)
    assert play()["location"] in failed.stderr, "the value"
    assert "LINE" not in failed.stderr.split("in the statement:")[0], "the statement's own lines would mislead"
    [run] = ready.run("history", "--json").json
    assert run["state"] == "failed" and place in run["error"]


def test_a_null_in_a_required_column_is_named_with_file_and_column(ready):
    ready.put("mine/star/levels.sql", model(select="nullif(count(*), count(*)) as plays").replace(
        'type = "bigint" }', 'type = "bigint", required = true }'))
    failed = ready.run("etl", "--warehouse", "mine", code=1)
    assert f"starlift: star/levels.sql:{line_of(ready, 'star/levels.sql', 'select')}: " in failed.stderr
    assert "plays" in failed.stderr.split("in the statement:")[0]
