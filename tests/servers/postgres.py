"""A PostgreSQL server of one's own: in a temporary folder, on a private socket, never as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BINARIES = Path("/usr/lib/postgresql/15/bin")
SETTINGS = ["listen_addresses=", "logging_collector=off"]


class Tls(NamedTuple):
    """Has the server listen on this port of localhost as well, with a certificate."""

    certificate: Path
    key: Path
    port: int


@contextmanager
def postgres(settings=(), tls=None):
    """Starts it; yields how libpq reaches it; stops it and removes its files."""
    folder = Path(tempfile.mkdtemp(prefix="starlift-postgres-"))
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    as_owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_owner}
    try:
        subprocess.run([BINARIES / "initdb", "-D", folder / "data", "-A", "trust", "-U", "starlift", "-E", "UTF8",
                        "--no-sync", "--locale=C"], check=True, **quiet)
        settings = [*SETTINGS, *settings, f"unix_socket_directories={folder}", *tls_settings(tls, folder, account)]
        options = [f"-c{setting}" for setting in settings]
        server = subprocess.Popen([BINARIES / "postgres", "-D", folder / "data", *options],
                                  stderr=(folder / "log").open("w"), **quiet)
        try:
            wait_until_ready(folder, server, tls.port if tls else 5432)
            yield f"host={folder} dbname=postgres user=starlift"
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)


def tls_settings(tls, folder, account):
    """The server takes a key that nobody else can read."""
    if tls is None:
        return []
    for name, source in (("server.crt", tls.certificate), ("server.key", tls.key)):
        shutil.copyfile(source, folder / name)
        (folder / name).chmod(0o600)
        if account:
            os.chown(folder / name, account.pw_uid, account.pw_gid)
    return ["listen_addresses=localhost", f"port={tls.port}", "ssl=on", f"ssl_cert_file={folder / 'server.crt'}",
            f"ssl_key_file={folder / 'server.key'}"]


def wait_until_ready(folder, server, port):
    """pg_isready tells by its exit code."""
    while subprocess.run([BINARIES / "pg_isready", "-q", "-h", folder, "-p", str(port)], check=False).returncode != 0:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
