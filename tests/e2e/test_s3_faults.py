"""Answers that fail, and objects that change meanwhile: the same tables come out, each object once."""

import random
import re

import pytest

from fault_proxy import FAULTS, FaultProxy, answer
from records import play, song
from workspace import json_lines


def test_one_answer_in_ten_failing_changes_nothing(s3_workspace, make_workspace):
    folder = make_workspace()
    events = {f"{i:04}.json": [play(sessionId=i, userId=str(i % 9), ts=1541105830796 + i)] for i in range(700)}
    events["large.json"] = [play(sessionId=1000 + i, userAgent="x" * 900) for i in range(9000)]
    for name, records in events.items():
        folder.put_events(name, *records)
    folder.put_songs("s.json", song())
    folder.etl()
    s3_workspace.put_objects({f"log_data/{name}": json_lines(records) for name, records in events.items()})
    s3_workspace.put_songs("s.json", song())
    with FaultProxy(s3_workspace.server, share=0.1) as proxy:
        s3_workspace.use_proxy(proxy)
        loaded = s3_workspace.etl()["datasets"]["events"]
        assert set(proxy.counts) == {fault.__name__ for fault in FAULTS}
        assert (loaded["new"], loaded["staged"], loaded["rejected"], loaded["postponed"]) == (701, 9700, 0, 0)
        assert s3_workspace.tables() == folder.tables()
        assert s3_workspace.etl()["run_id"] is None


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_history_of_runs_through_faults_and_a_kill_ends_as_one_clean_load(s3_workspace, make_workspace, seed):
    """Objects come, change and go between runs; the last state counts, and each object once."""
    choose = random.Random(seed)
    state = {}
    with FaultProxy(s3_workspace.server, share=0.1, seed=seed) as proxy:
        s3_workspace.use_proxy(proxy)
        for turn in range(4):
            for name in choose.sample(sorted(state), len(state) // 5):
                del state[name]
                s3_workspace.delete_object(f"log_data/{name}")
            names = [*choose.sample(sorted(state), len(state) // 5), *(f"{turn}/{i:02}.json" for i in range(40))]
            for i, name in enumerate(names):
                state[name] = [play(sessionId=i, userId=str(i % 7), ts=1541105830796 + 1000 * turn + i)]
                s3_workspace.put_events(name, *state[name])
            if turn == 1:
                s3_workspace.run("etl", "--prune", prefix=("timeout", "--signal=KILL", "0.6"), code=None)
            s3_workspace.etl("--prune")
        assert sum(proxy.counts.values()) > 10
    folder = make_workspace()
    for name, records in state.items():
        folder.put_events(name, *records)
    folder.etl()
    assert s3_workspace.tables() == folder.tables()


def test_writing_through_faults_writes_everything(s3_workspace):
    with FaultProxy(s3_workspace.server, share=0.1) as proxy:
        s3_workspace.use_proxy(proxy)
        s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "150", "--events", "20000", "--days", "1")
        assert len(proxy.counts) > 5
    s3_workspace.configure()
    loaded = s3_workspace.etl()["datasets"]
    assert (loaded["songs"]["staged"], loaded["events"]["staged"]) == (150, 20000)


def test_an_interrupted_upload_leaves_no_parts(s3_workspace):
    def refuse_the_second_part(request):
        return answer(403, "AccessDenied") if "partNumber=2" in request.path else None

    with FaultProxy(s3_workspace.server, intercept=refuse_the_second_part) as proxy:
        s3_workspace.use_proxy(proxy)
        failed = s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "1", "--events", "40000",
                                  "--days", "1", code=1)
    assert "AccessDenied" in failed.stderr
    assert "Uploads" not in s3_workspace.client.list_multipart_uploads(Bucket=s3_workspace.bucket)


def test_the_end_of_an_upload_that_fails_behind_a_200_is_tried_again(s3_workspace):
    def fail_once(request):
        is_end = request.method == "POST" and "uploadId=" in request.path
        if not is_end or failed:
            return None
        failed.append(request)
        return answer(200, "InternalError")

    failed = []
    with FaultProxy(s3_workspace.server, intercept=fail_once) as proxy:
        s3_workspace.use_proxy(proxy)
        s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "1", "--events", "40000", "--days", "1")
    assert failed


def test_an_object_that_is_replaced_after_the_listing_is_left_for_the_next_run(one_play):
    one_play.put_events("b.json", play(sessionId=2))

    def replace(request):
        if request.path.endswith("/b.json") and not replaced:
            replaced.append(one_play.put_events("b.json", play(sessionId=3), play(sessionId=4)))

    replaced = []
    with FaultProxy(one_play.server, intercept=replace) as proxy:
        one_play.use_proxy(proxy)
        first = one_play.run("etl")
    assert re.search(r"b.json changed or went while it was read; the next run takes it", first.stderr)
    assert one_play.value("select count(*) from song_plays") == 1
    one_play.configure()
    assert one_play.etl()["datasets"]["events"]["staged"] == 2


def test_an_object_that_is_replaced_while_its_parts_are_read_is_not_mixed(one_play):
    rows = [play(sessionId=i, userAgent="x" * 900) for i in range(20000)]
    one_play.put_events("large.json", *rows)

    def replace(request):
        if b"range: bytes=8388608-" in request.head.lower() and not replaced:
            replaced.append(one_play.put_events("large.json", *rows[:100]))

    replaced = []
    with FaultProxy(one_play.server, intercept=replace) as proxy:
        one_play.use_proxy(proxy)
        assert one_play.etl()["datasets"]["events"]["postponed"] == 1
    assert one_play.value("select count(*) from staging.events") == 1
    one_play.configure()
    assert one_play.etl()["datasets"]["events"]["staged"] == 100


def test_a_large_object_has_few_parts_under_way(one_play):
    one_play.put_events("large.json", *(play(sessionId=i, userAgent="x" * 9000) for i in range(5500)))
    with FaultProxy(one_play.server) as proxy:
        one_play.use_proxy(proxy)
        one_play.etl()
        assert len([request for request in proxy.requests if b"range: bytes=" in request.head.lower()]) >= 6
        assert 2 <= proxy.most_at_once <= 5


def test_requests_carry_the_payer_and_no_secret(one_play):
    with FaultProxy(one_play.server) as proxy:
        one_play.use_proxy(proxy)
        one_play.put("dwh.cfg", (one_play.folder / "dwh.cfg").read_text() + "REQUESTER_PAYS = true\n")
        one_play.etl()
        assert all(b"x-amz-request-payer: requester" in request.head for request in proxy.requests)
        assert not any(one_play.server.secret_key.encode() in request.head for request in proxy.requests)
