"""A workspace whose warehouse is a database of a double of Redshift's.

A test file has `workspace` and `loaded` as its fixtures when it imports them.
"""

import json
import subprocess
import time
from contextlib import contextmanager

import pytest

from records import event, play, song
from s3_bucket import PRIVATE, connect
from workspace import BINARY, Workspace, engines, environment

BUCKET = f"parts-{engines.PROCESS}"

CONFIG = """[CLUSTER]
HOST = localhost
DB_PORT = {port}
DB_NAME = {database}
DB_USER = {double.user}
DB_PASSWORD = {password}
{cluster}
[IAM_ROLE]
ARN = {role}
[AWS]
KEY = {double.s3.access_key}
SECRET = {double.s3.secret_key}
[S3]
ENDPOINT = {endpoint}
{staging}
LOG_DATA = {log_data}
SONG_DATA = {song_data}
"""


class ClusterWorkspace(Workspace):
    """A workspace whose warehouse is a database of the double's."""

    def __init__(self, folder, double):
        super().__init__(folder)
        self.double, self.name = double, double.make_database()
        self.client = connect(double.s3)
        self.area = f"area/starlift-{double.namespace}-{self.name}"  # where its parts lie in the bucket
        self.configure()

    def configure(self, **values):
        values = {"password": self.double.password, "role": self.double.role, "cluster": "", "database": self.name,
                  "port": self.double.port, "endpoint": self.double.s3.endpoint,
                  "staging": f"STAGING = s3://{BUCKET}/area", "log_data": "log_data", "song_data": "song_data", **values}
        self.put("dwh.cfg", CONFIG.format(double=self.double, **values))

    def run(self, *arguments, env=None, **options):
        return super().run(*arguments, env={**PRIVATE, **(env or {})}, **options)

    def parts(self):
        """What lies in the area, but for what other tests' databases left there."""
        keys = [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET, Prefix="area/").get("Contents", [])]
        return [key for key in keys if self.double.namespace not in key or key.startswith(f"{self.area}/")]

    def tell_double(self, command):
        with self.session() as connection, connection.cursor() as cursor:
            cursor.execute(f"double {command}")

    def session(self):
        return self.double.connect(self.name)

    def sessions(self):
        return [row["session_id"] for row in self.query("select session_id from song_plays order by 1")]

    @contextmanager
    def logged(self):
        """Gives a list that has the statements of the time within, afterwards."""
        log, statements = self.folder / "statements", []
        log.unlink(missing_ok=True)
        self.tell_double(f"log '{log}'")
        yield statements
        self.tell_double("forget")
        statements += [json.loads(line) for line in log.read_text().splitlines()]

    def start_stuck_run(self, cursor):
        """Starts a run, and returns it once its COPY of events waits for the lock that the cursor's session takes."""
        cursor.execute("begin")
        cursor.execute('lock "staging"."events"')
        run = subprocess.Popen([BINARY, "etl", "--quiet"], cwd=self.folder, env=environment(PRIVATE))
        while not self.waiting_for("staging.events"):
            assert run.poll() is None
            time.sleep(0.1)
        return run

    def waiting_for(self, table):
        """How many sessions wait for a lock of it."""
        [[count]] = self.double.run_postgres(
            f"select count(*) from pg_locks where not granted and relation = '{table}'::regclass", self.name)
        return count


@pytest.fixture
def workspace(tmp_path, double):
    workspace = ClusterWorkspace(tmp_path, double)
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2), event(userId=""))
    workspace.put_songs("s.json", song())
    yield workspace
    double.drop_database(workspace.name)


@pytest.fixture
def loaded(workspace):
    workspace.etl()
    return workspace
