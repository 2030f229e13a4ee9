"""How records lie in objects: what is read, what is rejected alone, and what is said of it."""

import base64
import gzip
import re
import shutil
import subprocess

import pytest

from readings import Lab

pytestmark = pytest.mark.every_engine

MAX_RECORD_BYTES = 4 << 20
LINES = b'{"id": 1}\n{"id": 2}\n{"id": 3}\n'


def zstd(content):
    """A zstd frame that stores `content` as it is (RFC 8878: single segment, raw blocks)."""
    frame = b"\x28\xb5\x2f\xfd" + b"\xa0" + len(content).to_bytes(4, "little")
    return frame + (len(content) << 3 | 1).to_bytes(3, "little") + content


def flipped(content, position):
    """The content with one byte changed."""
    return content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1:]


def padded(number, size_bytes):
    """A record of that many bytes."""
    frame = b'{"id": %d, "other": ""}' % number
    return frame[:-2] + b"x" * (size_bytes - len(frame)) + frame[-2:]


ACCEPTED = {  # an object's bytes and the ids in it
    "lines.json": (LINES, [1, 2, 3]),
    "no final newline.json": (LINES[:-1], [1, 2, 3]),
    "windows newlines.json": (LINES.replace(b"\n", b"\r\n"), [1, 2, 3]),
    "blank lines.json": (b"\n\n  \n" + LINES.replace(b"\n", b"\n \t\n\n"), [1, 2, 3]),
    "nothing between.json": (LINES.replace(b"\n", b""), [1, 2, 3]),
    "blanks between.json": (LINES.replace(b"\n", b" \t "), [1, 2, 3]),
    "over lines.json": (b'{\n  "id":\n  1\n}\n{\n"id": 2 }{"id"\n:3}', [1, 2, 3]),
    "braces in text.json": (b'{"note": "}\\"{", "id": 1}\n{"note": "\\\\", "id": 2}', [1, 2]),
    "array.json": (b'[{"id": 1}, {"id": 2}]', [1, 2]),
    "array over lines.json": (b'[\n  {"id": 1},\n  {"id": 2}\n]\n', [1, 2]),
    "arrays and records.json": (b'[{"id": 1}]\n{"id": 2}\n[]\n[{"id": 3}]', [1, 2, 3]),
    "byte order mark.json": (b"\xef\xbb\xbf" + LINES, [1, 2, 3]),
    "byte order mark and array.json": (b'\xef\xbb\xbf[{"id": 1}]', [1]),
    "without any suffix": (LINES, [1, 2, 3]),
    "gzip.json": (gzip.compress(LINES), [1, 2, 3]),
    "gzip in two parts.gz": (gzip.compress(LINES) + gzip.compress(b'{"id": 4}'), [1, 2, 3, 4]),
    "plain.gz": (LINES, [1, 2, 3]),
    "zstd.json": (zstd(LINES), [1, 2, 3]),
    "zstd in two frames.zst": (zstd(LINES) + zstd(b'{"id": 4}'), [1, 2, 3, 4]),
    "zstd and byte order mark.json": (zstd(b"\xef\xbb\xbf" + LINES), [1, 2, 3]),
    "long line.json": (b"".join(b'{"id": %d}' % i for i in range(40_000)), range(40_000)),
    "long lines.json": (b"\n".join(padded(i, 90_000) for i in range(9)), range(9)),
    "long gzip.json": (gzip.compress(b"\n".join(padded(i, 90_000) for i in range(9))), range(9)),
    "largest record.json": (padded(1, MAX_RECORD_BYTES) + b"\n" + padded(2, MAX_RECORD_BYTES), [1, 2]),
    "empty.json": (b"", []),
    "blank.json": (b" \r\n\t\n", []),
    "empty array.json": (b"[ ]", []),
}

