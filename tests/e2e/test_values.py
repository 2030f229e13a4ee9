"""What each declared type takes and refuses: one record each, all loaded at once."""

import pytest

from readings import COLUMNS, Lab
from records import only

pytestmark = pytest.mark.every_engine

TWO_BYTES = "é"
ACCEPTED = [  # column, the value's source text, the value
    ("label", '"text"', "text"),
    ("label", '""', ""),
    ("label", '"  "', "  "),
    ("label", '"0123456789abcdef"', "0123456789abcdef"),
    ("label", '"%s"' % (TWO_BYTES * 8), TWO_BYTES * 8),
    ("label", '"a\\/b"', "a/b"),
    ("label", r'"\u00e9\n\t\"\\"', 'é\n\t"\\'),
    ("label", r'"\ud83c\udfb5"', "🎵"),
    ("label", "1.50", "1.50"),
    ("label", "-0", "-0"),
    ("label", "true", "true"),
    ("label", "false", "false"),
    ("label", '{"a": [1,  2]}', '{"a": [1,  2]}'),
    ("label", "[]", "[]"),
    ("label", "null", None),
    ("small", "32767", 32767),
    ("small", "-32768", -32768),
    ("count", "7", 7),
    ("count", '"7"', 7),
    ("count", '"-7"', -7),
    ("count", "7.0", 7),
    ("count", "7e0", 7),
    ("count", "0.7e1", 7),
    ("count", "1541016707.0", 1541016707),
    ("count", "-0", 0),
    ("count", '""', None),
    ("count", "null", None),
    ("big", "9223372036854775807", 9223372036854775807),
    ("big", "-9223372036854775808", -9223372036854775808),
    ("big", "9007199254740993", 9007199254740993),
    ("big", '"9007199254740993.0"', 9007199254740993),
    ("big", "1541016707796.0", 1541016707796),
    ("price", "12.34", "12.34"),
    ("price", '"12.3"', "12.30"),
    ("price", "-999999.99", "-999999.99"),
    ("price", "1e2", "100.00"),
    ("price", "12.340", "12.34"),
    ("exact", "1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789"),
    ("price", '""', None),
    ("level", "218.93179", 218.93179),
    ("level", "1", 1.0),
    ("level", '"-1.5e-3"', -0.0015),
    ("level", '""', None),
    ("is_on", "true", True),
    ("is_on", "false", False),
    ("is_on", '"true"', True),
    ("is_on", '"false"', False),
    ("is_on", '""', None),
    ("day", '"2018-11-01"', "2018-11-01"),
    ("day", '"2020-02-29"', "2020-02-29"),
    ("day", '""', None),
    ("at_ms", "1541105830796", "2018-11-01 20:57:10.796"),
    ("at_ms", '"1541105830796"', "2018-11-01 20:57:10.796"),
    ("at_ms", "1541105830796.0", "2018-11-01 20:57:10.796"),
    ("at_ms", "1541105830796.125", "2018-11-01 20:57:10.796125"),
    ("at_ms", "1.541105830796e12", "2018-11-01 20:57:10.796"),
    ("at_ms", "-1", "1969-12-31 23:59:59.999"),
    ("at_ms", '""', None),
    ("at_s", "1541105830", "2018-11-01 20:57:10"),
    ("at_s", "1541105830.796125", "2018-11-01 20:57:10.796125"),
    ("at_us", "1541105830796125", "2018-11-01 20:57:10.796125"),
    ("at_iso", '"2018-11-01T20:57:10.796Z"', "2018-11-01 20:57:10.796"),
    ("at_iso", '"2018-11-01T22:57:10.796125+02:00"', "2018-11-01 20:57:10.796125"),
    ("at_iso", '"2018-11-01 20:57:10"', "2018-11-01 20:57:10"),
    ("at_iso", '""', None),
]
REFUSED = [  # column, the value's source text, what the reason says
    ("label", '"0123456789abcdefg"', "17 bytes do not fit varchar(16)"),
    ("label", '"%s"' % (TWO_BYTES * 9), "18 bytes do not fit varchar(16)"),
    ("label", "[1, 2, 3, 4, 5, 6]", "varchar(16)"),
    ("label", r'"a\u0000b"', "NUL"),
    ("small", "32768", "32768 does not fit smallint"),
    ("count", "2147483648", "2147483648 does not fit integer"),
    ("count", "7.5", "7.5"),
    ("count", '"seven"', '"seven" is not an integer'),
    ("count", '"0x1F"', "not an integer"),
    ("count", '" "', "not an integer"),
    ("count", "true", "true"),
    ("count", "[7]", "[7]"),
    ("big", "9223372036854775808", "9223372036854775808 does not fit bigint"),
    ("big", "1e400", "bigint"),
    ("price", "1000000.00", "decimal(8,2)"),
    ("price", "12.345", "decimal(8,2)"),
    ("price", '"12,34"', "12,34"),
    ("level", '"loud"', '"loud" is not a number'),
    ("level", "1e999", "1e999"),
    ("level", '"NaN"', "NaN"),
    ("is_on", '"yes"', '"yes"'),
    ("is_on", "1", "1"),
    ("day", '"2018-02-30"', "2018-02-30"),
    ("day", '"01/11/2018"', "01/11/2018"),
    ("day", "20181101", "20181101"),
    ("at_ms", '"yesterday"', "yesterday"),
    ("at_ms", "1e30", "1e30"),
    ("at_iso", '"2018-11-01T25:00:00Z"', "2018-11-01T25:00:00Z"),
    ("at_iso", "1541105830796", "1541105830796"),
]


