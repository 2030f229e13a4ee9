"""Makes and reads DuckDB files in this process, as any other program may: many times sooner than the binary starts."""

import json
import re
import subprocess
import threading
from contextlib import contextmanager
from ctypes import CDLL, byref, c_char_p, c_uint64, c_void_p, cast, create_string_buffer

RESULT_BYTES = 48  # of duckdb_result in duckdb.h, which is freed, not looked into
SMALL_BLOCK_BYTES = 16 << 10
OK = 0


def libduckdb_of(binary):
    """The path of the libduckdb that a binary loads."""
    listed = subprocess.run(["ldd", binary], check=True, capture_output=True, text=True).stdout
    return re.search(r"libduckdb\S* => (\S+)", listed)[1]


class Unreadable(Exception):
    """The file, or the answer to a question."""


class Reader:
    """libduckdb's C interface, as far as it takes to ask a question. Each thread keeps an engine of its own."""

    def __init__(self, path):
        self._duckdb = CDLL(path)
        self._duckdb.duckdb_result_error.restype = c_char_p
        self._duckdb.duckdb_value_varchar.restype = c_void_p
        self._duckdb.duckdb_value_varchar.argtypes = [c_void_p, c_uint64, c_uint64]
        self._of_thread = threading.local()

    def make(self, path):
        """An empty database file, of blocks so small that little is written at a time."""
        with self._attached(path, f"block_size {SMALL_BLOCK_BYTES}"):
            pass

    def query(self, path, sql):
        """The answer of a database file as one dict per row."""
        with self._attached(path, "read_only"):
            answer = self._run(f"select cast(to_json(list(answer)) as varchar) from ({sql}) as answer")
            return json.loads(answer or "[]")

    @contextmanager
    def _attached(self, path, option):
        quoted = str(path).replace("'", "''")
        self._run(f"attach '{quoted}' as file ({option})")
        try:
            self._run("use file")
            yield
        finally:
            self._run("use memory")
            self._run("detach file")

    def _run(self, sql):
        """The first cell of what a statement answers."""
        duckdb = self._duckdb
        result = create_string_buffer(RESULT_BYTES)
        try:
            if duckdb.duckdb_query(self._connection(), sql.encode(), result) != OK:
                raise Unreadable(duckdb.duckdb_result_error(result).decode())
            text = c_void_p(duckdb.duckdb_value_varchar(result, 0, 0))
            try:
                return cast(text, c_char_p).value
            finally:
                duckdb.duckdb_free(text)
        finally:
            duckdb.duckdb_destroy_result(result)

    def _connection(self):
        if not hasattr(self._of_thread, "connection"):
            database, connection = c_void_p(), c_void_p()
            self._duckdb.duckdb_open(None, byref(database))
            self._duckdb.duckdb_connect(database, byref(connection))
            self._of_thread.connection = connection
            self._run("set threads to 1")
        return self._of_thread.connection