REJECTED = {  # an object's bytes, the ids that load, and record, offset, reason of what does not
    "broken.json": (b'{"id": 1}\n{"id": 2, broken}\n{"id": 3}\n', [1, 3], [(2, 10, "broken JSON")]),
    "broken over lines.json": (b'{"id": 1}\n{"id": 2,\n "a" 1\n}\n  {"id": 3}\n{"id": 4}\n', [1, 4],
                               [(2, 10, "broken JSON")]),
    "broken amid its line.json": (b'{"id": 1}{"id": }{"id": 2}\n{"id": 3}', [1, 3], [(2, 9, "broken JSON")]),
    "truncated.json": (b'{"id": 1}\n{"id": 2, "label": "x', [1], [(2, 10, "broken JSON")]),
    "truncated amid.json": (b'{"id": 1}\n{"id": 2, "label": "x\n{"id": 3}\n', [1, 3], [(2, 10, "broken JSON")]),
    "words.json": (b"hello\nworld\n" + LINES, [1, 2, 3], [(1, 0, "broken JSON")]),
    "no object.json": (b'{"id": 1}\n7\n"text"\nnull\n{"id": 2}', [1, 2],
                       [(2, 10, "not an object"), (3, 12, "not an object"), (4, 19, "not an object")]),
    "no object in array.json": (b'[{"id": 1}, 7, [8], {"id": 2}]', [1, 2],
                                [(2, 12, "not an object"), (3, 15, "not an object")]),
    "unclosed array.json": (b'[{"id": 1},\n{"id": 2}', [1, 2], [(3, 21, "not closed")]),
    "broken in array.json": (b'[\n{"id": 1},\n{"id": },\n{"id": 3}\n]', [1, 3], [(2, 13, "broken JSON")]),
    "control character.json": (b'{"id": 1, "label": "a\tb"}\n{"id": 2}', [2], [(1, 0, "broken JSON")]),
    "not a number.json": (b'{"id": NaN}\n{"id": 2}', [2], [(1, 0, "broken JSON")]),
    "leading zero.json": (b'{"id": 01}\n{"id": 2}', [2], [(1, 0, "broken JSON")]),
    "trailing comma.json": (b'{"id": 1,}\n{"id": 2}', [2], [(1, 0, "broken JSON")]),
    "single quotes.json": (b"{'id': 1}\n{\"id\": 2}", [2], [(1, 0, "broken JSON")]),
    "wrong value.json": (b'{"id": 1}\r\n{"id": "x"}\r\n{"id": 3}\r\n', [1, 3], [(2, 11, '"x" is not an integer')]),
    "after a mark.json": (b'\xef\xbb\xbf{"id": "x"}\n{"id": 2}', [2], [(1, 3, "not an integer")]),
    "NUL escape.json": (b'{"id": 1, "label": "a\\u0000"}\n{"id": 2}', [2], [(1, 0, "NUL")]),
    "NUL byte.json": (b'{"id": 1, "label": "a\x00"}\n{"id": 2}', [2], [(1, 0, "broken JSON")]),
    "invalid UTF-8.json": (b'{"id": 1, "label": "caf\xe9"}\n{"id": 2}', [2], [(1, 0, "invalid UTF-8")]),
    "overlong UTF-8.json": (b'{"id": 1, "label": "\xc0\xaf"}\n{"id": 2}', [2], [(1, 0, "invalid UTF-8")]),
    "high surrogate.json": (b'{"id": 1, "label": "\\ud83c"}\n{"id": 2}', [2], [(1, 0, "surrogate")]),
    "low surrogate.json": (b'{"id": 1, "label": "\\udfb5\\ud83c"}\n{"id": 2}', [2], [(1, 0, "surrogate")]),
    "over the limit.json": (b'{"id": 1}\n' + padded(2, MAX_RECORD_BYTES + 1) + b'\n{"id": 3}', [1, 3],
                            [(2, 10, "4,194,305 bytes are more than")]),
    "far over the limit.json": (padded(1, 3 * MAX_RECORD_BYTES) + b'{"id": 2}', [2], [(1, 0, "12,582,912 bytes")]),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("input"))
    for name, (content, *_) in [*ACCEPTED.items(), *REJECTED.items()]:
        lab.put_reading(name, content)
    lab.put_reading(".hidden.json", "not read")
    lab.put_reading("unknown.json", '{"id": 1}\n'
                                    '{"id": 2, "colour": "red", "place": {"floor": 3}}\n'
                                    '{"id": 3, "colour": 7}\n')
    lab.run_summary = lab.etl()
    lab.summary = lab.run_summary["datasets"]["readings"]
    lab.rows, lab.refusals = lab.staged(), lab.rejected()
    return lab


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(lab, name):
    assert [row["id"] for row in lab.rows.get(name, [])] == list(ACCEPTED[name][1])
    assert name not in lab.refusals


