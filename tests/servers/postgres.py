"""A PostgreSQL server of one's own: in a temporary folder, on a private socket, never as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")
SETTINGS = ["listen_addresses=", "logging_collector=off"]


@contextmanager
def postgres(settings=()):
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
        options = [f"-c{setting}" for setting in [*SETTINGS, *settings, f"unix_socket_directories={folder}"]]
        server = subprocess.Popen([BINARIES / "postgres", "-D", folder / "data", *options],
                                  stderr=(folder / "log").open("w"), **quiet)
        try:
            wait_until_ready(folder, server)
            yield f"host={folder} dbname=postgres user=starlift"
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)


def wait_until_ready(folder, server):
    """pg_isready tells by its exit code."""
    while subprocess.run([BINARIES / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
