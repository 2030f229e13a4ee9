"""Answers that fail, and objects that change meanwhile: the same tables come out, each object once."""

import asyncio
import random
import re
import signal
import subprocess
import threading

import pytest

from fault_proxy import FAULTS, FaultProxy, answer, flip_a_bit
from records import play, song
from s3_bucket import PRIVATE, SOON_S
from workspace import BINARY, environment, json_lines

PARTS = 5  # of the large object in a history, of 8 MiB each


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


class Hold:
    """Intercepts: lets so many objects pass, and holds the others back from then on until it is lifted."""

    def __init__(self, count):
        self.reached, self._count, self._is_lifted = threading.Event(), count, False

    async def __call__(self, request):
        self._count -= request.is_object
        while request.is_object and self._count < 0 and not self._is_lifted:
            self.reached.set()
            await asyncio.sleep(0.01)

    def lift(self):
        self._is_lifted = True


def kill_after_objects(workspace, proxy, count, *arguments):
    """Kills a load when it has come so far; it cannot be done, for it lacks the rest."""
    proxy.intercept = hold = Hold(count)
    with subprocess.Popen([BINARY, *arguments], cwd=workspace.folder, env=environment(PRIVATE), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert hold.reached.wait(SOON_S)
        process.kill()
    hold.lift()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_history_of_runs_through_faults_and_a_kill_ends_as_one_clean_load(s3_workspace, make_workspace, seed):
    """Objects come, change and go between runs, one of several parts among them; the last state counts, each object once."""
    choose = random.Random(seed)
    state = {}

    def put(name, *records, blanks=0):
        state[name] = json_lines(records).replace("\n", " " * blanks + "\n")
        s3_workspace.put_object(f"log_data/{name}", state[name])

    with FaultProxy(s3_workspace.server, share=0.1, seed=seed, spoils_parts=True) as proxy:
        s3_workspace.configure(endpoint=proxy.endpoint)
        s3_workspace.be_silent_for(1)
        for turn in range(4):
            for name in choose.sample(sorted(state), len(state) // 5):
                del state[name]
                s3_workspace.delete_object(f"log_data/{name}")
            names = [*choose.sample(sorted(state), len(state) // 5), *(f"{turn}/{i:02}.json" for i in range(40))]
            for i, name in enumerate(names):
                put(name, play(sessionId=i, userId=str(i % 7), ts=1541105830796 + 1000 * turn + i))
            if turn == 2:
                put("large.json", *(play(sessionId=i, ts=1541105830796 + 1000 * turn) for i in range(600)), blanks=60_000)
            if turn == 1:
                kill_after_objects(s3_workspace, proxy, choose.randrange(len(names)), "etl", "--prune")
            s3_workspace.etl("--prune")
    assert set(proxy.counts) == {fault.__name__ for fault in FAULTS}
    assert sum(proxy.part_counts.values()) >= PARTS
    folder = make_workspace()
    for name, content in state.items():
        folder.put(f"log_data/{name}", content)
    folder.etl()
    assert s3_workspace.tables() == folder.tables()


def test_a_flipped_bit_in_a_part_of_a_large_object_is_found_by_its_tag(one_play):
    """When the last part has come: so the run ends, and the next one reads it again."""
    large = json_lines(play(sessionId=i) for i in range(100)).replace("\n", " " * 100_000 + "\n").encode()
    one_play.put_object("log_data/large.json", large)

    def flip_in_the_second(request):
        if not request.part or request.part[0] == 0 or flipped:
            return None
        flipped.append(request)
        begin, end = request.part
        part = flip_a_bit(large[begin:end + 1])
        return f"HTTP/1.1 206 Partial Content\r\nContent-Length: {len(part)}\r\n\r\n".encode() + part

    flipped = []
    with FaultProxy(one_play.server, intercept=flip_in_the_second) as proxy:
        one_play.use_proxy(proxy)
        failed = one_play.run("etl", code=1).stderr
        assert f"{one_play.bucket}/log_data/large.json" in failed and "not what its entity tag says" in failed
        assert one_play.etl()["datasets"]["events"]["staged"] == 101


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


def test_an_object_that_goes_after_the_listing_is_left_out(one_play):
    one_play.put_events("b.json", play(sessionId=2))

    def delete(request):
        if request.path.endswith("/b.json"):
            one_play.delete_object("log_data/b.json")

    with FaultProxy(one_play.server, intercept=delete) as proxy:
        one_play.use_proxy(proxy)
        assert "b.json changed or went while it was read; the next run takes it" in one_play.run("etl").stderr
    one_play.configure()
    assert one_play.loaded_keys() == ["log_data/a.json"]
    assert one_play.etl()["run_id"] is None
    assert one_play.value("select session_id from song_plays") == 1


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
