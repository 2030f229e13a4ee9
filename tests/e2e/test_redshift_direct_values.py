"""Redshift, COPY = direct: values, which are what a lift makes of them, or nothing is loaded."""

import json
import shutil

import pytest

from cluster_workspace import BUCKET
from direct_workspace import DirectWorkspace, fill, make, shown_rejects, workspace  # noqa: F401
from readings import CELLS, write_definition
from test_values import ACCEPTED, REFUSED, record, records
from workspace import json_lines


class DirectLab(DirectWorkspace):
    """The same with the definition of a laboratory's readings."""

    def __init__(self, folder, double, copy):
        super().__init__(folder, double, f"[COPY]\nREADINGS = {copy}\n")
        write_definition(self.folder).rename(self.folder / "lab")
        shutil.rmtree(self.folder / "wh")
        (self.folder / "lab").rename(self.folder / "wh")
        self.declare("readings", 'objects = "immutable"')
        self.configure_copy(f"[COPY]\nREADINGS = {copy}\n[LAB]\nREADINGS = s3://{BUCKET}/{self.prefix}/readings\n")

    def require_nothing(self):
        path = self.folder / "wh/staging/readings.toml"
        path.write_text(path.read_text().replace(", required = true", ""))

    def rows(self, *arguments):
        sql = f"select {CELLS} from staging.readings order by id nulls last"
        return self.run("query", sql, "--format", "json", *arguments).json

    def counts(self, *arguments):
        sql = "select sum(records) as records, sum(staged) as staged, sum(rejected) as rejected from starlift.objects"
        return self.run("query", sql, "--format", "json", *arguments).json


@pytest.fixture
def make_lab(tmp_path, double):
    made = []

    def make_workspace(copy="direct"):
        folder = tmp_path / f"lab{len(made)}"
        folder.mkdir()
        made.append(DirectLab(folder, double, copy))
        return made[-1]

    yield make_workspace
    for lab in made:
        double.drop_database(lab.name)


def assert_nothing_was_loaded(lab):
    assert lab.value("select count(*) as n from staging.readings") == 0
    assert lab.value("select count(*) as n from starlift.objects") == 0
    assert lab.parts() == []


def is_scalar(source):
    """How COPY writes an object or an array into a text is not what the file has."""
    return not source.startswith(("{", "["))


def test_values_of_every_type_are_what_a_lift_takes_and_refuses(make_lab):
    accepted = [case for case in ACCEPTED if is_scalar(case[1])] + [
        ("day", '"2000-02-29"', None), ("day", '"0001-01-01"', None), ("day", '"9999-12-31"', None),
        ("at_iso", '"2018-11-01"', None), ("at_iso", '"2018-11-01T20:57Z"', None),
        ("at_iso", '"2018-11-01T20:57:10.1234567-0330"', None), ("at_iso", '"2016-02-29 00:00:00+05"', None),
        ("at_us", "-1.5", None), ("at_s", "-0.0000001", None), ("at_s", "253402300799", None), ("exact", "-0.5", None),
        ("level", "1e-99", None), ("level", "123456789012345678901234567890", None), ("is_on", '"FALSE"', None)]
    refused = [case for case in REFUSED if is_scalar(case[1])] + [
        ("day", '"1900-02-29"', None), ("day", '"0000-01-01"', None), ("day", '"2018-11-31"', None),
        ("day", '"2018-11-01 "', None), ("count", '"7 "', None), ("count", '"007"', None), ("count", '"+7"', None),
        ("count", "7.0000000000000001", None), ("count", "1.5e0", None), ("small", "-32769", None),
        ("is_on", '"true "', None), ("at_iso", '"2018-11-01T20:57:10+2:00"', None), ("at_ms", "1e15", None),
        ("at_s", "253402300800", None), ("exact", "12345678901234567890123456789", None), ("price", '"1.2.3"', None)]
    labs = []
    for copy in ("lift", "direct"):
        labs.append(lab := make_lab(copy))
        lab.put_object("readings/accepted.json", records(accepted))
        lab.put_object("readings/refused.json", "".join(
            record(1000 + number, column, source) for number, (column, source, _) in enumerate(refused)))
        lab.summary = lab.etl()["datasets"]["readings"]
    lifted, direct = labs
    assert direct.summary["copy"] == "direct" and lifted.summary["copy"] == "lift"
    assert direct.rows() == lifted.rows() and len(direct.rows()) == len(accepted)
    assert shown_rejects(direct) == json.loads(json.dumps(shown_rejects(lifted)).replace(lifted.prefix, direct.prefix))
    assert direct.summary["rejected"] == len(refused)


