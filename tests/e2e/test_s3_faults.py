"""A network and a store that fail: the same tables come out, or the run ends soon and says why."""

import random
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from fault_proxy import FAULTS, FaultProxy, answer
from radosgw import free_ports
from records import play, song
from s3_bucket import PRIVATE
from workspace import BINARY, environment, json_lines

SOON_S = 60


@pytest.fixture
def one_play(s3_workspace):
    s3_workspace.put_events("a.json", play())
    return s3_workspace


def quick(workspace, proxy, **values):
    """Through a proxy, and impatient."""
    workspace.configure(endpoint=proxy.endpoint, **values)
    text = (workspace.folder / "dwh.cfg").read_text().replace("TIMEOUT_S = 5", "TIMEOUT_S = 2")
    workspace.put("dwh.cfg", text)


def timed(workspace, *arguments, **options):
    began_s = time.monotonic()
    outcome = workspace.run(*arguments, **options)
    assert time.monotonic() - began_s < SOON_S
    return outcome


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
        quick(s3_workspace, proxy)
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
        quick(s3_workspace, proxy)
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
        quick(s3_workspace, proxy)
        s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "150", "--events", "20000", "--days", "1")
        assert len(proxy.counts) > 5
    s3_workspace.configure()
    loaded = s3_workspace.etl()["datasets"]
    assert (loaded["songs"]["staged"], loaded["events"]["staged"]) == (150, 20000)


def test_an_interrupted_upload_leaves_no_parts(s3_workspace):
    def refuse_the_second_part(request):
        return answer(403, "AccessDenied") if "partNumber=2" in request.path else None

    with FaultProxy(s3_workspace.server, intercept=refuse_the_second_part) as proxy:
        quick(s3_workspace, proxy)
        failed = s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "1", "--events", "40000",
                                  "--days", "1", code=1)
    assert "AccessDenied" in failed.stderr
    assert "Uploads" not in s3_workspace.client.list_multipart_uploads(Bucket=s3_workspace.bucket)


def test_an_object_that_is_replaced_after_the_listing_is_left_for_the_next_run(one_play):
    one_play.put_events("b.json", play(sessionId=2))

    def replace(request):
        if request.path.endswith("/b.json") and not replaced:
            replaced.append(one_play.put_events("b.json", play(sessionId=3), play(sessionId=4)))

    replaced = []
    with FaultProxy(one_play.server, intercept=replace) as proxy:
        quick(one_play, proxy)
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
        quick(one_play, proxy)
        assert one_play.etl()["datasets"]["events"]["postponed"] == 1
    assert one_play.value("select count(*) from staging.events") == 1
    one_play.configure()
    assert one_play.etl()["datasets"]["events"]["staged"] == 100


def test_an_object_that_cannot_be_read_fails_the_run_or_is_left_out_when_asked(one_play):
    one_play.put_events("b.json", play(sessionId=2))

    def refuse(request):
        return answer(403, "AccessDenied") if request.path.endswith("/b.json") else None

    with FaultProxy(one_play.server, intercept=refuse) as proxy:
        quick(one_play, proxy)
        failed = timed(one_play, "etl", code=1)
        assert f"cannot read s3://{one_play.bucket}/log_data/b.json" in failed.stderr and "AccessDenied" in failed.stderr
        kept = timed(one_play, "etl", "--keep-going", code=6)
        assert f"left out, for the next run to try: cannot read s3://{one_play.bucket}/log_data/b.json" in kept.stderr
        assert [row["session_id"] for row in one_play.table("song_plays")] == [1]
    one_play.configure()
    assert one_play.etl()["datasets"]["events"]["staged"] == 1
    assert one_play.value("select count(*) from song_plays") == 2


def test_a_store_that_stays_overloaded(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(503, "SlowDown")) as proxy:
        quick(one_play, proxy)
        assert "SlowDown" in timed(one_play, "etl", code=1).stderr
        assert len(proxy.requests) == 10


def test_a_dead_endpoint(one_play):
    [port] = free_ports(1)
    one_play.configure(endpoint=f"http://localhost:{port}")
    failed = timed(one_play, "etl", code=1)
    assert f"localhost:{port}" in failed.stderr and "[S3] ENDPOINT" in failed.stderr


def test_a_host_that_is_not_there(one_play):
    one_play.configure(endpoint="http://no-such-host.invalid:9000")
    failed = timed(one_play, "etl", code=1)
    assert "no-such-host.invalid" in failed.stderr and "[S3] ENDPOINT" in failed.stderr


