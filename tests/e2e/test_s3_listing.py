"""Long listings are read in parallel and whole, whatever the folders are. Against a server that only lists."""

import random

import pytest
from s3_listing import Listing, ListingServer

CONFIG = """
[AWS]
ANONYMOUS = true
[S3]
ENDPOINT = http://127.0.0.1:{port}
LOG_DATA = s3://bucket/log_data
SONG_DATA = s3://bucket/song_data
"""


def tree_of_letters():
    """The exercise's own: A/B/C/ and a name, unevenly filled."""
    choose = random.Random(5)
    return [f"song_data/{'/'.join(choose.choices('ABCDEFGHIJKLMNOP', range(16, 0, -1), k=3))}/TR{i}.json" for i in range(9000)]


def days():
    """Folders of folders with few at each level, and one day that holds most."""
    return [f"song_data/year={2010 + i % 4}/month={i % 12}/{'one' if i % 3 else i % 28}/{i}" for i in range(9000)]


def keys_between_folders():
    """Keys before, between and after the folders, and folders that are named like keys."""
    return [f"song_data/{i % 30:02}{tail}{i}" for i in range(2500) for tail in ("/", "", "!", "/a/", "0/")]


SHAPES = [tree_of_letters, days, keys_between_folders, lambda: [f"song_data/{i:06}" for i in range(4000)],
          lambda: [f"song_data/{i:05}/x" for i in range(9500)], lambda: ["song_data/1"], list]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_is_listed_once(workspace, shape):
    songs = sorted(set(shape()), key=str.encode)
    # No two sets of keys have the same sum, nearly: a key that is missing and one that comes twice show.
    sizes = {key: 1 + i * i % 999_983 for i, key in enumerate(songs)}
    around = ["log_data/a", "song_data.json", "song_data0/a", "zzz"]
    listing = Listing(sorted([*songs, *around], key=str.encode), lambda key: (sizes.get(key, 7), f'"{key[-5:]}"'))
    with ListingServer(listing) as server:
        workspace.use_sources(CONFIG.format(port=server.port))
        events, listed = workspace.run("etl", "--dry-run", "--json", "--quiet").json["datasets"]
    assert events["objects"] == 1
    assert (listed["objects"], listed["bytes"]) == (len(songs), sum(sizes.values()))


def test_pages_are_fetched_in_parallel(workspace):
    keys = sorted(tree_of_letters())
    with ListingServer(Listing(keys, lambda _: (1, '"e"')), delay_s=0.05) as server:
        workspace.use_sources(CONFIG.format(port=server.port).replace("log_data", "song_data/A"))
        workspace.run("etl", "--dry-run", "--quiet")
    assert server.most_at_once >= 8
