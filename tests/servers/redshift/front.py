"""The front door: TLS, start-up, password, and a session per connection."""

import hashlib
import re
import secrets
import socketserver
import ssl
import struct

from messages import (CANCEL_REQUEST, GSS_REQUEST, PROTOCOL_3, SSL_REQUEST, Closed, Wire, error_body, text, texts_of)
from refusal import Refusal
from session import Session
from settings import DEFAULTS, unrecognized

# The rest of what a client sends is a setting, and Redshift refuses those that it does not know.
KNOWN_PARAMETERS = {"user", "database", "options", "application_name", "client_encoding", "datestyle", "timezone"}
OPTION = re.compile(r"(?:-c\s*|--)([\w-]+)=((?:\\.|[^\s\\])*)\s*")
AUTH_CLEARTEXT, AUTH_MD5 = 3, 5
AUTH_SHA256 = 13  # core.py of aws/amazon-redshift-python-driver; PostgreSQL's libpq does not know it


class Front(socketserver.ThreadingTCPServer):
    """`users` are name -> password; `auth` is md5, cleartext or sha256, which nobody passes; `tls` is an ssl.SSLContext, or None."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port, cluster, users, auth, tls, requires_tls):
        super().__init__(("127.0.0.1", port), Visit)
        self.cluster, self.users, self.auth = cluster, users, auth
        self.tls, self.requires_tls = tls, requires_tls


class Visit(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(6, 1, 1)  # TCP_NODELAY
        self._wire = Wire(self.request)
        self._is_encrypted = False
        try:
            self._serve()
        except (Closed, ssl.SSLError, ConnectionError):
            pass
        finally:
            self._wire.close()

    def _serve(self):
        parameters = self._start()
        if parameters is None:
            return
        try:
            self._check(parameters)
            self._authenticate(parameters["user"])
            session = Session(self.server.cluster, self._wire, parameters["database"])
        except Refusal as refusal:
            self._wire.write(b"E", error_body(refusal.message, refusal.sqlstate, refusal.detail, "FATAL"))
            self._wire.flush()
            return
        self.server.cluster.entered(session)
        try:
            self._greet(parameters, session)
            session.serve()
        finally:
            self.server.cluster.left(session)
            session.close()

    def _start(self):
        """The parameters of the start-up message; None when it was none."""
        while True:
            code, body = self._wire.read_start()
            if code in (SSL_REQUEST, GSS_REQUEST):
                self._offer(code == SSL_REQUEST and self.server.tls is not None)
            elif code == CANCEL_REQUEST:
                self.server.cluster.cancel(body)
                return None
            elif code == PROTOCOL_3:
                parts = texts_of(body)
                pairs = dict(zip(parts[::2], parts[1::2]))
                pairs.pop("", None)
                return {"database": pairs.get("user"), **pairs}
            else:
                return None

    def _offer(self, speaks_tls):
        self._wire.write_raw(b"S" if speaks_tls else b"N")
        self._wire.flush()
        if speaks_tls:
            self._wire = Wire(self.server.tls.wrap_socket(self.request, server_side=True))
            self._is_encrypted = True

    def _check(self, parameters):
        if self.server.requires_tls and not self._is_encrypted:
            raise Refusal(f'no pg_hba.conf entry for host "::ffff:127.0.0.1", user "{parameters["user"]}", database '
                          f'"{parameters["database"]}", SSL off', "28000")
        options = parameters.get("options", "")
        asked = {name.replace("-", "_"): value for name, value in OPTION.findall(options)}
        if OPTION.sub("", options).strip():
            raise Refusal(f"invalid command-line arguments for server process: {options}")
        asked |= {name: value for name, value in parameters.items() if name not in KNOWN_PARAMETERS}
        for name in asked:
            if name.lower() not in DEFAULTS:
                raise unrecognized(name)

    def _authenticate(self, user):
        salt = secrets.token_bytes(4)
        if self.server.auth == "md5":
            self._wire.write(b"R", struct.pack("!i", AUTH_MD5) + salt)
        else:
            method = AUTH_SHA256 if self.server.auth == "sha256" else AUTH_CLEARTEXT
            self._wire.write(b"R", struct.pack("!i", method))
        self._wire.flush()
        kind, body = self._wire.read()
        if kind != b"p":
            raise Closed
        expected = self.server.users.get(user)
        if expected is not None and self.server.auth == "md5":
            inner = hashlib.md5((expected + user).encode()).hexdigest()
            expected = "md5" + hashlib.md5(inner.encode() + salt).hexdigest()
        if expected is None or not secrets.compare_digest(body[:-1], expected.encode()):
            raise Refusal(f'password authentication failed for user "{user}"', "28000")

    def _greet(self, parameters, session):
        """What Redshift reports: no standard_conforming_strings, and a client encoding of its own name."""
        self._wire.write(b"R", struct.pack("!i", 0))
        reported = {"server_version": "8.0.2", "server_encoding": "UNICODE",
                    "client_encoding": parameters.get("client_encoding", "UNICODE"), "DateStyle": "ISO, MDY",
                    "TimeZone": "UTC", "integer_datetimes": "on", "is_superuser": "on",
                    "session_authorization": parameters["user"], "padb_version": "1.0.77467"}
        for name, value in reported.items():
            self._wire.write(b"S", text(name) + text(value))
        self._wire.write(b"K", session.key)