@pytest.mark.parametrize("name", REJECTED)
def test_rejected_alone(lab, name):
    _, ids, rejects = REJECTED[name]
    refused = lab.refusals[name]
    assert [row["id"] for row in lab.rows.get(name, [])] == ids
    assert [(row["record"], row["offset"]) for row in refused] == [reject[:2] for reject in rejects]
    for row, (_, _, reason) in zip(refused, rejects):
        assert reason in row["reason"] and row["dataset"] == "readings"


MANY_LINES = b"".join(b'{"id": %d}\n' % i for i in range(8000))
STORED_GZIP = gzip.compress(MANY_LINES, compresslevel=0)  # blocks of 65,535 bytes, each after a header of 5
DAMAGED = {  # an object's bytes, how many records are before the damage at least, and the reason
    "gzip that ends in its header": (gzip.compress(LINES)[:8], 0, "ends too early"),
    "gzip with a broken first block": (flipped(gzip.compress(LINES), 10), 0, "the gzip data is damaged"),
    "gzip with a broken second block": (flipped(STORED_GZIP, 10 + 5 + 65_535 + 1), 5000, "the gzip data is damaged"),
    "much gzip after a broken second block": (flipped(STORED_GZIP, 10 + 5 + 65_535 + 1) + bytes(200_000), 5000,
                                              "the gzip data is damaged"),
    "gzip with a broken second part": (gzip.compress(LINES) + flipped(gzip.compress(LINES), 10), 3,
                                       "the gzip data is damaged"),
    "gzip without its end": (gzip.compress(LINES)[:-12], 0, "ends too early"),
    "half a gzip": (gzip.compress(MANY_LINES)[:-2000], 100, "ends too early"),
    "gzip with a wrong check sum": (flipped(gzip.compress(LINES), -6), 0, "the gzip data is damaged"),
    "zstd that ends in its header": (zstd(LINES)[:7], 0, "ends too early"),
    "zstd with a broken first block": (flipped(zstd(LINES), 9), 0, "the zstd data is damaged"),
    "zstd with a broken second frame": (zstd(LINES) + flipped(zstd(LINES), 9), 3, "the zstd data is damaged"),
    "zstd that ends in its second frame": (zstd(LINES) + zstd(LINES)[:-5], 3, "ends too early"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_content_loads_up_to_the_damage(tmp_path, name):
    content, least, reason = DAMAGED[name]
    lab = Lab(tmp_path)
    lab.put_reading("damaged.json", content)
    lab.put_reading("whole.json", LINES)
    lab.etl()
    staged = lab.staged()
    assert [row["id"] for row in staged["whole.json"]] == [1, 2, 3]
    loaded = staged.get("damaged.json", [])
    assert len(loaded) >= least
    *cut, damage = lab.rejected()["damaged.json"]
    assert [row["reason"] for row in cut] in ([], ["broken JSON: the content ends inside the record"])
    assert reason in damage["reason"] and damage["record"] == len(loaded) + len(cut) + 1
    assert damage["offset"] >= sum(len(b'{"id": %d}\n' % row["id"]) for row in loaded)


def test_every_record_read_is_staged_or_rejected(lab):
    assert lab.summary["records"] == lab.summary["staged"] + lab.summary["rejected"]
    assert lab.summary["staged"] == sum(len(rows) for rows in lab.rows.values())
    assert lab.summary["rejected"] == sum(len(rows) for rows in lab.refusals.values())
    per_object = lab.query("select count(*) as n from starlift.objects where records <> staged + rejected")
    assert per_object == [{"n": 0}]


def test_hidden_files_are_no_objects(lab):
    assert lab.summary["objects"] == len(ACCEPTED) + len(REJECTED) + 1


def test_records_are_numbered_in_their_object(lab):
    assert [row["_record"] for row in lab.rows["broken.json"]] == [1, 3]
    assert [row["_record"] for row in lab.rows["long line.json"]] == list(range(1, 40_001))


def test_a_reject_keeps_the_raw_text(lab):
    [broken] = lab.refusals["broken.json"]
    told = {name: broken[name] for name in ("dataset", "object", "record", "offset", "column", "raw")}
    assert told == {"dataset": "readings", "object": f"{lab.folder}/readings/broken.json", "record": 2, "offset": 10,
                    "column": None, "raw": '{"id": 2, broken}'}
    [wrong] = lab.refusals["wrong value.json"]
    assert (wrong["column"], wrong["raw"]) == ("id", '{"id": "x"}')


def reject_of(lab, name):
    [row] = lab.query(f"select r.* from starlift.rejects r join starlift.objects o on o.object_id = r.object_id "
                      f"where o.key like '%/{name}'")
    return row


def test_raw_text_that_is_no_text_is_kept_as_base64(lab):
    for name, byte in (("invalid UTF-8.json", b"\xe9"), ("NUL byte.json", b"\0")):
        reject = reject_of(lab, name)
        raw = base64.b64decode(reject["raw_text"])
        assert reject["raw_encoding"] == "base64" and byte in raw and raw.startswith(b'{"id": 1')


def test_of_a_long_reject_the_first_64_kb_are_kept_and_its_size(lab):
    reject = reject_of(lab, "far over the limit.json")
    assert reject["raw_text"].startswith('{"id": 1, "other": "xxx') and 60_000 < len(reject["raw_text"]) < 65_536
    assert (reject["raw_encoding"], reject["raw_bytes"]) == ("text", 3 * MAX_RECORD_BYTES)


def test_a_reject_says_where_the_trouble_begins(lab):
    assert reject_of(lab, "broken.json")["error_position"] == '{"id": 2, broken}'.index("b")
    assert reject_of(lab, "wrong value.json")["error_position"] == '{"id": "x"}'.index('"x"')


def test_unknown_fields_are_counted_and_named_once_with_their_first_place(lab):
    place = f"{lab.folder}/readings/unknown.json:2"
    unknown = {name: field for name, field in lab.summary["unknown_fields"].items() if name != "other"}
    assert unknown == {"colour": {"count": 2, "first": place}, "place.floor": {"count": 1, "first": place}}


def test_the_summary_for_people_names_unknown_fields_and_rejects(lab):
    text = lab.run("etl", "--database", "people.duckdb").stdout
    assert re.search(r"^readings +colour +2 +\S+/unknown.json:2$", text, re.MULTILINE)
    assert f"{lab.summary['rejected']} records rejected; starlift rejects shows where and why" in text


@pytest.mark.skipif(not shutil.which("zstd"), reason="there is no zstd program")
def test_what_the_zstd_program_writes_is_read(tmp_path):
    lab = Lab(tmp_path)
    content = b"".join(b'{"id": %d, "label": "text"}\n' % i for i in range(20_000))
    packed = subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True, check=True).stdout
    assert len(packed) < len(content) / 4
    lab.put_reading("many.json", packed)
    lab.etl()
    assert lab.value("select count(distinct id) from staging.readings where label = 'text'") == 20_000
