"""Redshift, COPY = direct: records that cannot be loaded, and what the cluster tells of them."""

import json

import pytest

from direct_workspace import bad_events, make, shown_rejects, workspace  # noqa: F401
from records import play, song
from redshift_double import RedshiftDouble


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


@pytest.mark.parametrize("more, told", [
    (1, "1 record of events did not become typed values in the cluster, and starlift finds nothing wrong with 1"),
    (-1, "the cluster says that it copied 0 rows for events, and its table has 1")], ids=["one more", "one less"])
def test_a_count_of_the_clusters_that_is_not_that_of_its_table_rolls_back(workspace, more, told):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put_songs("s.json", song())
    workspace.tell_double(f"once 'copy \"starlift_copied_events' miscount '{more}'")
    assert told in workspace.run("etl", code=1).stderr
    assert workspace.value("select count(*) as n from staging.events") == 0
    assert workspace.value("select count(*) as n from starlift.objects") == 0
    assert workspace.etl()["datasets"]["events"]["staged"] == 1


def test_a_serverless_workgroup_loads_and_tells_what_is_wrong(workspace, double):
    """It has no STV_SLICES, and names another view in its errors."""
    serverless = RedshiftDouble("--serverless", beside=double)
    serverless.start()
    try:
        bad_events(workspace).configure_copy("[COPY]\nEVENTS = direct\n", port=serverless.port)
        failed = workspace.run("etl", "--max-rejects", "1", code=1)
        assert "sys_load_error_detail" in failed.stderr and "log_data/a.json, line " in failed.stderr
        loads = workspace.etl()["datasets"]
        assert {name: (load["copy"], load["staged"], load["rejected"]) for name, load in loads.items()} == {
            "events": ("direct", 5, 6), "songs": ("lift", 1, 0)}
        assert workspace.sessions() == [1, 4, 5, 9, 10]
    finally:
        serverless.stop()


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


# Views that lag behind.


def test_views_that_tell_late_are_waited_for(workspace):
    """At first they tell of a COPY that is completed, and of no errors."""
    bad_events(workspace)
    workspace.tell_double("tell_late 2")
    assert workspace.etl()["datasets"]["events"]["rejected"] == 6
    assert workspace.sessions() == [1, 4, 5, 9, 10]


def test_lines_that_are_told_in_part_at_first_are_waited_for(workspace, double):
    bad_events(workspace)
    double.run_postgres("alter view redshift.sys_load_detail rename to told", workspace.name)
    double.run_postgres("""create view redshift.sys_load_detail as
        select t.query_id, t.file_name, case when clock_timestamp() at time zone 'UTC' > l.ended + interval '2 seconds'
            then t.lines_scanned else 1 end as lines_scanned
        from redshift.told as t join redshift.loads as l on l.query_id = t.query_id""", workspace.name)
    assert workspace.etl()["datasets"]["events"]["rejected"] == 6


def test_the_reason_of_a_copy_that_failed_is_waited_for(workspace):
    bad_events(workspace)
    workspace.tell_double("tell_late 1")
    failed = workspace.run("etl", "--max-rejects", "1", code=1)
    assert "log_data/a.json, line " in failed.stderr and "Invalid JSON" in failed.stderr


def test_views_that_never_tell_roll_back(workspace):
    bad_events(workspace)
    workspace.tell_double("tell_late 3600")
    failed = workspace.run("etl", code=1)
    assert "counted 3 errors of the COPY" in failed.stderr and "tells of 0" in failed.stderr
    assert workspace.value("select count(*) as n from staging.events") == 0
