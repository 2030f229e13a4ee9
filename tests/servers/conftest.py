import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
from redshift_client import BUCKET, Client  # noqa: E402
from redshift_double import RedshiftDouble, connect_to_s3  # noqa: E402


@pytest.fixture(scope="session")
def double():
    double = RedshiftDouble()
    double.start()
    yield double
    double.stop()


@pytest.fixture(scope="session")
def s3(double):
    client = connect_to_s3(double.s3)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def database(double):
    """One without tables."""
    yield double.database
    double.run_postgres("drop schema public cascade", double.database)
    double.run_postgres("create schema public", double.database)


@pytest.fixture
def open_session(double, database):
    """Opens sessions on that database, which close with the test."""
    with ExitStack() as sessions:
        yield lambda **options: Client(sessions.enter_context(double.connect(database, **options)))


@pytest.fixture
def session(open_session):
    return open_session()