def record(number, column, source):
    """A record with one value, where the definition says that it is."""
    text = source
    for name in reversed(COLUMNS[column][0].split(".")):
        text = f'{{"{name}": {text}}}'
    return f'{{"id": {number}, {text[1:]}\n'


def records(cases):
    return "".join(record(number, column, source) for number, (column, source, _) in enumerate(cases))


def named(cases):
    return [pytest.param(number, *case, id=f"{case[0]} {case[1]}") for number, case in enumerate(cases)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("values"))
    lab.put_reading("accepted.json", records(ACCEPTED))
    lab.put_reading("refused.json", records(REFUSED))
    lab.put_reading("others.json", '{"id": 1, "place": {"address": {"city": "Ulm"}}, "list": [1, 2, 3]}\n'
                                   '{"id": 2, "place": "Ulm", "list": {"1": 2}}\n'
                                   '{"id": 3, "place": {"address": null}, "list": [1]}\n'
                                   '{"id": 4}\n'
                                   '{"id": 5, "label": "first", "count": 1, "label": "last", "count": null}\n'
                                   '{"id": "", "label": "a"}\n{"label": "b"}\n{"id": null, "label": "c"}\n')
    lab.summary = lab.etl()
    lab.rows, lab.refusals = lab.staged(), lab.rejected()
    return lab


@pytest.mark.parametrize("number, column, source, value", named(ACCEPTED))
def test_accepted(lab, number, column, source, value):
    assert only(lab.rows["accepted.json"], id=number)[column] == value


@pytest.mark.parametrize("number, column, source, reason", named(REFUSED))
def test_refused(lab, number, column, source, reason):
    refusal = only(lab.refusals["refused.json"], record=number + 1)
    assert refusal["column"] == column and reason in refusal["reason"]
    assert refusal["raw"] == record(number, column, source).strip()[:80]


def test_nothing_else_was_accepted_or_refused(lab):
    assert len(lab.rows["accepted.json"]) == len(ACCEPTED) and "accepted.json" not in lab.refusals
    assert len(lab.refusals["refused.json"]) == len(REFUSED) and "refused.json" not in lab.rows


def test_nested_fields_and_elements(lab):
    rows = [(row["place"], row["second"]) for row in lab.rows["others.json"]]
    assert rows[:3] == [("Ulm", 2), (None, None), (None, None)]


def test_absent_is_null(lab):
    absent = only(lab.rows["others.json"], id=4)
    assert all(absent[column] is None for column in COLUMNS if column != "id")


def test_of_duplicate_keys_the_last_wins(lab):
    last = only(lab.rows["others.json"], id=5)
    assert (last["label"], last["count"]) == ("last", None)


def test_a_required_field_must_be_there(lab):
    refusals = [(row["record"], row["column"]) for row in lab.refusals["others.json"]]
    assert refusals == [(6, "id"), (7, "id"), (8, "id")]
    assert all("required" in row["reason"] for row in lab.refusals["others.json"])