def test_a_host_that_swallows_packets(one_play):
    """A queue of connections that is full: what comes in addition is dropped without an answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        port = full.getsockname()[1]
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        one_play.configure(endpoint=f"http://127.0.0.1:{port}")
        failed = timed(one_play, "etl", code=1)
        assert f"127.0.0.1:{port}" in failed.stderr and "the network" in failed.stderr


def test_a_store_that_stays_silent(one_play):
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        one_play.configure(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        one_play.put("dwh.cfg", (one_play.folder / "dwh.cfg").read_text().replace("TIMEOUT_S = 5", "TIMEOUT_S = 1"))
        assert "bytes/sec" in timed(one_play, "etl", code=1).stderr


def test_a_wrong_clock(one_play):
    skewed = answer(403, "RequestTimeTooSkewed", headers="Date: Thu, 01 Nov 2018 21:01:46 GMT\r\n")
    with FaultProxy(one_play.server, intercept=lambda _: skewed) as proxy:
        quick(one_play, proxy)
        failed = timed(one_play, "etl", code=1).stderr
    assert "the clock of this machine is wrong" in failed and "01 Nov 2018" in failed


@pytest.mark.parametrize("status, headers, body", [
    (301, "x-amz-bucket-region: eu-north-9\r\n", ""),
    (400, "", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-9</Region></Error>"),
])
def test_the_region_is_found_by_itself(one_play, status, headers, body):
    def point_elsewhere(request):
        is_right = b"/eu-north-9/s3/aws4_request" in request.head
        return None if is_right else answer(status, headers=headers, body=body)

    with FaultProxy(one_play.server, intercept=point_elsewhere) as proxy:
        quick(one_play, proxy)
        one_play.etl()
        wrong = [request for request in proxy.requests if b"/us-east-1/s3/" in request.head]
        assert len(wrong) <= 2 and len(proxy.requests) > 3, "once per source"


def test_a_region_that_is_not_named_is_said(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(301, "PermanentRedirect")) as proxy:
        quick(one_play, proxy)
        assert "[S3] REGION" in timed(one_play, "etl", code=1).stderr


def test_tls_is_verified(one_play):
    key, certificate = one_play.folder / "key.pem", one_play.folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with FaultProxy(one_play.server, tls=tls) as proxy:
        quick(one_play, proxy)
        refused = timed(one_play, "etl", code=1, env={"AWS_CA_BUNDLE": ""})
        assert "certificate" in refused.stderr and "AWS_CA_BUNDLE" in refused.stderr
        assert not proxy.requests
        one_play.etl(env={"AWS_CA_BUNDLE": str(certificate)})
        assert proxy.requests


def test_requests_carry_the_payer_and_no_secret(one_play):
    with FaultProxy(one_play.server) as proxy:
        quick(one_play, proxy)
        one_play.put("dwh.cfg", (one_play.folder / "dwh.cfg").read_text() + "REQUESTER_PAYS = true\n")
        one_play.etl()
        assert all(b"x-amz-request-payer: requester" in request.head for request in proxy.requests)
        assert not any(one_play.server.secret_key.encode() in request.head for request in proxy.requests)


class Regions:
    """Stands for AWS's hosts as a proxy does: in regions that are none of its own, it reaches nobody."""

    def __init__(self, folder, bucket, home):
        self.bucket, self.home = bucket, home
        self.asked = []
        names = ",".join(f"DNS:{bucket}.s3.{region}.amazonaws.com" for region in ("us-east-1", home))
        self.certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.certificate,
                        "-days", "2", "-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"],
                       check=True, capture_output=True)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, key)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with suppress(OSError):
                    self._answer(connection)
                connection.close()

    def _answer(self, connection):
        host = re.match(rb"CONNECT (\S+):443 ", read_head_of(connection))[1].decode()
        region = re.fullmatch(rf"{self.bucket}\.s3\.(.*)\.amazonaws\.com", host)[1]
        self.asked.append(region)
        if region not in ("us-east-1", self.home):
            return
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with self._tls.wrap_socket(connection, server_side=True) as inner:
            read_head_of(inner)
            elsewhere = answer(301, "PermanentRedirect", headers=f"x-amz-bucket-region: {self.home}\r\nConnection: close\r\n")
            inner.sendall(elsewhere if region != self.home else answer(403, "AccessDenied", headers="Connection: close\r\n"))


def read_head_of(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096) or b"\r\n\r\n"
    return head


@pytest.fixture
def at_aws(one_play):
    """Without an endpoint."""
    text = (one_play.folder / "dwh.cfg").read_text()
    one_play.put("dwh.cfg", text.replace(f"ENDPOINT = {one_play.server.endpoint}\n", "REGION = us-west7\n"))
    return one_play


