"""`export`: tables as files, the same from every engine."""

import csv

import pytest

from records import play, song
from workspace import STAR

pytestmark = pytest.mark.every_engine


@pytest.fixture(scope="module")
def loaded(make_workspace):
    workspace = make_workspace()
    workspace.put_events("a.json", *(play(sessionId=i, ts=1541105830796 + i * 997, userAgent='a "quoted", one')
                                     for i in range(3000)), play(userId="", location=None, sessionId=9999, userAgent=""))
    workspace.put_songs("s.json", song(title="Ünïcode\nlines", artist_latitude=-0.1, year=0), song(song_id="SO2"))
    workspace.etl()
    return workspace


def read_parquet(workspace, file):
    """DuckDB reads it; in a database of its own, which knows nothing of the warehouse."""
    workspace.run("create-tables", "--database", "reader.duckdb", "--yes")
    return workspace.query(f"select * from read_parquet('{file}')", "--database", "reader.duckdb")


def test_parquet_holds_the_rows_with_their_declared_types(loaded):
    exported = loaded.run("export", "out", "--format", "parquet", "--json").json
    assert {entry["table"]: entry["rows"] for entry in exported} == {name: len(loaded.table(name)) for name in STAR}
    assert {path.name for path in (loaded.folder / "out").iterdir()} == {f"{name}.parquet" for name in STAR}
    for name in STAR:
        assert sorted(map(str, read_parquet(loaded, f"out/{name}.parquet"))) == sorted(map(str, loaded.table(name)))
    types = {row["column_name"]: row["column_type"] for row in loaded.query(
        "select column_name, column_type from (describe select * from read_parquet('out/song_plays.parquet'))",
        "--database", "reader.duckdb")}
    assert types == {"songplay_id": "BIGINT", "start_time": "TIMESTAMP", "user_id": "INTEGER", "level": "VARCHAR",
                     "song_id": "VARCHAR", "artist_id": "VARCHAR", "session_id": "INTEGER", "location": "VARCHAR",
                     "user_agent": "VARCHAR"}


def test_every_type_leaves_as_it_is(workspace):
    workspace.put("wh/warehouse.toml", 'name = "types"\ndescription = "One row of every type, one of nulls"\n')
    kinds = {"small": "smallint", "whole": "integer", "big": "bigint", "money": "decimal(12,4)",
             "exact": "decimal(38,10)", "share": "double", "is_on": "boolean", "day": "date", "label": "varchar(64)"}
    columns = "".join(f'{{ name = "{name}", type = "{kind}" }},\n' for name, kind in kinds.items())
    columns += '{ name = "at", type = "timestamp", unit = "iso8601" },\n'
    workspace.put("wh/staging/things.toml", f'description = "x"\nsource = "S3.SONG_DATA"\ncolumns = [\n{columns}]\n')
    workspace.put("song_data/a.json", '{"small": -32768, "whole": 7, "big": 9223372036854775807, "money": "-0.0001", '
                  '"exact": "1234567890123456789012345678.0123456789", "share": 0.1, "is_on": true, "day": "0001-01-01", '
                  '"label": "é\\n", "at": "2018-11-01T21:01:46.796001"}\n{}\n')
    workspace.etl("--warehouse", "wh")
    workspace.run("export", "out", "staging.things", "--format", "parquet", "--warehouse", "wh")
    text = ", ".join(f"cast({name} as varchar) as {name}" for name in [*kinds, '"at"'])
    sql = f"select {text} from {{}} order by _record"
    workspace.run("create-tables", "--database", "reader.duckdb", "--yes")
    [full, empty] = workspace.query(sql.format("read_parquet('out/staging.things.parquet')"),
                                    "--database", "reader.duckdb")
    assert list(full.values()) == [
        "-32768", "7", "9223372036854775807", "-0.0001", "1234567890123456789012345678.0123456789", "0.1", "true",
        "0001-01-01", "é\n", "2018-11-01 21:01:46.796001"]
    assert set(empty.values()) == {None}


def test_csv_is_as_query_writes_it(loaded):
    loaded.run("export", "csv", "song_plays", "songs", "--format", "csv")
    for name, key in (("song_plays", "songplay_id"), ("songs", "song_id")):
        written = (loaded.folder / f"csv/{name}.csv").read_text()
        assert written == loaded.run("query", f"select * from {name} order by {key}", "--format", "csv").stdout
    with (loaded.folder / "csv/song_plays.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 3001


def test_staging_leaves_when_it_is_asked_for(loaded):
    loaded.run("export", "all", "--format", "csv", "--staging")
    assert {path.name for path in (loaded.folder / "all").iterdir()} == {
        f"{name}.csv" for name in (*STAR, "staging.events", "staging.songs")}


def test_nothing_is_written_over_unless_forced(loaded):
    loaded.run("export", "once", "users", "--format", "csv")
    loaded.put("once/users.csv", "mine")
    failed = loaded.run("export", "once", "songs", "users", "--format", "csv", code=2)
    assert "once/users.csv exists already; give --force" in failed.stderr
    assert {path.name: path.read_text() for path in (loaded.folder / "once").iterdir()} == {"users.csv": "mine"}
    loaded.run("export", "once", "users", "--format", "csv", "--force")
    assert (loaded.folder / "once/users.csv").read_text().startswith("user_id,")


def test_what_cannot_be_written_is_said_and_leaves_nothing(loaded):
    loaded.put("file", "")
    assert "file" in loaded.run("export", "file", "--format", "csv", code=2).stderr
    assert "did you mean users?" in loaded.run("export", "out2", "user", "--format", "csv", code=2).stderr
    assert not (loaded.folder / "out2").exists()
    for extension in ("csv", "parquet"):
        (loaded.folder / "spoilt").mkdir(exist_ok=True)
        in_the_way = loaded.folder / f"spoilt/songs.{extension}"
        in_the_way.mkdir()
        failed = loaded.run("export", "spoilt", "songs", "--format", extension, "--force", code=1)
        assert f"cannot write spoilt/songs.{extension}: Is a directory" in failed.stderr
        in_the_way.rmdir()
    assert not list((loaded.folder / "spoilt").iterdir())


def test_progress_is_told_table_by_table(loaded):
    shown = loaded.run("export", "told", "users", "songs", "--format", "parquet").stderr
    assert "export users" in shown and "1 row" in shown and "export songs" in shown
