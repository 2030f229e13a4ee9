"""Redshift, COPY = direct: the cluster reads the objects itself."""

import gzip
import itertools
import json
import re
import shutil

import pytest
import zstandard

from cluster_workspace import BUCKET, ClusterWorkspace
from readings import CELLS, write_definition
from records import event, play, song
from test_values import ACCEPTED, REFUSED, record, records
from workspace import STAR, json_lines, json_text

NUMBERS = itertools.count(1)
DIRECT = "[COPY]\nEVENTS = direct\nSONGS = direct\n"


class DirectWorkspace(ClusterWorkspace):
    """Its sources are in a prefix of the bucket; its datasets are declared immutable, and copied as `copy` says."""

    def __init__(self, folder, double, copy=DIRECT):
        self.prefix = f"data-{next(NUMBERS)}"
        self._is_defined = False
        super().__init__(folder, double)
        self.configure_copy(copy)
        self.run("init", "wh")
        for name in ("events", "songs"):
            self.declare(name, 'objects = "immutable"')
        self._is_defined = True

    def configure_copy(self, copy, **values):
        data = f"s3://{BUCKET}/{self.prefix}"
        self.configure(**{"log_data": f"{data}/log_data", "song_data": f"{data}/song_data", "cluster": copy, **values})

    def declare(self, dataset, line):
        path = self.folder / f"wh/staging/{dataset}.toml"
        path.write_text(f"{line}\n{path.read_text()}")

    def run(self, *arguments, **options):
        return super().run(*arguments, *(("--warehouse", "wh") if self._is_defined else ()), **options)

    def put_object(self, name, content):
        body = content.encode() if isinstance(content, str) else content
        self.client.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}", Body=body)
        return f"s3://{BUCKET}/{self.prefix}/{name}"

    def put_events(self, name, *records, **_):
        return self.put_object(f"log_data/{name}", json_lines(records))

    def put_songs(self, name, *records, **_):
        return self.put_object(f"song_data/{name}", json_lines(records))

    def delete_object(self, name):
        self.client.delete_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}")

    def staged(self, dataset):
        """Its rows without lineage, in a fixed order."""
        rows = self.query(f"select * from staging.{dataset}")
        return sorted((json.dumps({name: value for name, value in row.items() if not name.startswith("_")})
                       for row in rows))

    def parts(self):
        return [key for key in super().parts() if key.startswith("area/")]


@pytest.fixture
def make(tmp_path, double):
    made = []

    def make_workspace(copy=DIRECT):
        folder = tmp_path / f"w{len(made)}"
        folder.mkdir()
        made.append(DirectWorkspace(folder, double, copy))
        return made[-1]

    yield make_workspace
    for workspace in made:
        double.drop_database(workspace.name)


@pytest.fixture
def workspace(make):
    return make()


def fill(workspace):
    """Values of every kind that the real data have."""
    workspace.put_events(
        "2018/a.json", play(sessionId=1, length=0.1, userAgent='"Mozilla/5.0 (X11; \\n) it\'s \\\\"'), play(sessionId=2),
        event(userId="", firstName=None, registration=None, location="Zürich, 東京 \U0001f3b5"))
    workspace.put_events("2018/b.json", play(sessionId=3, registration=1541105830796.0, length=246.30812, ts=1541105830001),
                         event(sessionId=4, userId="12", location="blanks  "), event(userId=None, auth="Logged Out"))
    workspace.put_songs("s.json", song(), song(song_id="SO2", artist_latitude=-12.5, artist_longitude=7e-5, year=0))
    return workspace


# Loading.


def test_the_same_rows_as_a_lift(make):
    lifted, direct = fill(make("[COPY]\nEVENTS = lift\n")), fill(make())
    lifted.etl()
    summary = direct.etl()
    assert {name: dataset["copy"] for name, dataset in summary["datasets"].items()} == {"events": "direct", "songs": "direct"}
    for dataset in ("events", "songs"):
        assert direct.staged(dataset) == lifted.staged(dataset)
    assert len(direct.staged("events")) == 6
    assert direct.tables(names=STAR) == lifted.tables(names=STAR)
    assert direct.parts() == []
    assert direct.etl()["run_id"] is None, "nothing is new"


