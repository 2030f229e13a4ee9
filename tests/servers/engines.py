"""The engines that tests run on. Each gives a folder with a dwh.cfg a warehouse of its own."""

import itertools
import os
import threading
from contextlib import ExitStack, closing
from pathlib import Path

from postgres import postgres

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")  # of the processes that share an S3 server


class DuckDb:
    """A file in that folder."""

    name, schema = "duckdb", "main"
    file = "test.duckdb"

    def make_warehouse(self, folder):
        """Returns what dwh.cfg says of it."""
        return f"[WAREHOUSE]\nPATH = {self.file}\n"

    def drop_warehouses_below(self, folder):
        """They go with the folder."""

    def close(self):
        """There is no server."""


class Postgres:
    """A database on a server of the tests' own, started when it is first asked for."""

    name, schema = "postgres", "public"

    def __init__(self):
        self._server = ExitStack()
        self._numbers = itertools.count(1)
        self._folders = {}
        self._starting = threading.Lock()
        self.host = None

    def make_warehouse(self, folder):
        name = f"test_{next(self._numbers)}"
        # As many servers have it: what starlift leaves to the database's collation sorts otherwise than bytewise.
        self.run(f"create database {name} template template0 locale_provider icu icu_locale 'en-US'")
        self._folders[name] = Path(folder)
        return (f"[WAREHOUSE]\nENGINE = postgres\n[CLUSTER]\nHOST = {self.host}\nDB_NAME = {name}\n"
                "DB_USER = starlift\n")

    def drop_warehouses_below(self, folder):
        for name in [name for name, made_for in self._folders.items() if made_for.is_relative_to(folder)]:
            self.run(f"drop database {name} with (force)")
            del self._folders[name]

    def close(self):
        self._server.close()

    def connect(self, database="postgres"):
        """A psycopg2 connection that commits each statement; closes with `with`."""
        import psycopg2  # only where it is needed

        with self._starting:
            if not self.host:
                dsn = self._server.enter_context(postgres(["fsync=off"]))
                self.host = dict(part.split("=") for part in dsn.split())["host"]
        connection = psycopg2.connect(host=self.host, dbname=database, user="starlift")
        connection.autocommit = True
        return closing(connection)

    def run(self, sql, database="postgres"):
        """Runs a statement; returns its rows, if it has any."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


class Redshift:
    """A database of a double of Redshift, which is started when it is first asked for. Its loads are lifted."""

    name, schema = "redshift", "public"
    staging_bucket = f"staging-{PROCESS}"

    def __init__(self):
        self._double = None
        self._folders = {}
        self._starting = threading.Lock()

    @property
    def double(self):
        from redshift_double import RedshiftDouble, connect_to_s3  # only where it is needed: it stands on many packages

        with self._starting:
            if not self._double:
                double = RedshiftDouble()
                double.start()
                connect_to_s3(double.s3).create_bucket(Bucket=self.staging_bucket)
                self._double = double
        return self._double

    def make_warehouse(self, folder):
        double = self.double
        name = double.make_database()
        self._folders[name] = Path(folder)
        return (f"[WAREHOUSE]\nENGINE = redshift\n"
                f"[CLUSTER]\nHOST = localhost\nDB_PORT = {double.port}\nDB_NAME = {name}\nDB_USER = {double.user}\n"
                f"DB_PASSWORD = {double.password}\nSSLMODE = require\n"
                f"[IAM_ROLE]\nARN = {double.role}\n"
                f"[AWS]\nKEY = {double.s3.access_key}\nSECRET = {double.s3.secret_key}\n"
                f"[S3]\nENDPOINT = {double.s3.endpoint}\nREGION = us-east-1\n"
                f"STAGING = s3://{self.staging_bucket}/area\n")

    def drop_warehouses_below(self, folder):
        for name in [name for name, made_for in self._folders.items() if made_for.is_relative_to(folder)]:
            self._double.drop_database(name)
            del self._folders[name]

    def close(self):
        if self._double:
            self._double.stop()


ENGINES = {engine.name: engine for engine in (DuckDb, Postgres, Redshift)}
