"""A store that is there and gives nothing: the run ends soon and says why."""

import socket
import time

from fault_proxy import FaultProxy, answer
from records import play
from workspace import json_lines


def test_a_store_that_stays_overloaded(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(503, "SlowDown")) as proxy:
        one_play.use_proxy(proxy)
        assert "SlowDown" in one_play.run_soon("etl", code=1).stderr
        assert 10 <= len(proxy.requests) <= 20, "each source is asked ten times at most"


def test_a_store_that_stays_silent(one_play):
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        one_play.configure(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        one_play.be_silent_for(1)
        assert "bytes/sec" in one_play.run_soon("etl", code=1).stderr


def test_an_object_that_cannot_be_read_fails_the_run_or_is_left_out_when_asked(one_play):
    one_play.put_events("b.json", play(sessionId=2))

    def refuse(request):
        return answer(403, "AccessDenied") if request.path.endswith("/b.json") else None

    with FaultProxy(one_play.server, intercept=refuse) as proxy:
        one_play.use_proxy(proxy)
        failed = one_play.run_soon("etl", code=1)
        assert f"cannot read s3://{one_play.bucket}/log_data/b.json" in failed.stderr and "AccessDenied" in failed.stderr
        kept = one_play.run_soon("etl", "--keep-going", code=6)
        assert f"left out, for the next run to try: cannot read s3://{one_play.bucket}/log_data/b.json" in kept.stderr
        assert [row["session_id"] for row in one_play.table("song_plays")] == [1]
    one_play.configure()
    assert one_play.etl()["datasets"]["events"]["staged"] == 1
    assert one_play.value("select count(*) from song_plays") == 2


def test_a_store_that_fails_altogether_ends_a_run_that_keeps_going(s3_workspace):
    s3_workspace.put_objects({f"log_data/{i:03}.json": json_lines([play(sessionId=i)]) for i in range(200)})

    def cut(request):
        return answer(200, body="") if request.is_object else None  # which is shorter than the listing says

    with FaultProxy(s3_workspace.server, intercept=cut) as proxy:
        s3_workspace.use_proxy(proxy)
        failed = s3_workspace.run("etl", "--keep-going", code=1)
    assert "100 objects in a row" in failed.stderr
    assert not s3_workspace.database.exists() or s3_workspace.value("select count(*) from song_plays") == 0


def test_a_wrong_clock(one_play):
    skewed = answer(403, "RequestTimeTooSkewed", headers="Date: Thu, 01 Nov 2018 21:01:46 GMT\r\n")
    with FaultProxy(one_play.server, intercept=lambda _: skewed) as proxy:
        one_play.use_proxy(proxy)
        failed = one_play.run_soon("etl", code=1).stderr
    assert "the clock of this machine is wrong" in failed and "01 Nov 2018" in failed


def test_ctrl_c_does_not_wait_for_a_store_that_is_silent(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(503, "SlowDown")) as proxy:
        one_play.use_proxy(proxy)
        began_s = time.monotonic()
        with one_play.terminal("etl") as terminal:
            terminal.wait_for("list events")
            terminal.type(terminal.CTRL_C)
            assert terminal.wait() == 130
        assert time.monotonic() - began_s < 15
