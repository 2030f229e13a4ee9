"""TLS to PostgreSQL: an authority of one's own, a certificate that it did not sign, and one that is another host's."""

import subprocess

import pytest

from postgres import Tls, postgres  # of tests/servers, where workspace looks
from radosgw import free_ports
from records import play, song
from workspace import SOURCES, Workspace

CONFIG = """[WAREHOUSE]
ENGINE = postgres
[CLUSTER]
HOST = localhost
DB_PORT = {port}
DB_NAME = postgres
DB_USER = starlift
"""


class Authority:
    """Signs certificates; `certificate` is what its clients know it by."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.certificate, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        openssl("req", "-x509", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.certificate)

    def sign(self, host):
        """Returns a host's certificate and key."""
        certificate, key, request, names = (self.folder / f"{host}.{end}" for end in ("pem", "key", "csr", "ext"))
        openssl("req", *NEW_KEY, "-subj", f"/CN={host}", "-keyout", key, "-out", request)
        names.write_text(f"subjectAltName=DNS:{host}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
                "-days", "2", "-extfile", names, "-out", certificate)
        return certificate, key


NEW_KEY = ("-newkey", "rsa:2048", "-nodes", "-days", "2")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "house")


@pytest.fixture(scope="module")
def port(authority):
    """Of a server that shows a certificate for localhost."""
    [port] = free_ports(1)
    with postgres(["fsync=off"], Tls(*authority.sign("localhost"), port)):
        yield port


@pytest.fixture
def knock(tmp_path, port):
    """Makes a workspace on that server, or another, that trusts an authority."""
    workspace = Workspace(tmp_path)

    def configure(mode, authority=None, port=port):
        trusted = ""
        if authority:
            (tmp_path / "trusted.pem").write_bytes(authority.certificate.read_bytes())
            trusted = "SSLROOTCERT = trusted.pem\n"
        workspace.put("dwh.cfg", f"{CONFIG.format(port=port)}SSLMODE = {mode}\n{trusted}{SOURCES}")
        return workspace

    return configure


def is_encrypted(workspace):
    return workspace.value("select ssl from pg_stat_ssl where pid = pg_backend_pid()")


def test_a_server_that_the_authority_signed_for_is_loaded(knock, authority):
    workspace = knock("verify-full", authority)
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_songs("s.json", song())
    workspace.etl()
    assert workspace.value("select count(*) as n from song_plays") == 2
    assert is_encrypted(workspace) is True
    checks = {check["check"]: (check["state"], check["text"]) for check in workspace.run("doctor", "--json").json["checks"]}
    assert checks["tls"][0] == checks["login"][0] == "ok"
    assert checks["tls"][1].startswith("offered; the certificate is verified at login (verify-full")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_server_of_another_authority_is_refused(knock, mode, tmp_path):
    workspace = knock(mode, Authority(tmp_path, "stranger"))
    refusal = workspace.run("status", code=2).stderr
    assert "certificate verify failed" in refusal and "SSLROOTCERT under [CLUSTER]" in refusal
    checks = {check["check"]: check for check in workspace.run("doctor", "--json", code=4).json["checks"]}
    assert checks["login"]["state"] == "failed" and "certificate verify failed" in checks["login"]["text"]


def test_a_certificate_of_another_host_is_refused_where_the_name_counts(knock, authority):
    [port] = free_ports(1)
    with postgres(["fsync=off"], Tls(*authority.sign("db.example"), port)):
        refusal = knock("verify-full", authority, port).run("status", code=2).stderr
        assert 'does not match host name "localhost"' in refusal and "HOST under [CLUSTER]" in refusal
        assert "SSLROOTCERT" not in refusal
        assert is_encrypted(knock("verify-ca", authority, port)) is True


def test_without_an_authority_nobody_is_verified_and_all_is_encrypted(knock):
    assert is_encrypted(knock("require")) is True
    assert is_encrypted(knock("disable")) is False


def test_an_authority_that_is_not_there_is_named(knock, authority):
    workspace = knock("verify-full", authority)
    (workspace.folder / "trusted.pem").unlink()
    refusal = workspace.run("status", code=2).stderr
    assert "trusted.pem" in refusal and "does not exist" in refusal and "SSLROOTCERT under [CLUSTER]" in refusal
