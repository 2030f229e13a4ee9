"""A workspace of which the cluster reads the objects itself, for tests of COPY = direct.

A test file has `make` and `workspace` as its fixtures when it imports them.
"""

import itertools
import json

import pytest

from cluster_workspace import BUCKET, ClusterWorkspace
from records import event, play, song
from workspace import json_lines, json_text

NUMBERS = itertools.count(1)
DIRECT = "[COPY]\nEVENTS = direct\nSONGS = direct\n"


class DirectWorkspace(ClusterWorkspace):
    """Its sources are in a prefix of the bucket; its datasets are declared immutable, and copied as `copy` says."""

    def __init__(self, folder, double, copy=DIRECT):
        self.prefix = f"data-{next(NUMBERS)}"
        self._is_defined = False
        super().__init__(folder, double)
        self.configure_copy(copy)
        self.run("init", "wh")
        for name in ("events", "songs"):
            self.declare(name, 'objects = "immutable"')
        self._is_defined = True

    def configure_copy(self, copy, **values):
        data = f"s3://{BUCKET}/{self.prefix}"
        self.configure(**{"log_data": f"{data}/log_data", "song_data": f"{data}/song_data", "cluster": copy, **values})

    def declare(self, dataset, line):
        path = self.folder / f"wh/staging/{dataset}.toml"
        path.write_text(f"{line}\n{path.read_text()}")

    def run(self, *arguments, **options):
        return super().run(*arguments, *(("--warehouse", "wh") if self._is_defined else ()), **options)

    def put_object(self, name, content):
        body = content.encode() if isinstance(content, str) else content
        self.client.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}", Body=body)
        return f"s3://{BUCKET}/{self.prefix}/{name}"

    def put_events(self, name, *records, **_):
        return self.put_object(f"log_data/{name}", json_lines(records))

    def put_songs(self, name, *records, **_):
        return self.put_object(f"song_data/{name}", json_lines(records))

    def delete_object(self, name):
        self.client.delete_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}")

    def staged(self, dataset):
        """Its rows without lineage, in a fixed order."""
        rows = self.query(f"select * from staging.{dataset}")
        return sorted((json.dumps({name: value for name, value in row.items() if not name.startswith("_")})
                       for row in rows))

    def parts(self):
        return [key for key in super().parts() if key.startswith("area/")]


@pytest.fixture
def make(tmp_path, double):
    made = []

    def make_workspace(copy=DIRECT):
        folder = tmp_path / f"w{len(made)}"
        folder.mkdir()
        made.append(DirectWorkspace(folder, double, copy))
        return made[-1]

    yield make_workspace
    for workspace in made:
        double.drop_database(workspace.name)


@pytest.fixture
def workspace(make):
    return make()


def fill(workspace):
    """Values of every kind that the real data have."""
    workspace.put_events(
        "2018/a.json", play(sessionId=1, length=0.1, userAgent='"Mozilla/5.0 (X11; \\n) it\'s \\\\"'), play(sessionId=2),
        event(userId="", firstName=None, registration=None, location="Zürich, 東京 \U0001f3b5"))
    workspace.put_events("2018/b.json", play(sessionId=3, registration=1541105830796.0, length=246.30812, ts=1541105830001),
                         event(sessionId=4, userId="12", location="blanks  "), event(userId=None, auth="Logged Out"))
    workspace.put_songs("s.json", song(), song(song_id="SO2", artist_latitude=-12.5, artist_longitude=7e-5, year=0))
    return workspace


def bad_events(workspace):
    """Broken JSON, a text that is too long, a required field that is missing, and numbers and times that are none."""
    workspace.put_object("log_data/a.json", "\n".join([
        json_text(play(sessionId=1)), '{"broken": tru, "page": "x"}', json_text(play(sessionId=2, page="p" * 257)),
        json_text(play(sessionId=3, ts=None)), json_text(play(sessionId=4))]) + "\n")
    workspace.put_object("log_data/b.json", "\n".join([
        json_text(play(sessionId=5)), json_text(play(sessionId="six")), json_text(play(sessionId=7, length="NaN")),
        json_text(play(sessionId=8, status=70000000000)), json_text(play(sessionId=9))]) + "\n")
    workspace.put_events("c.json", play(sessionId=10))
    workspace.put_songs("s.json", song())
    return workspace


def shown_rejects(workspace):
    return [{name: reject[name] for name in ("object", "record", "offset", "column", "reason", "raw")} for reject in
            sorted(workspace.rejects(), key=lambda reject: (reject["object"], reject["record"]))]
