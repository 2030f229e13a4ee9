"""Long listings are read in parallel and whole, whatever the folders are. Against a server that only lists."""

import random
import time

import pytest
from records import play
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


def describe(_):
    return 1, '"e"'


def test_pages_are_fetched_in_parallel(workspace):
    keys = sorted(tree_of_letters())
    with ListingServer(Listing(keys, describe), delay_s=0.05) as server:
        workspace.use_sources(CONFIG.format(port=server.port).replace("log_data", "song_data/A"))
        workspace.run("etl", "--dry-run", "--quiet")
    assert server.most_at_once >= 8


def test_few_keys_in_many_folders_take_few_requests(workspace):
    keys = [f"song_data/A/{'BCDEF'[i // 600]}/{chr(65 + i // 24 % 25)}/{i:04}" for i in range(3000)]
    with ListingServer(Listing(keys, describe), delay_s=0.05) as server:
        workspace.use_sources(CONFIG.format(port=server.port).replace("log_data", "song_data/A/B/A"))
        listed = workspace.run("etl", "--dry-run", "--json", "--quiet").json["datasets"]
    assert [dataset["objects"] for dataset in listed] == [24, 3000]
    assert server.answered <= 12


# Keys without end.

MANY = 300_000
MOST_PAGES_HELD = 128
PAGE_KEYS = 1000


class StallingServer(ListingServer):
    """Keeps one page of the first folder back until nothing more is asked for; `ahead` is how many were by then."""

    ahead = 0

    def answer(self, query):
        after = bytes.fromhex(query.get("continuation-token", "")).decode()
        if not self.ahead and "delimiter" not in query and "song_data/00/.004" < after < "song_data/01":
            while self.ahead != self.answered:
                self.ahead = self.answered
                time.sleep(1)
        return super().answer(query)


def peak_of_listing(workspace, keys):
    """The peak memory of a run that lists these and reads none, for all are hidden; and who was asked for them."""
    with StallingServer(Listing(keys, describe)) as server:
        workspace.use_sources(CONFIG.format(port=server.port).replace("s3://bucket/log_data", "log_data"))
        return workspace.etl("--reload", "events")["peak_memory_bytes"], server


def test_a_long_listing_is_read_ahead_in_bounded_memory(workspace):
    workspace.put_events("a.json", play())
    few_bytes, _ = peak_of_listing(workspace, ["song_data/.a"])
    many_bytes, server = peak_of_listing(workspace, [f"song_data/{i // 7500:02}/.{i:06}" for i in range(MANY)])
    assert MOST_PAGES_HELD / 2 < server.ahead < MOST_PAGES_HELD + 10  # a few were visited, and one had folders
    assert MANY / PAGE_KEYS <= server.answered < 1.3 * MANY / PAGE_KEYS
    assert many_bytes - few_bytes < 100 << 20
