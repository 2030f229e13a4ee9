"""The hard cases that are kept as files give exactly the expected tables, on every path that leads to them."""

import re
import shutil

import pytest

from workspace import ROOT, STAR

pytestmark = pytest.mark.every_engine

SPARKIFY = ROOT / "tests/sparkify_cases"
SHOP = ROOT / "tests/shop_cases"
SHOP_DEFINITION = ROOT / "tests/warehouses/shop"
SHOP_KEYS = {"customers": "customer_id", "daily_sales": "day, country", "products": "sku",
             "sales": "order_id, line_number"}
WHOLE_DOUBLE = re.compile(r"(?<=,)(-?\d+)\.0(?=[,\n])")  # as Python writes it; starlift writes 7 for 7.0


def assert_table(workspace, name, key, expected, *arguments):
    """Compares as CSV, where null and empty text differ."""
    sql = f"select * from {name} order by {key}"
    shown = workspace.run("query", sql, "--format", "csv", *arguments).stdout
    assert shown.splitlines() == WHOLE_DOUBLE.sub(r"\1", expected.read_text()).splitlines()


@pytest.fixture(scope="module")
def sparkify(make_workspace):
    workspace = make_workspace()
    for source in ("log_data", "song_data"):
        shutil.copytree(SPARKIFY / source, workspace.folder / source, dirs_exist_ok=True)
    workspace.summary = workspace.etl()
    return workspace


@pytest.mark.parametrize("table", STAR)
def test_every_sparkify_case_gives_the_expected_rows(sparkify, table):
    expected = SPARKIFY / f"expected/{table}.csv"
    key = expected.read_text().split(",")[0]
    assert_table(sparkify, table, key, expected)


def test_every_engine_holds_the_same_rows(sparkify, shop):
    for workspace, flags in ((sparkify, ()), (shop, ("--warehouse", SHOP_DEFINITION))):
        workspace.etl("--database", "reference.duckdb", *flags)
        rows = workspace.run("diff", "dwh.cfg", "reference.duckdb", "--json", *flags).json
        assert all(row["left_rows"] > 0 and row["differing"] == 0 for row in rows)


@pytest.mark.parametrize("table", STAR)
def test_the_expected_sparkify_rows_are_what_the_rules_say(table, reference, tmp_path):
    reference.main(SPARKIFY / "log_data", SPARKIFY / "song_data", tmp_path)
    assert (tmp_path / f"{table}.csv").read_text() == (SPARKIFY / f"expected/{table}.csv").read_text()


def test_every_record_of_the_sparkify_cases_loads(sparkify):
    assert all(dataset["rejected"] == 0 for dataset in sparkify.summary["datasets"].values())


def test_the_checks_hold_for_the_sparkify_cases_but_for_the_level_that_is_none(sparkify):
    broken = {check["check"]: check["rows"] for check in sparkify.run("check", "--json", code=4).json if check["rows"]}
    assert broken == {"song_plays.level.accepted": [{"level": "none", "row_count": 2}]}


@pytest.fixture(scope="module")
def shop(make_workspace):
    workspace = make_workspace()
    workspace.use_sources(f"[SHOP]\nORDERS = {SHOP / 'orders'}\nPRODUCTS = {SHOP / 'products'}\n")
    workspace.summary = workspace.etl("--warehouse", SHOP_DEFINITION)
    return workspace


@pytest.mark.parametrize("table", SHOP_KEYS)
def test_another_definition_gives_the_expected_rows(shop, table):
    expected = SHOP / f"expected/{table}.csv"
    assert_table(shop, table, SHOP_KEYS[table], expected, "--warehouse", SHOP_DEFINITION)


def test_another_definition_stages_nested_fields_with_their_types(shop):
    arguments = ("--warehouse", SHOP_DEFINITION)
    [line] = shop.query("select * from staging.order_lines where order_id = 'A-1' and line_number = 1", *arguments)
    assert line == {
        "order_id": "A-1", "line_number": 1, "placed_at": "2026-02-28 23:30:00.25",
        "paid_at": "2026-02-28 23:50:00.5", "packed_at": "2026-03-01 21:20:00", "due_on": "2026-03-05",
        "customer_id": 7, "customer_name": "Ada", "city": "Zürich", "country": "CH", "sku": "P-1", "first_tag": "new",
        "quantity": 3, "unit_price": 0.1, "is_gift": True, "_object_id": 1, "_record": 1}
    [product] = shop.query("select * from staging.products", *arguments)
    assert product["weight_kg"] == 0.007, "a key that holds a dot"


def test_another_definition_has_its_saved_queries_and_checks(shop):
    arguments = ("--warehouse", SHOP_DEFINITION)
    revenue = shop.run("query", "revenue_by_country", "--format", "csv", *arguments).stdout
    assert revenue == "country,orders,revenue\nCH,2,40.2900\nunknown,1,20.0000\n"
    shown = shop.run("check", *arguments).stdout
    assert "ok      daily_sales_add_up: " in shown and "ok      sales.key: " in shown


def test_another_definition_maps_a_jsonpaths_file_by_position(make_workspace):
    workspace = make_workspace()
    paths = ["$.sku", "$.titles[1]", "$['prices']['list.price']", "$.kg", "$.on", "$.since"]
    workspace.put("paths.json", '{"jsonpaths": [%s]}' % ", ".join(f'"{path}"' for path in paths))
    workspace.put("products/p.json", '{"sku": "P", "titles": ["x", "Pen"], "prices": {"list.price": "1.50"}, "kg": 2}')
    workspace.use_sources(f"[SHOP]\nORDERS = {SHOP / 'orders'}\nPRODUCTS = products\nPRODUCTS_JSONPATH = paths.json\n")
    workspace.etl("--warehouse", SHOP_DEFINITION)
    [product] = workspace.query("select sku, name, list_price, weight_kg, is_active from staging.products",
                                "--warehouse", SHOP_DEFINITION)
    assert product == {"sku": "P", "name": "Pen", "list_price": 1.5, "weight_kg": 2.0, "is_active": None}


def test_a_row_of_a_model_over_models_is_traced_down_to_its_records(shop):
    arguments = ("--warehouse", SHOP_DEFINITION)
    day = shop.query("select day, country from daily_sales order by day, country limit 1", *arguments)[0]
    traced = shop.run("trace", "daily_sales", day["day"], day["country"], *arguments, "--json").json
    sales = next(source for source in traced["from"] if source["table"] == "sales")
    assert sales["count"] == len(sales["rows"]) > 0
    [lines] = sales["rows"][0]["from"]
    assert lines["table"] == "staging.order_lines" and lines["records"][0]["text"].startswith("{")
