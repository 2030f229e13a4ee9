"""The double's front: what a client of Redshift meets before and around its statements."""

import hashlib
import socket
import struct
import threading

import psycopg2
import pytest

from redshift_client import Client
from redshift_double import RedshiftDouble


def test_reports_what_redshift_reports(session):
    status = session.connection.get_parameter_status
    assert (status("server_version"), status("client_encoding")) == ("8.0.2", "UNICODE")
    assert status("padb_version")
    assert status("standard_conforming_strings") is None and status("server_version_num") is None


def test_a_client_encoding_is_reported_as_it_was_asked_for(open_session):
    assert open_session(client_encoding="UTF8").connection.get_parameter_status("client_encoding") == "UTF8"


@pytest.mark.parametrize("options", ["-c standard_conforming_strings=on", "-c idle_in_transaction_session_timeout=0",
                                     "--jit=off"])
def test_start_up_parameters_that_redshift_does_not_know_are_refused(double, database, options):
    with pytest.raises(psycopg2.OperationalError, match="unrecognized configuration parameter"):
        double.connect(database, options=options)


def test_statement_timeout_may_be_asked_for_at_the_start(open_session):
    assert open_session(options="-c statement_timeout=60000").value("select 1") == 1


@pytest.mark.parametrize("user, password", [("starlift", "wrong"), ("nobody", "Redshift1")])
def test_passwords_are_checked(double, database, user, password):
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        double.connect(database, user=user, password=password)


def test_the_certificate_can_be_verified(double, open_session):
    verified = open_session(sslmode="verify-full", sslrootcert=str(double.certificate))
    assert verified.connection.info.ssl_in_use
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        open_session(sslmode="verify-full", sslrootcert="/etc/ssl/certs/ca-certificates.crt")


def test_a_missing_database_is_an_error(double):
    with pytest.raises(psycopg2.OperationalError, match='database "nope" does not exist'):
        double.connect("nope")


def test_tags_have_no_counts(session):
    session.run("create table t (a integer)")
    assert session.tag("insert into t values (1), (2)") == "INSERT"
    assert session.tag("delete from t") == "DELETE"
    assert session.tag("select 1") == "SELECT"


@pytest.mark.parametrize("statement", ["set standard_conforming_strings to on", "show standard_conforming_strings",
                                       "set client_min_messages to warning", "show server_version_num"])
def test_settings_of_other_servers_are_refused(session, statement):
    assert "unrecognized configuration parameter" in session.refused(statement)


def test_settings_that_redshift_has(session):
    session.run("set search_path to public, staging")
    assert session.value("show search_path") == "public, staging"
    session.run("set statement_timeout to 1000")
    assert "outside the valid range" in session.refused("set extra_float_digits to 3")


def test_doubles_show_15_digits_until_more_are_asked_for(session):
    text = "select cast('0.1' as double precision) + cast('0.2' as double precision) as sum"
    assert session.value(text) == 0.3
    session.run("set extra_float_digits to 2")
    assert session.value(text) == 0.1 + 0.2


def test_errors_have_no_telling_sqlstate(session):
    session.refused("select * from nope")
    assert session.sqlstate == "XX000"


def test_an_error_ends_the_transaction(session):
    session.run("begin")
    session.refused("select * from nope")
    assert "current transaction is aborted" in session.refused("select 1")
    assert session.tag("commit") == "ROLLBACK"
    assert session.value("select 1") == 1


def test_one_statement_a_message(session):
    assert "one statement per message" in session.refused("select 1; select 2")
    assert session.value("select 1;") == 1


def test_a_cancelled_statement_says_so(open_session):
    holder, waiting = open_session(), open_session()
    holder.run("create table t (a integer)")
    holder.run("begin")
    holder.run("lock t")
    threading.Timer(0.5, waiting.connection.cancel).start()
    waiting.run("begin")
    assert "cancelled on user's request" in waiting.refused("lock t")


def test_faults_that_tests_ask_for(open_session):
    one, other = open_session(), open_session()
    one.run("create table t (a integer)")
    one.run("double fail_commits 1")
    for expected_rows in (0, 1):
        other.run("begin")
        other.run("insert into t values (1)")
        if expected_rows == 0:
            message = other.refused("commit")
            assert message.startswith("1023") and "Serializable isolation violation on table" in message
        else:
            other.run("commit")
        assert one.value("select count(*) from t") == expected_rows
    one.run("double fail_at '^delete' 'out of disk'")
    assert "out of disk" in other.refused("delete from t")
    other.run("delete from t")
    one.run("double drop_after '^insert'")
    with pytest.raises(psycopg2.OperationalError):
        other.run("insert into t values (2)")
    assert one.value("select count(*) from t") == 1