# What COPY makes of values that are no texts.


def test_a_cluster_that_rounds_the_numbers_of_json_is_found_out_before_it_loads(workspace):
    fill(workspace)
    workspace.tell_double("copy_json 'numbers rounded'")
    failed = workspace.run("etl", code=1)
    assert "makes the text 1541105830796 of 1541105830796.0 in JSON" in failed.stderr
    assert "EVENTS = lift under [COPY]" in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0
    assert workspace.parts() == []
    workspace.configure_copy("[COPY]\nEVENTS = lift\n")
    workspace.etl()


@pytest.mark.parametrize("note", [{"b": [1, 2]}, [], '{"b": [1, 2]}'])
def test_an_object_or_array_for_a_text_is_not_loaded_where_the_cluster_writes_it_anew(make_lab, note):
    lab = make_lab()
    lab.put_object("readings/a.json", json_lines([{"id": 1, "note": "[sic]"}, {"id": 2, "note": note}]))
    failed = lab.run("etl", code=1)
    assert "1 record of readings have an object or an array" in failed.stderr
    assert "READINGS = lift under [COPY]" in failed.stderr
    assert_nothing_was_loaded(lab)


def test_objects_and_arrays_are_loaded_where_the_cluster_keeps_them_as_they_are(make_lab):
    labs = [make_lab("lift"), make_lab()]
    for lab in labs:
        lab.tell_double("copy_json 'all as it is'")
        lab.put_object("readings/a.json", '{"id": 1, "note": {"b" : [1.50], "a":null}}\n{"id": 2, "note": [ ] }\n'
                                          '{"id": 3, "note": "[sic]"}\n{"id": 4, "note": "[7]"}\n')
        lab.etl()
    assert [row["note"] for row in labs[1].rows()] == ['{"b" : [1.50], "a":null}', "[ ]", "[sic]", "[7]"]
    assert labs[0].rows() == labs[1].rows()


# Records without any column.


def test_records_without_any_column_are_rows_of_nulls_on_every_way(make_lab):
    lifted, direct = make_lab("lift"), make_lab()
    for lab in (lifted, direct):
        lab.require_nothing()
        lab.put_object("readings/a.json", '{"id": 1}\n{}\n{"else": 2} {"id": null}\n{"id": "x"}\n')
        lab.put_object("readings/b.json", '{"id": 3}\n{"count": ""}\n{"broken": tru}\n{"id": 4}\n')
        lab.put_object("readings/c.json", '{"id": 5}\n')
        lab.etl()
    direct.run("etl", "--database", "lab.duckdb")
    assert [row["id"] for row in direct.rows()] == [1, 3, 4, 5] + [None] * 4
    assert direct.counts() == [{"records": 10, "staged": 8, "rejected": 2}]
    for other in ((lifted,), (direct, "--database", "lab.duckdb")):
        lab, *options = other
        assert lab.rows(*options) == direct.rows() and lab.counts(*options) == direct.counts()
    batches = direct.query("select distinct _object_id, _record from staging.readings")
    assert len(batches) == 1 and batches[0]["_record"] == 0


@pytest.mark.parametrize("array", ["[]", "[{}]", "[{}, {}]", '[{"id": 1}, {}]', '[{"id": "x"}, {"id": 2}]'])
def test_a_top_level_array_is_no_row_of_nulls(make_lab, array):
    """To COPY it is one, whatever it holds."""
    lab = make_lab()
    lab.require_nothing()
    lab.put_object("readings/a.json", '{"id": 1}\n')
    lab.put_object("readings/b.json", array)
    assert "READINGS = lift under [COPY]" in lab.run("etl", code=1).stderr
    assert_nothing_was_loaded(lab)
