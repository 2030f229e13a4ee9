"""starlift erd: the picture of the schema, and the same as text for other programs."""

import xml.etree.ElementTree as ElementTree

import pytest

from workspace import ROOT, STAR

SHOP = ("--warehouse", str(ROOT / "tests/warehouses/shop"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def erd(make_workspace):
    workspace = make_workspace()
    return lambda *arguments, **options: workspace.run("erd", *arguments, **options)


def test_the_picture_in_the_documentation_is_current(erd):
    drawn = (ROOT / "docs/schema.svg").read_text()
    assert erd("--format", "svg").stdout == drawn, "the schema or its picture changed: ./dev docs draws it again"


def test_the_svg_shows_every_table_and_column_and_says_it_in_words(erd):
    picture = ElementTree.fromstring(erd().stdout)
    tables = {group.get("data-table"): [text.text for text in group.iter(f"{SVG}text")]
              for group in picture.iter(f"{SVG}g") if group.get("data-table")}
    assert set(tables) == {*STAR, "staging.events", "staging.songs"}
    for shown in ("songplay_id", "PK", "FK", "bigint", "timestamp", "fact"):
        assert shown in tables["song_plays"]
    assert "user_agent" in tables["staging.events"] and "_record" in tables["staging.events"]
    assert picture.find(f"{SVG}title").text == "The schema of sparkify"
    description = picture.find(f"{SVG}desc").text
    assert "1 fact table, 4 dimension tables, 2 staging tables." in description
    assert "songs.artist_id refers to artists.artist_id." in description


def test_the_svg_needs_nothing_from_elsewhere(erd):
    text = erd(*SHOP).stdout
    assert "prefers-color-scheme: dark" in text
    for outside in ("href", "url(", "<script", "@import"):
        assert outside not in text


def test_mermaid(erd):
    lines = erd("--format", "mermaid", *SHOP).stdout.splitlines()
    assert lines[0] == "erDiagram"
    assert '        decimal(18_4) amount "Price of all of them"' in lines, "Mermaid's types hold no comma"
    assert '        varchar(64) sku FK "What was ordered"' in lines
    assert '    "sales" }o--o| "customers" : "customer_id"' in lines
    assert '    "sales" }o..o{ "staging.order_lines" : "made from"' in lines


def test_dbml(erd):
    text = erd("--format", "dbml", *SHOP).stdout
    assert "  sku varchar(64) [pk, not null, note: 'Number of the product']\n" in text
    assert "  customer_name varchar(1024) [note: 'The customer\\'s name']\n" in text
    assert "  indexes {\n    (order_id, line_number) [pk]\n  }\n" in text
    assert "Ref: sales.customer_id > customers.customer_id\n" in text
    assert "TableGroup staging_tables {\n  staging.order_lines\n  staging.products\n}\n" in text


def test_output_goes_to_a_file(workspace):
    assert workspace.run("erd", "-o", "picture.svg").output == ""
    assert (workspace.folder / "picture.svg").read_text() == workspace.run("erd").stdout
    failed = workspace.run("erd", "-o", "nowhere/picture.svg", code=2)
    assert "cannot write nowhere/picture.svg: No such file or directory" in failed.stderr
