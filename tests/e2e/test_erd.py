"""starlift erd: the picture of the schema, and the same as text for other programs."""

import json
import tomllib
import xml.etree.ElementTree as ElementTree

import pytest

import browser
from diagram_readers import Mermaid, parse_dbml
from workspace import ROOT, STAR

SHOP = ("--warehouse", str(ROOT / "tests/warehouses/shop"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def erd(make_workspace):
    workspace = make_workspace()
    return lambda *arguments, **options: workspace.run("erd", *arguments, **options)


@pytest.fixture(scope="module")
def mermaid(tmp_path_factory):
    with browser.started() as started:
        yield Mermaid(started, tmp_path_factory.mktemp("mermaid"))


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


# Names that are words of other languages, and what may stand in a description.
KEYWORDS = ("pk", "fk", "uk", "note", "indexes", "ref", "checks", "records", "headercolor", "table", "null", "style", "title")
SPITE = """Say "it's" %%{init: {}}%% in C:\\new #x; #35; <b>a</b> &amp; 3*4*5 of _id [pk] {x} // 'd' `e` ''' --> end"""


@pytest.fixture(scope="session")
def spiteful(tmp_path_factory):
    """The folder of a definition that is full of them."""
    folder = tmp_path_factory.mktemp("spiteful")
    (folder / "staging").mkdir()
    (folder / "star").mkdir()
    text = json.dumps(SPITE)  # which TOML reads as well

    def columns(names, more=""):
        return "".join(f'    {{ name = "{name}", type = "bigint", required = true, description = {text}{more} }},\n'
                       for name in names)

    def put_model(name, kind, key, first, more):
        names = (first, *[name for name in KEYWORDS if name != first])
        values = ", ".join(f'1 as "{column}"' for column in names)
        (folder / f"star/{name}.sql").write_text(
            f'/*\ndescription = {text}\nkind = "{kind}"\nkey = {json.dumps(key)}\ncolumns = [\n'
            f"{columns(names[:1], more)}{columns(names[1:])}]\n*/\nselect {values} from staging.note\n")

    (folder / "warehouse.toml").write_text(f'name = "enum"\ndescription = {text}\n')
    fields = columns(KEYWORDS, ', field = "f"')
    (folder / "staging/note.toml").write_text(
        f'description = {text}\nsource = "S3.LOG_DATA"\ncolumns = [\n{fields}]\n')
    put_model("project", "dimension", ["pk"], "pk", "")
    put_model("tablegroup", "fact", ["fk", "note"], "fk", ', references = "project.pk"')
    return folder


@pytest.fixture(params=["built-in", "shop", "spiteful"])
def definition(request, spiteful):
    """The folder of one of the definitions."""
    folders = {"built-in": ROOT / "warehouses/sparkify", "shop": ROOT / "tests/warehouses/shop", "spiteful": spiteful}
    return folders[request.param]


def tables_of(definition):
    """The tables of a definition by name, as its files have them."""
    staging = {f"staging.{file.stem}": tomllib.loads(file.read_text()) for file in definition.glob("staging/*.toml")}
    star = {file.stem: tomllib.loads(file.read_text()[2:].split("*/")[0]) for file in definition.glob("star/*.sql")}
    return {**staging, **star}


def references_of(tables):
    """(table, column, target) of each column that refers to another table."""
    return sorted((name, column["name"], column["references"]) for name, table in tables.items()
                  for column in table["columns"] if "references" in column)


def test_mermaid_draws_it(erd, mermaid, definition):
    tables = tables_of(definition)
    drawn = mermaid.draw(erd("--format", "mermaid", "--warehouse", str(definition)).stdout)
    assert sorted(drawn["tables"]) == sorted(tables)
    columns = [column for table in tables.values() for column in table["columns"]]
    own = 2 * sum(name.startswith("staging.") for name in tables)  # _object_id and _record
    assert len(drawn["names"]) == len(columns) + own
    assert {name.strip("\u200b") for name in drawn["names"]} == {c["name"] for c in columns} | {"_object_id", "_record"}
    assert {" ".join(column["description"].split()) for column in columns} <= set(drawn["comments"])
    assert sum("PK" in marks for marks in drawn["marks"]) == sum(len(table.get("key", ())) for table in tables.values())
    made_from = drawn["lines"].count("made from")
    assert sorted(line for line in drawn["lines"] if line != "made from") == sorted(c for _, c, _ in references_of(tables))
    assert made_from >= len([name for name in tables if not name.startswith("staging.")])


def test_a_parser_of_dbml_reads_it(erd, definition, tmp_path):
    tables = tables_of(definition)
    read = parse_dbml(tmp_path, erd("--format", "dbml", "--warehouse", str(definition)).stdout)
    by_name = {f"staging.{table['name']}" if table["schemaName"] else table["name"]: table for table in read["tables"]}
    assert by_name.keys() == tables.keys()
    for name, table in tables.items():
        fields = {field["name"]: field for field in by_name[name]["fields"]}
        own = ["_object_id", "_record"] if name.startswith("staging.") else []
        assert list(fields) == [column["name"] for column in table["columns"]] + own
        assert all(fields[column["name"]]["note"]["value"] == column["description"] for column in table["columns"])
        assert by_name[name]["note"]["value"] == table["description"]
        whole = [index["columns"] for index in by_name[name]["indexes"] if index["pk"]]
        key = [field for field in fields if fields[field]["pk"]] + [part["value"] for parts in whole for part in parts]
        assert key == table.get("key", [])
    ends = [sorted(ref["endpoints"], key=lambda end: end["relation"]) for ref in read["refs"]]
    assert sorted((one["tableName"], one["fieldNames"][0], f"{other['tableName']}.{other['fieldNames'][0]}")
                  for one, other in ends) == references_of(tables)
    assert sorted(len(group["tables"]) for group in read["tableGroups"]) == sorted(
        sum(name.startswith("staging.") == is_staging for name in tables) for is_staging in (True, False))


def test_output_goes_to_a_file(workspace):
    assert workspace.run("erd", "-o", "picture.svg").output == ""
    assert (workspace.folder / "picture.svg").read_text() == workspace.run("erd").stdout
    failed = workspace.run("erd", "-o", "nowhere/picture.svg", code=2)
    assert "cannot write nowhere/picture.svg: No such file or directory" in failed.stderr
