import importlib.util
import itertools
import tempfile
from contextlib import ExitStack

import pytest

from cluster_workspace import BUCKET
from records import play
from s3_bucket import BucketWorkspace, connect
from workspace import BINARY, ROOT, Workspace, engines
from radosgw import shared_s3_server  # of tests/servers, where workspace looks
from redshift_double import RedshiftDouble

shared = ExitStack()  # what the processes that tests run in share


def pytest_addoption(parser):
    parser.addoption("--engine", choices=engines.ENGINES, default="duckdb",
                     help="run the tests that hold on every engine on this one (-m every_engine)")


def pytest_configure(config):
    config.addinivalue_line("markers", "every_engine: holds on every engine; see --engine")
    Workspace.engine = engines.ENGINES[config.getoption("--engine")]()
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        shared.enter_context(shared_s3_server(shared.enter_context(tempfile.TemporaryDirectory(prefix="starlift-s3-"))))


def pytest_unconfigure():
    Workspace.engine.close()
    shared.close()


def pytest_collection_modifyitems(items):
    """Those that wait most, for servers that do not answer, begin first: at the end nothing is left to run beside them."""
    items.sort(key=lambda item: not item.path.name.startswith(("test_s3", "test_cluster", "test_redshift")))


def pytest_sessionstart():
    if not BINARY.exists():
        pytest.exit(f"{BINARY} does not exist; run ./dev build dev, or name a binary with STARLIFT", returncode=2)


@pytest.fixture(autouse=True)
def leaves_no_warehouse(tmp_path):
    yield
    Workspace.engine.drop_warehouses_below(tmp_path)


@pytest.fixture(scope="session")
def make_workspace(tmp_path_factory):
    """Makes workspaces that several tests share."""
    return lambda: Workspace(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def workspace(tmp_path):
    """A workspace of the test's own."""
    return Workspace(tmp_path)


@pytest.fixture(scope="session")
def reference():
    """The star of the built-in warehouse as a Python program makes it from the written rules."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tests/sparkify_cases/reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    with shared_s3_server(tmp_path_factory.mktemp("radosgw")) as server:
        yield server


@pytest.fixture(scope="session")
def double(s3_server):
    """A double of Redshift; its `s3` has the bucket BUCKET for what is staged."""
    double = RedshiftDouble()
    double.start()
    connect(double.s3).create_bucket(Bucket=BUCKET)
    yield double
    double.stop()


@pytest.fixture(scope="session")
def make_s3_workspace(tmp_path_factory, s3_server):
    """Makes workspaces whose sources are in a bucket of their own."""
    numbers = itertools.count(1)
    return lambda: BucketWorkspace(tmp_path_factory.mktemp("bucket"), s3_server,
                                   f"bucket-{engines.PROCESS}-{next(numbers)}")


@pytest.fixture
def s3_workspace(make_s3_workspace):
    return make_s3_workspace()


@pytest.fixture
def one_play(s3_workspace):
    """One with an event in it."""
    s3_workspace.put_events("a.json", play())
    return s3_workspace
