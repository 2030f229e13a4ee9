import sys
from contextlib import ExitStack
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

sys.path.append(str(Path(__file__).parent))
from redshift_client import BUCKET, Client  # noqa: E402
from redshift_double import RedshiftDouble  # noqa: E402


@pytest.fixture(scope="session")
def double():
    double = RedshiftDouble()
    double.start()
    yield double
    double.stop()


@pytest.fixture(scope="session")
def s3(double):
    client = boto3.client(
        "s3", endpoint_url=double.s3.endpoint, aws_access_key_id=double.s3.access_key,
        aws_secret_access_key=double.s3.secret_key, region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}))
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
