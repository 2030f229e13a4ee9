"""starlift docs: the data dictionary, a page per table."""

import pytest

from pages import Page, assert_stands_alone
from records import play, song
from workspace import ROOT, STAR

TABLES = {*STAR, "staging.events", "staging.songs"}
EVIL = "<script>alert(1)</script>&amp;"


def read_pages(workspace, *arguments, folder="dictionary"):
    workspace.run("docs", "-o", folder, *arguments)
    return {path.name: Page(path.read_text()) for path in (workspace.folder / folder).iterdir()}


@pytest.fixture(scope="module")
def pages(make_workspace):
    workspace = make_workspace()
    workspace.put_events("a.json", play(song=EVIL, firstName="</td><b>Eve"))
    workspace.put_songs("s.json", song(title=EVIL))
    workspace.etl()
    return read_pages(workspace)


def test_there_is_a_page_per_table_and_one_for_the_whole(pages):
    assert set(pages) == {"index.html", *(f"{table}.html" for table in TABLES)}
    for table in TABLES:
        assert f"{table}.html" in pages["index.html"].links
    assert "svg" in pages["index.html"].tags


def test_every_link_leads_to_a_page_and_a_place_in_it(pages):
    for name, page in pages.items():
        for link in page.links:
            target, _, place = link.partition("#")
            assert not place or place in pages[target].ids, f"{name} links to {link}"
            assert target in pages, f"{name} links to {link}"


def test_a_table_tells_grain_columns_key_and_references(pages):
    page = pages["song_plays.html"]
    assert "One row per song that a user played." in page.text
    assert "songplay_id key bigint required" in page.text
    assert "users.html#column-user_id" in page.links
    assert "Who played it; null when the log does not say" in page.text
    assert "song_plays.html#column-artist_id" in pages["artists.html"].links
    assert "songs.html#column-artist_id" in pages["artists.html"].links


def test_lineage_leads_from_the_field_of_a_record_to_the_star(pages):
    page = pages["staging.events.html"]
    assert "first_name varchar(1024) firstName The user's first name" in page.text
    assert "ts timestamp required ts ms When the event happened" in page.text
    assert "S3.LOG_DATA" in page.text
    for column in ("user_id", "ts", "session_id", "item_in_session"):  # what songplay_id is made from
        assert f"staging.events.html#column-{column}" in pages["song_plays.html"].links
    assert "staging.songs.html#column-artist_location" in pages["artists.html"].links
    for made in ("song_plays", "time", "users"):
        assert f"{made}.html" in page.links
        assert "staging.events.html" in pages[f"{made}.html"].links


def test_the_sql_of_every_engine_is_there(pages):
    text = pages["users.html"].text
    for engine, sql in (("DuckDB", 'create table if not exists "users"'), ("PostgreSQL", 'primary key ("user_id")'),
                        ("Redshift", "diststyle")):
        assert f" {engine} " in text and sql in text.lower()


def test_example_rows_are_text_whatever_they_hold(pages):
    assert EVIL in pages["staging.events.html"].text
    assert EVIL in pages["songs.html"].text
    assert "</td><b>Eve" in pages["users.html"].text
    for page in pages.values():
        assert "script" not in page.tags and "b" not in page.tags
        assert_stands_alone(page)


def test_without_a_warehouse_there_are_no_example_rows(workspace):
    written = workspace.run("docs", "-o", "dictionary")
    assert "no example rows: there is no warehouse yet" in written.stderr
    assert "Example rows" not in (workspace.folder / "dictionary/users.html").read_text()
    assert not workspace.database.exists()


def test_example_rows_may_be_left_out(workspace):
    workspace.put_events("a.json", play())
    workspace.etl()
    assert "Example rows" in read_pages(workspace)["users.html"].text
    pages = read_pages(workspace, "--examples", "0", folder="none")
    assert not any("Example rows" in page.text for page in pages.values())


@pytest.mark.every_engine
def test_a_table_that_is_not_as_the_definition_says_keeps_the_others_examples(workspace):
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    workspace.etl()
    workspace.run("init", "wh")
    star = workspace.folder / "wh/star/artists.sql"
    star.write_text(star.read_text().replace('"name"', '"artist"').replace(" as name", " as artist"))
    written = workspace.run("docs", "-o", "dictionary", "--warehouse", "wh")
    assert "no example rows: " in written.stderr
    pages = {name: Page((workspace.folder / f"dictionary/{name}.html").read_text()).text for name in ("artists", "users")}
    assert "The table gives none; the definition may have changed since it was made." in pages["artists"]
    assert "Example rows of users user_id " in pages["users"], "those after it have theirs"


def test_any_definition_has_its_dictionary(workspace):
    pages = read_pages(workspace, "--warehouse", str(ROOT / "tests/warehouses/shop"))
    assert "weight_kg double $['weight.kg'] Weight in kilograms" in pages["staging.products.html"].text
    assert "daily_sales.html" in pages["sales.html"].links
    assert "sales.html#column-amount" in pages["daily_sales.html"].links


def test_a_folder_that_cannot_be_written_is_refused(workspace):
    workspace.put("dictionary", "a file")
    failed = workspace.run("docs", "-o", "dictionary", code=2)
    assert "cannot write dictionary/index.html: Not a directory" in failed.stderr
