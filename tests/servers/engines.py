"""The engines that tests run on. Each gives a folder with a dwh.cfg a warehouse of its own."""

import itertools
import threading
from contextlib import ExitStack, closing
from pathlib import Path

from postgres import postgres


class DuckDb:
    """A file in that folder."""

    name, schema = "duckdb", "main"

    def make_warehouse(self, folder):
        """Returns what dwh.cfg says of it."""
        return "[WAREHOUSE]\nPATH = test.duckdb\n"

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
        self.run(f"create database {name}")
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


ENGINES = {engine.name: engine for engine in (DuckDb, Postgres)}
