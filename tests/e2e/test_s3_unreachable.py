"""A store that is not where it is looked for: the run finds it, or ends soon and says what is wrong."""

import re
import socket
import ssl
import subprocess
import threading
from contextlib import ExitStack, suppress

import pytest

from fault_proxy import FaultProxy, answer
from radosgw import free_ports


def test_a_dead_endpoint(one_play):
    [port] = free_ports(1)
    one_play.configure(endpoint=f"http://localhost:{port}")
    failed = one_play.run_soon("etl", code=1)
    assert f"localhost:{port}" in failed.stderr and "[S3] ENDPOINT" in failed.stderr


def test_a_host_that_is_not_there(one_play):
    one_play.configure(endpoint="http://no-such-host.invalid:9000")
    failed = one_play.run_soon("etl", code=1)
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
        failed = one_play.run_soon("etl", code=1)
        assert f"127.0.0.1:{port}" in failed.stderr and "the network" in failed.stderr


def test_tls_is_verified(one_play):
    key, certificate = one_play.folder / "key.pem", one_play.folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with FaultProxy(one_play.server, tls=tls) as proxy:
        one_play.use_proxy(proxy)
        refused = one_play.run_soon("etl", code=1, env={"AWS_CA_BUNDLE": ""})
        assert "certificate" in refused.stderr and "AWS_CA_BUNDLE" in refused.stderr
        assert not proxy.requests
        one_play.etl(env={"AWS_CA_BUNDLE": str(certificate)})
        assert proxy.requests


@pytest.mark.parametrize("status, headers, body", [
    (301, "x-amz-bucket-region: eu-north-9\r\n", ""),
    (400, "", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-9</Region></Error>"),
])
def test_the_region_is_found_by_itself(one_play, status, headers, body):
    def point_elsewhere(request):
        is_right = b"/eu-north-9/s3/aws4_request" in request.head
        return None if is_right else answer(status, headers=headers, body=body)

    with FaultProxy(one_play.server, intercept=point_elsewhere) as proxy:
        one_play.use_proxy(proxy)
        one_play.etl()
        wrong = [request for request in proxy.requests if b"/us-east-1/s3/" in request.head]
        assert len(wrong) <= 2 and len(proxy.requests) > 3, "once per source"


def test_a_region_that_is_not_named_is_said(one_play):
    with FaultProxy(one_play.server, intercept=lambda _: answer(301, "PermanentRedirect")) as proxy:
        one_play.use_proxy(proxy)
        assert "[S3] REGION" in one_play.run_soon("etl", code=1).stderr


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
        env = {"https_proxy": regions.endpoint, "no_proxy": "", "AWS_CA_BUNDLE": str(regions.certificate)}
        assert "403 AccessDenied" in at_aws.run("etl", code=1, env=env).stderr
        assert regions.asked.count("us-west7") <= 2, "each source asks there once"
        assert list(dict.fromkeys(regions.asked)) == ["us-west7", "us-east-1", "eu-north-1"]


def test_a_region_that_does_not_exist_is_named_where_no_other_is_reached(at_aws):
    [port] = free_ports(1)
    failed = at_aws.run_soon("etl", code=1, env={"https_proxy": f"http://127.0.0.1:{port}", "no_proxy": ""})
    assert "is us-west7 ([S3] REGION" in failed.stderr
