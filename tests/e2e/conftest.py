import importlib.util
import itertools

import pytest

from s3_bucket import BucketWorkspace
from workspace import BINARY, ROOT, Workspace, engines
from radosgw import Radosgw  # of tests/servers, where workspace looks


def pytest_addoption(parser):
    parser.addoption("--engine", choices=engines.ENGINES, default="duckdb",
                     help="run the tests that hold on every engine on this one (-m every_engine)")


def pytest_configure(config):
    config.addinivalue_line("markers", "every_engine: holds on every engine; see --engine")
    Workspace.engine = engines.ENGINES[config.getoption("--engine")]()


def pytest_unconfigure():
    Workspace.engine.close()


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
    server = Radosgw(tmp_path_factory.mktemp("radosgw"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def make_s3_workspace(tmp_path_factory, s3_server):
    """Makes workspaces whose sources are in a bucket of their own."""
    numbers = itertools.count(1)
    return lambda: BucketWorkspace(tmp_path_factory.mktemp("bucket"), s3_server, f"bucket-{next(numbers)}")


@pytest.fixture
def s3_workspace(make_s3_workspace):
    return make_s3_workspace()
