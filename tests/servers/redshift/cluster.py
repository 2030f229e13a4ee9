"""What the sessions of a double share."""

import itertools
import threading

import backend
from faults import AllFaults

VERSION = ("PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), "
           "Redshift 1.0.77467")


class Writes:
    """When each table was last written to, counted in commits. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._commits = 0
        self._last = {}

    def now(self):
        with self._lock:
            return self._commits

    def last(self, database, table):
        with self._lock:
            return self._last.get((database, table[0] or "public", table[1]), 0)

    def committed(self, database, tables):
        with self._lock:
            self._commits += 1
            for schema, name in tables:
                self._last[database, schema or "public", name] = self._commits


class Cluster:
    version = VERSION

    def __init__(self, host, port, owner, source, namespace, is_serverless, takes_snapshot_at_begin):
        self.host, self.port, self._owner = host, port, owner
        self.namespace = namespace  # the cluster's unique id
        self.source, self.is_serverless = source, is_serverless
        # Either may be: r_BEGIN leaves it to a setting, c_serial_isolation tells of the first query.
        self.takes_snapshot_at_begin = takes_snapshot_at_begin
        self.faults = AllFaults()
        self.writes = Writes()
        self._numbers = itertools.count(1001)
        self._sessions = {}

    def connect(self, database):
        return backend.Backend(self.host, self.port, database, self._owner)

    def next_number(self):
        return next(self._numbers)

    def entered(self, session):
        self._sessions[session.key] = session

    def left(self, session):
        self._sessions.pop(session.key, None)

    def cancel(self, key):
        """Stops what the session with this key is doing."""
        if session := self._sessions.get(key):
            session.cancelled.set()
            backend.cancel(self.host, self.port, key)