def test_a_fault_may_wait_for_a_statement(session):
    session.run("create table t (a integer)")
    session.run("double once '^insert' fail_commits 1")
    session.run("begin")
    session.run("commit")
    for expected_rows in (0, 1):
        session.run("begin")
        session.run("insert into t values (1)")
        if expected_rows == 0:
            assert session.refused("commit").startswith("1023")
        else:
            session.run("commit")
        assert session.value("select count(*) from t") == expected_rows


def test_another_session_may_come_first(session):
    session.run("create table t (a integer)")
    session.run("double overtake '^insert' 'insert into t values (7)'")
    session.run("begin")
    assert session.value("select count(*) from t") == 0
    assert session.refused("insert into t values (1)").startswith("1023")
    session.run("rollback")
    assert session.run("select a from t") == [(7,)]
    session.run("insert into t values (1)")


def test_without_tls_when_it_is_required(double, database):
    strict = RedshiftDouble("--require-tls", beside=double)
    strict.start()
    with strict.connect(database), pytest.raises(psycopg2.OperationalError, match="SSL off"):
        strict.connect(database, sslmode="disable")
    strict.stop()


def test_serverless_has_no_views_of_a_provisioned_cluster(double, database):
    serverless = RedshiftDouble("--serverless", "--auth", "cleartext", beside=double)
    serverless.start()
    with serverless.connect(database) as connection:
        session = Client(connection)
        assert 'relation "stl_load_errors" does not exist' in session.refused("select count(*) from stl_load_errors")
        assert 'relation "stv_slices" does not exist' in session.refused("select count(*) from stv_slices")
        assert session.value("select count(*) from sys_load_error_detail where query_id = pg_last_copy_id()") == 0
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        serverless.connect(database, password="wrong")
    serverless.stop()


class RawClient:
    """A client that sends what psycopg2 would not."""

    def __init__(self, double, database):
        self._socket = socket.create_connection(("127.0.0.1", double.port))
        parameters = b"".join(part.encode() + b"\0" for part in ("user", double.user, "database", database)) + b"\0"
        self._socket.sendall(struct.pack("!ii", len(parameters) + 8, 196608) + parameters)
        salt = self._frame()[1][4:]
        inner = hashlib.md5((double.password + double.user).encode()).hexdigest()
        self.send(b"p", b"md5" + hashlib.md5(inner.encode() + salt).hexdigest().encode() + b"\0")
        self.until_ready()

    def send(self, kind, body):
        self._socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def until_ready(self):
        frames = []
        while not frames or frames[-1][0] != b"Z":
            frames.append(self._frame())
        return frames

    def close(self):
        self._socket.close()

    def _frame(self):
        kind, size = self._read(1), struct.unpack("!i", self._read(4))[0] - 4
        return kind, self._read(size)

    def _read(self, size):
        data = b""
        while len(data) < size:
            data += self._socket.recv(size - len(data))
        return data


def ask(client, sql, parameters=()):
    """Parse, Bind, Describe, Execute, Sync, as PQexecParams does."""
    values = b"".join(struct.pack("!i", len(value)) + value for value in parameters)
    client.send(b"P", b"\0" + sql.encode() + b"\0" + struct.pack("!H", 0))
    client.send(b"B", b"\0\0" + struct.pack("!HH", 0, len(parameters)) + values + struct.pack("!H", 0))
    client.send(b"D", b"P\0")
    client.send(b"E", b"\0" + struct.pack("!i", 0))
    client.send(b"S", b"")
    return client.until_ready()


def test_the_extended_protocol_takes_32767_values(double, database):
    client = RawClient(double, database)
    kinds = [kind for kind, _ in ask(client, "select cast($1 as integer) + 1 as n", [b"41"])]
    assert kinds == [b"1", b"2", b"T", b"D", b"C", b"Z"]
    assert [kind for kind, _ in ask(client, "set statement_timeout to 0")] == [b"1", b"2", b"n", b"C", b"Z"]
    [error] = [body for kind, body in ask(client, "select 1", [b"1"] * 32768) if kind == b"E"]
    assert b"there is no parameter $-32768" in error
    client.close()