def test_a_region_that_does_not_exist_leads_to_the_buckets_own(at_aws):
    with Regions(at_aws.folder, at_aws.bucket, "eu-north-1") as regions:
        began_s = time.monotonic()
        env = {"https_proxy": regions.endpoint, "no_proxy": "", "AWS_CA_BUNDLE": str(regions.certificate)}
        assert "403 AccessDenied" in at_aws.run("etl", code=1, env=env).stderr
        assert time.monotonic() - began_s < 10
        assert regions.asked[:3] == ["us-west7", "us-east-1", "eu-north-1"]


def test_a_region_that_does_not_exist_is_named_where_no_other_is_reached(at_aws):
    [port] = free_ports(1)
    failed = timed(at_aws, "etl", code=1, env={"https_proxy": f"http://127.0.0.1:{port}", "no_proxy": ""})
    assert "is us-west7 ([S3] REGION" in failed.stderr


def test_a_store_that_fails_altogether_ends_a_run_that_keeps_going(s3_workspace):
    s3_workspace.put_objects({f"log_data/{i:03}.json": json_lines([play(sessionId=i)]) for i in range(200)})

    def cut(request):
        return answer(200, body="") if request.is_object else None  # which is shorter than the listing says

    with FaultProxy(s3_workspace.server, intercept=cut) as proxy:
        quick(s3_workspace, proxy)
        failed = s3_workspace.run("etl", "--keep-going", code=1)
    assert "100 objects in a row" in failed.stderr
    assert not s3_workspace.database.exists() or s3_workspace.value("select count(*) from song_plays") == 0


def test_the_end_of_an_upload_that_fails_behind_a_200_is_tried_again(s3_workspace):
    def fail_once(request):
        is_end = request.method == "POST" and "uploadId=" in request.path
        if not is_end or failed:
            return None
        failed.append(request)
        return answer(200, "InternalError")

    failed = []
    with FaultProxy(s3_workspace.server, intercept=fail_once) as proxy:
        quick(s3_workspace, proxy)
        s3_workspace.run("generate", f"s3://{s3_workspace.bucket}", "--songs", "1", "--events", "40000", "--days", "1")
    assert failed


def test_a_large_object_has_few_parts_under_way(one_play):
    one_play.put_events("large.json", *(play(sessionId=i, userAgent="x" * 9000) for i in range(9000)))
    with FaultProxy(one_play.server) as proxy:
        quick(one_play, proxy)
        one_play.etl()
        assert len([request for request in proxy.requests if b"range: bytes=" in request.head.lower()]) >= 10
        assert 2 <= proxy.most_at_once <= 5


@pytest.mark.parametrize("where", ["role", "program"])
def test_ctrl_c_does_not_wait_for_credentials(one_play, where):
    one_play.configure(key="", secret="")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        source = {"role": "role_arn = arn:aws:iam::1:role/r\nsource_profile = base", "program": "credential_process = sleep 60; true"}
        config = one_play.put("aws_config", f"[default]\n{source[where]}\n[profile base]\naws_access_key_id = AKID\n"
                                            "aws_secret_access_key = s\n")
        env = {**PRIVATE, "AWS_CONFIG_FILE": str(config),
               "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with one_play.terminal("etl", env=env) as terminal:
            terminal.wait_for("list events")
            time.sleep(0.5)
            began_s = time.monotonic()
            terminal.type(terminal.CTRL_C)
            assert terminal.wait() == 130
        assert time.monotonic() - began_s < 8


def test_a_stop_ends_what_a_program_for_credentials_started(one_play):
    one_play.configure(key="", secret="")
    started = one_play.folder / "started"
    program = one_play.put("program", f"#!/bin/sh\nsleep 60 &\necho $! > {started}.part\nmv {started}.part {started}\nwait\n")
    program.chmod(0o755)
    config = one_play.put("aws_config", f"[default]\ncredential_process = {program}; true\n")
    process = subprocess.Popen([BINARY, "etl"], cwd=one_play.folder, stderr=subprocess.DEVNULL, start_new_session=True,
                               env=environment({**PRIVATE, "AWS_CONFIG_FILE": str(config)}))
    with process:
        deadline_s = time.monotonic() + 30
        while not started.exists():
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        began_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 130
    assert time.monotonic() - began_s < 8
    state = Path(f"/proc/{started.read_text().strip()}/stat")
    assert not state.exists() or " Z " in state.read_text()


def test_ctrl_c_does_not_wait_for_a_store_that_is_silent(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(503, "SlowDown")) as proxy:
        quick(one_play, proxy)
        began_s = time.monotonic()
        with one_play.terminal("etl") as terminal:
            terminal.wait_for("list events")
            terminal.type(terminal.CTRL_C)
            assert terminal.wait() == 130
        assert time.monotonic() - began_s < 8
