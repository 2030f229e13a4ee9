"""A double of Redshift as a child process, over a PostgreSQL server of its own and an S3 server.

What it is: tests/servers/redshift/README.md.
"""

import itertools
import os
import subprocess
import sys
import tempfile
import uuid
from contextlib import ExitStack, closing
from pathlib import Path

from postgres import postgres
from radosgw import s3_server

FOLDER = Path(__file__).parent / "redshift"
TEMPLATE = "redshift_template"


class RedshiftDouble:
    """`port` is where it listens; `s3` is the S3 server that its COPY reads. Start it, and stop it.

    One that is made `beside` another, which runs, is a second front of the same databases and the same S3 server.
    """

    user, password, database = "starlift", "Redshift1", "dev"
    role = "arn:aws:iam::123456789012:role/starlift-reader"

    def __init__(self, *options, beside=None):
        self._options, self._beside = options, beside
        self._resources = ExitStack()
        self._numbers = beside._numbers if beside else itertools.count(1)
        self.port = self.s3 = self.certificate = self._postgres = None
        self.namespace = beside.namespace if beside else str(uuid.uuid4())

    def start(self):
        try:
            if self._beside:
                self.s3, self.certificate, self._postgres = (
                    self._beside.s3, self._beside.certificate, self._beside._postgres)
            else:
                self._start_servers()
            self._listen()
        except BaseException:
            self.stop()
            raise

    def _start_servers(self):
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="starlift-redshift-")))
        dsn = self._resources.enter_context(postgres(["fsync=off", "max_connections=200"]))
        self._postgres = dict(part.split("=") for part in dsn.split())["host"]
        self.s3 = self._resources.enter_context(s3_server(folder))
        self.certificate = folder / "certificate.pem"
        make_certificate(self.certificate, folder / "key.pem")

    def stop(self):
        self._resources.close()

    def connect(self, database=None, **parameters):
        """A psycopg2 connection that commits each statement; closes with `with`."""
        import psycopg2  # only where it is needed

        parameters = {"user": self.user, "password": self.password, "sslmode": "require", **parameters}
        connection = psycopg2.connect(host="localhost", port=self.port, dbname=database or self.database, **parameters)
        connection.autocommit = True
        return closing(connection)

    def make_database(self):
        """A new one; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.run_postgres(f"create database {name} template {TEMPLATE}")
        return name

    def drop_database(self, name):
        self.run_postgres(f"drop database {name} with (force)")

    def run_postgres(self, sql, database="postgres"):
        """Runs a statement behind the double's back; returns its rows, if it has any."""
        import psycopg2

        with closing(psycopg2.connect(host=self._postgres, dbname=database, user="starlift")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []

    def _listen(self):
        keys = {"DOUBLE_S3_KEY": self.s3.access_key, "DOUBLE_S3_SECRET": self.s3.secret_key}
        process = subprocess.Popen(
            [sys.executable, FOLDER, "--postgres", self._postgres, "--s3-endpoint", self.s3.endpoint, "--make",
             self.database, "--namespace", self.namespace, "--certificate", self.certificate, "--key",
             self.certificate.with_name("key.pem"), *self._options], env={**os.environ, **keys}, stdout=subprocess.PIPE, text=True)
        self._resources.callback(end, process)
        line = process.stdout.readline()
        assert line.startswith("ready "), "the double of Redshift did not start; see above"
        self.port = int(line.split()[1])


def connect_to_s3(server):
    """A client of another make."""
    import boto3  # only where it is needed
    from botocore.config import Config

    return boto3.client("s3", endpoint_url=server.endpoint, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key, region_name="us-east-1",
                        config=Config(s3={"addressing_style": "path"}))


def end(process):
    process.terminate()
    process.wait()
    process.stdout.close()


def make_certificate(certificate, key):
    """For localhost, signed by itself."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