def test_only_the_new_objects_are_read_and_the_star_follows(make):
    direct, lifted = fill(make()), fill(make("[COPY]\nEVENTS = lift\n"))
    direct.etl()
    for workspace in (direct, lifted):
        workspace.put_events("2018/c.json", play(sessionId=9), event(sessionId=9, userId="12", level="paid"))
        read = workspace.etl()["datasets"]["events"]["new"]
        assert read == (1 if workspace is direct else 3)
    assert direct.tables(names=STAR) == lifted.tables(names=STAR)
    batches = direct.query("select distinct _object_id, _record from staging.events order by 1")
    assert len(batches) == 2 and all(row["_record"] == 0 for row in batches)


def test_every_compression_is_a_copy_of_its_own(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put_object("log_data/b.json.gz", gzip.compress(json_lines([play(sessionId=2)]).encode()))
    workspace.put_object("log_data/c.json.zst", zstandard.ZstdCompressor().compress(json_lines([play(sessionId=3)]).encode()))
    workspace.put_object("log_data/d.json.gz", gzip.compress(json_lines([play(sessionId=4)]).encode()))
    workspace.put_songs("s.json", song())
    shown = workspace.run("etl", "--dry-run").stdout
    copies = re.findall(r'copy "starlift_copied_events".*?statupdate off', shown, re.DOTALL)
    assert [("\ngzip\n" in copy, "\nzstd\n" in copy) for copy in copies] == [(False, False), (True, False), (False, True)]
    workspace.etl()
    assert workspace.sessions() == [1, 2, 3, 4]
    counts = workspace.query("select o.key, o.records, o.staged, c.batch_id from starlift.objects as o join "
                             "starlift.copied_objects as c on c.object_id = o.object_id where o.dataset = 'events' order by 1")
    assert [(row["records"], row["staged"]) for row in counts] == [(1, 1)] * 4, "the cluster tells them object by object"
    assert len({row["batch_id"] for row in counts}) == 3 and counts[1]["batch_id"] == counts[3]["batch_id"]


def test_a_dry_run_shows_every_statement_and_no_key(workspace, double):
    fill(workspace)
    shown = workspace.run("etl", "--dry-run", "--max-rejects", "7").stdout
    assert re.search(r'create temporary table "starlift_copied_events" \(\s+"artist" varchar\(1024\),', shown)
    assert f"iam_role '{double.role}'" in shown and "/jsonpaths.json'" in shown and "\nmaxerror 8\n" in shown
    assert 'insert into "staging"."events"' in shown and 'drop table "starlift_copied_events"' in shown
    assert double.s3.access_key not in shown and double.s3.secret_key not in shown
    assert "COPY = direct" in shown
    assert workspace.parts() == []


def test_a_jsonpaths_file_of_the_users_own(workspace):
    names = ["artist", "auth", "first_name", "gender", "item_in_session", "last_name", "length", "level", "location",
             "method", "page", "registration", "session_id", "song", "status", "ts", "user_agent", "user_id"]
    paths = [f"$['x']['{name}']" for name in names]
    workspace.put("paths.json", json.dumps({"jsonpaths": paths}))
    workspace.put("dwh.cfg", (workspace.folder / "dwh.cfg").read_text() + "LOG_JSONPATH = paths.json\n")
    record = {name: None for name in names} | {"item_in_session": "3", "session_id": 5, "ts": 1541105830796, "page": "Home"}
    workspace.put_object("log_data/a.json", json_text({"x": record}))
    workspace.put_songs("s.json", song())
    workspace.etl()
    [row] = workspace.query("select session_id, item_in_session, page, ts from staging.events")
    assert row == {"session_id": 5, "item_in_session": 3, "page": "Home", "ts": "2018-11-01 20:57:10.796"}


# Values.


class DirectLab(DirectWorkspace):
    """The same with the definition of a laboratory's readings."""

    def __init__(self, folder, double, copy):
        super().__init__(folder, double, f"[COPY]\nREADINGS = {copy}\n")
        write_definition(self.folder).rename(self.folder / "lab")
        shutil.rmtree(self.folder / "wh")
        (self.folder / "lab").rename(self.folder / "wh")
        self.declare("readings", 'objects = "immutable"')
        self.configure_copy(f"[COPY]\nREADINGS = {copy}\n[LAB]\nREADINGS = s3://{BUCKET}/{self.prefix}/readings\n")

    def rows(self):
        return self.query(f"select {CELLS} from staging.readings order by id")


def is_scalar(source):
    """How COPY writes an object or an array into a text is not what the file has."""
    return not source.startswith(("{", "["))


def test_values_of_every_type_are_what_a_lift_takes_and_refuses(tmp_path, double):
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
        folder = tmp_path / copy
        folder.mkdir()
        labs.append(lab := DirectLab(folder, double, copy))
        lab.put_object("readings/accepted.json", records(accepted))
        lab.put_object("readings/refused.json", "".join(
            record(1000 + number, column, source) for number, (column, source, _) in enumerate(refused)))
        lab.summary = lab.etl()["datasets"]["readings"]
    lifted, direct = labs
    assert direct.summary["copy"] == "direct" and lifted.summary["copy"] == "lift"
    assert direct.rows() == lifted.rows() and len(direct.rows()) == len(accepted)
    assert shown_rejects(direct) == json.loads(json.dumps(shown_rejects(lifted)).replace(lifted.prefix, direct.prefix))
    assert direct.summary["rejected"] == len(refused)


# What is chosen.


def test_auto_takes_large_immutable_objects_direct(make):
    workspace = fill(make(""))
    shown = workspace.run("etl", "--dry-run", "--json").json
    assert {(entry["copy"], entry["copy_reason"]) for entry in shown["datasets"]} == {("lift", "the default")}
    workspace.configure_copy("[COPY]\nEVENTS = auto\nSONGS = auto\n")
    assert {name: entry["copy"] for name, entry in workspace.etl()["datasets"].items()} == {"events": "lift", "songs": "lift"}
    for name in ("x", "y"):
        workspace.put_object(f"log_data/{name}.json", json_text(play(sessionId=7)) + " " * (33 << 20))
    summary = workspace.run("etl", "--dry-run", "--json").json
    [events] = [entry for entry in summary["datasets"] if entry["name"] == "events"]
    assert events["copy"] == "direct" and events["copy_reason"].startswith("2 objects of 33")
    shown = workspace.run("etl", "--dry-run").stdout
    assert "events: the cluster reads the objects itself, COPY = direct (2 objects of 33" in shown
    toml = workspace.folder / "wh/staging/events.toml"
    toml.write_text(toml.read_text().replace('objects = "immutable"', 'objects = "changing"'))
    assert "COPY = lift (its objects are not declared immutable)" in workspace.run("etl", "--dry-run").stdout


def test_local_sources_always_lift(workspace):
    workspace.configure(cluster=DIRECT)
    workspace.put("log_data/a.json", json_lines([play(sessionId=1)]))
    workspace.put("song_data/s.json", json_lines([song()]))
    assert workspace.etl()["datasets"]["events"]["copy"] == "lift"
    assert workspace.sessions() == [1]


def test_direct_needs_the_declaration_and_a_known_word(workspace):
    fill(workspace)
    toml = workspace.folder / "wh/staging/events.toml"
    toml.write_text(toml.read_text().replace('objects = "immutable"\n', ""))
    failed = workspace.run("etl", code=2)
    assert 'declare objects = "immutable" in staging/events.toml' in failed.stderr
    workspace.configure_copy("[COPY]\nEVENTS = fast\n")
    assert '"fast" is no way to copy' in workspace.run("etl", code=2).stderr
    toml.write_text('objects = "eternal"\n' + toml.read_text())
    assert "staging/events.toml:1:" in workspace.run("etl", code=2).stderr


# Rejects.


def bad_events(workspace):
    """Broken JSON, a text that is too long, a required field that is missing, and numbers and times that are none."""
    workspace.put_object("log_data/a.json", "\n".join([
        json_text(play(sessionId=1)), '{"broken": tru, "page": "x"}', json_text(play(sessionId=2, page="p" * 257)),
        json_text(play(sessionId=3, ts=None)), json_text(play(sessionId=4))]) + "\n")
    workspace.put_object("log_data/b.json", "\n".join([
        json_text(play(sessionId=5)), json_text(play(sessionId="six")), json_text(play(sessionId=7, length="NaN")),
        json_text(play(sessionId=8, status=70000000000)), json_text(play(sessionId=9))]) + "\n")
    workspace.put_events("c.json", play(sessionId=10))
    workspace.put_songs("s.json", song())
    return workspace


def shown_rejects(workspace):
    return [{name: reject[name] for name in ("object", "record", "offset", "column", "reason", "raw")} for reject in
            sorted(workspace.rejects(), key=lambda reject: (reject["object"], reject["record"]))]


def test_the_same_rejects_as_a_lift(make):
    lifted, direct = bad_events(make("[COPY]\nEVENTS = lift\n")), bad_events(make())
    expected, summary = lifted.etl()["datasets"]["events"], direct.etl()["datasets"]["events"]
    for name in ("records", "staged", "rejected"):
        assert summary[name] == expected[name]
    assert summary["rejected"] == 6
    text = json.dumps(shown_rejects(lifted)).replace(lifted.prefix, direct.prefix)
    assert shown_rejects(direct) == json.loads(text)
    assert direct.staged("events") == lifted.staged("events")
    counts = "select replace(key, '{}', '') as key, records, staged, rejected from starlift.objects order by 1"
    assert direct.query(counts.format(direct.prefix)) == lifted.query(counts.format(lifted.prefix))


def test_what_only_the_cluster_refuses_rolls_back_with_its_reason(workspace):
    names = ["artist", "auth", "firstName", "gender", "itemInSession", "lastName", "length", "level", "location",
             "method", "page", "registration", "sessionId", "song", "status", "ts", "userAgent", "userId"]
    paths = [f"$['{name}'][0]" if name == "artist" else f"$['{name}']" for name in names]
    workspace.put("paths.json", json.dumps({"jsonpaths": paths}))
    workspace.put("dwh.cfg", (workspace.folder / "dwh.cfg").read_text() + "LOG_JSONPATH = paths.json\n")
    workspace.put_events("a.json", play(sessionId=1, artist=["one"]), play(sessionId=2, artist="none"))
    workspace.put_songs("s.json", song())
    failed = workspace.run("etl", code=1)
    assert "refused what ends in line 2 (Invalid JSONPath format: Not an array" in failed.stderr
    assert "EVENTS = lift under [COPY]" in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0


@pytest.mark.parametrize("what, told", [("lines_scanned + 1 as lines_scanned", "read 6 lines and left some out"),
                                        ("null::bigint as lines_scanned", "read 0 lines and left some out")])
def test_lines_that_do_not_add_up_to_the_records_roll_back(workspace, double, what, told):
    bad_events(workspace)
    double.run_postgres("alter view redshift.sys_load_detail rename to told", workspace.name)
    double.run_postgres(f"create view redshift.sys_load_detail as select query_id, file_name, {what} from redshift.told",
                        workspace.name)
    failed = workspace.run("etl", code=1)
    assert told in failed.stderr and "EVENTS = lift under [COPY]" in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0


def test_more_rejects_than_allowed_end_the_copy_and_roll_back(workspace):
    bad_events(workspace)
    failed = workspace.run("etl", "--max-rejects", "1", code=1)
    assert "starlift_copied_events" in failed.stderr and "log_data/a.json, line " in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0
    assert workspace.value("select count(*) as n from starlift.objects") == 0
    assert workspace.parts() == []


@pytest.mark.parametrize("limit", ["4", "40%"])
def test_a_limit_that_the_copy_alone_keeps_is_enforced_after_it(workspace, limit):
    bad_events(workspace)
    failed = workspace.run("etl", "--max-rejects", limit, code=1)
    assert "rejected 6 of 12 records" in failed.stderr and "starlift-rejects-run-1.ndjson" in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0


def test_errors_that_the_cluster_does_not_show_roll_back(workspace, double):
    bad_events(workspace)
    workspace.tell_double("fail_at 'from sys_load_error_detail.*where query_id' 'no such luck'")
    assert "no such luck" in workspace.run("etl", code=1).stderr
    assert workspace.value("select count(*) as n from staging.events") == 0


def test_an_older_cluster_is_asked_another_view(workspace):
    bad_events(workspace)
    workspace.tell_double("fail_at 'select 1 from sys_load_error_detail' 'relation does not exist'")
    assert workspace.etl()["datasets"]["events"]["rejected"] == 6


def test_without_a_count_of_errors_no_record_may_be_left_out(workspace):
    bad_events(workspace)
    workspace.tell_double("fail_at 'select 1 from sys_load_history' 'relation does not exist'")
    assert "log_data/a.json, line " in workspace.run("etl", code=1).stderr
    assert workspace.value("select count(*) as n from staging.events") == 0


def test_what_the_cluster_reads_differently_rolls_back_and_names_the_way_out(workspace):
    """A top-level array is one row to a COPY, its elements are records to starlift."""
    workspace.put_object("log_data/a.json", json.dumps([play(sessionId=1), play(sessionId=2)]))
    workspace.put_songs("s.json", song())
    failed = workspace.run("etl", code=1)
    assert "EVENTS = lift under [COPY]" in failed.stderr
    workspace.configure_copy("[COPY]\nEVENTS = lift\n")
    assert workspace.etl()["datasets"]["events"]["staged"] == 2


# What does not change.


def test_a_changed_object_is_an_error_and_reload_mends_it(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/a.json", play(sessionId=70))
    failed = workspace.run("etl", code=1)
    assert "2018/a.json changed" in failed.stderr and "starlift etl --reload events" in failed.stderr
    assert workspace.sessions() == [1, 2, 3]
    summary = workspace.etl("--reload", "events")
    assert summary["datasets"]["events"]["copy"] == "direct"
    assert workspace.sessions() == [3, 70]
    assert workspace.value("select count(*) as n from staging.events") == 4
    assert workspace.etl()["run_id"] is None


def test_a_vanished_object_is_an_error_and_reload_mends_it(workspace):
    fill(workspace)
    workspace.etl()
    workspace.delete_object("log_data/2018/a.json")
    for flags in ((), ("--prune",), ("--reload", "events")):
        failed = workspace.run("etl", *flags, code=1)
        assert "2018/a.json is no longer at the source" in failed.stderr
        assert "starlift etl --reload events --prune" in failed.stderr
    assert workspace.etl("--reload", "events", "--prune")["datasets"]["events"]["vanished"] == 1
    assert workspace.sessions() == [3]
    assert workspace.value("select count(*) as n from starlift.copied_objects as c left join starlift.objects as o on "
                           "o.object_id = c.object_id where o.object_id is null") == 0


def test_rows_of_a_source_that_is_empty_stay_until_they_are_pruned(workspace):
    fill(workspace)
    workspace.etl()
    data = workspace.folder / "dwh.cfg"
    right = data.read_text()
    data.write_text(right.replace("/log_data", "/log_dota"))
    for flags in ((), ("--reload", "events")):
        summary = workspace.etl(*flags)["datasets"]["events"]
        assert summary["vanished"] > 0 and workspace.sessions() == [1, 2, 3]
    data.write_text(right)
    assert workspace.etl()["run_id"] is None
    data.write_text(right.replace("/log_data", "/log_dota"))
    workspace.etl("--prune")
    assert workspace.sessions() == []
    assert workspace.value("select count(*) as n from starlift.copied_objects as c left join starlift.objects as o on "
                           "o.object_id = c.object_id where o.object_id is null") == 0


def test_a_reload_may_lift_what_was_loaded_direct(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/a.json", play(sessionId=70))
    workspace.configure_copy("[COPY]\nEVENTS = lift\n")
    assert workspace.etl("--reload", "events")["datasets"]["events"]["copy"] == "lift"
    assert workspace.sessions() == [3, 70]
    assert workspace.value("select min(_record) as n from staging.events") == 1
    workspace.put_events("2018/a.json", play(sessionId=71))
    workspace.etl()
    assert workspace.sessions() == [3, 71], "what was lifted may change"


def test_rejects_of_direct_loads_are_tried_again_by_a_reload(workspace):
    bad_events(workspace)
    workspace.etl()
    warned = workspace.run("rejects", "replay").stderr
    assert "loaded direct cannot be tried again alone" in warned and "--reload events" in warned


# Tracing.


def test_trace_searches_the_batch_for_the_record(workspace):
    fill(workspace)
    workspace.etl()
    [row] = workspace.query("select songplay_id from song_plays where session_id = 3")
    found = workspace.run("trace", "song_plays", str(row["songplay_id"]), "--json").json
    [events] = [source for source in found["from"] if source["table"] == "staging.events"]
    [record] = events["records"]
    assert record["object"].endswith("2018/b.json") and record["record"] == 1 and record["run"] == 1
    assert json.loads(record["text"])["sessionId"] == 3
    assert "2018/b.json, record 1 at byte 0" in workspace.run("trace", "song_plays", str(row["songplay_id"])).stdout


def test_trace_says_when_the_objects_are_no_longer_those(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/b.json", play(sessionId=99))
    [row] = workspace.query("select songplay_id from song_plays where session_id = 3")
    shown = workspace.run("trace", "song_plays", str(row["songplay_id"])).stdout
    assert "2018/b.json as it was loaded is no longer there" in shown
