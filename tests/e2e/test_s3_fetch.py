"""How much is under way at once: hundreds of small objects, few large ones, and fewer when the store asks for it."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

from fault_proxy import FaultProxy, answer
from records import play
from s3_listing import Listing  # of tests/servers, where workspace looks
from workspace import json_lines

CONFIG = """
[AWS]
ANONYMOUS = true
[S3]
ENDPOINT = {endpoint}
TIMEOUT_S = 60
LOG_DATA = s3://bucket/log_data
SONG_DATA = song_data
"""
CONTENT = json_lines([play()])
HUNDREDS = 200
PATIENCE_S = 20  # for what comes at once on a machine that does not stand still
# With these, starlift asks for FEW objects at once.
FEW_FILES, FEW = ("prlimit", "--nofile=160:160"), 32
MIB = 1 << 20
MOST_BYTES_HELD = 64 * MIB


class Store(FaultProxy):
    """`count` objects of one content, with no server behind them. `before` is awaited before one is given, and may answer."""

    def __init__(self, count, before, content=CONTENT, headers=""):
        self._listing = Listing([f"log_data/{i:04}.json" for i in range(count)], lambda _: (len(content), '"e"'))
        self._object = answer(200, headers=headers, body=content)
        self._before = before
        super().__init__(SimpleNamespace(port=None, access_key="", secret_key=""), intercept=self._give)

    async def _give(self, request):
        if request.is_object:
            return await self._before(request) or self._object
        query = urlsplit(request.path).query
        return answer(200, body=self._listing.answer(dict(parse_qsl(query, keep_blank_values=True))))

    def load_into(self, workspace, **options):
        """Loads all of them anew."""
        workspace.use_sources(CONFIG.format(endpoint=self.endpoint))
        workspace.database.unlink(missing_ok=True)
        loaded = workspace.etl(**options)["datasets"]["events"]
        assert loaded["objects"] == loaded["staged"] > 0


async def at_once(_request):
    pass


async def wait_for(event, patience_s=PATIENCE_S):
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event.wait(), patience_s)
    event.set()


def test_hundreds_of_small_objects_are_asked_for_at_once(workspace):
    """The store gives none until it is asked for so many: it is far."""
    async def hold(_request):
        if store.most_at_once >= HUNDREDS:
            enough.set()
        await wait_for(enough)

    enough = asyncio.Event()
    with Store(600, hold) as store:
        store.load_into(workspace)
    assert store.most_at_once >= HUNDREDS


def test_connections_are_used_again(workspace):
    with Store(600, at_once) as store:
        store.load_into(workspace, prefix=FEW_FILES)
    assert len(store.requests) >= 600
    assert store.connections <= FEW + 8


def test_a_store_that_asks_to_slow_down_is_asked_for_less_at_once(workspace):
    """One refusal halves what is under way. What comes well lets it grow again, by one for 8 answers at most."""
    def most_at_once(refused, patience_s):
        """While the second half is asked for. The store gives nothing of a half until it is asked for all of it."""
        async def give(request):
            seen.add(request.path)
            if len([known for known in store.requests if known.is_object]) <= refused:
                return answer(503, "SlowDown")
            is_second = len(seen) > FEW
            if is_second:
                found.append(store.under_way)
            if len(seen) in (FEW, 2 * FEW):
                halves[is_second].set()
            await wait_for(halves[is_second], patience_s)

        seen, found, halves = set(), [], [asyncio.Event(), asyncio.Event()]
        with Store(2 * FEW, give) as store:
            store.load_into(workspace, prefix=FEW_FILES)
        return max(found)

    assert most_at_once(refused=0, patience_s=PATIENCE_S) == FEW
    assert most_at_once(refused=FEW, patience_s=0.5) <= FEW / 2 + 2 * FEW / 8


def test_the_bytes_under_way_have_a_bound(workspace):
    async def take_a_while(_request):
        await asyncio.sleep(0.2)

    with Store(12, take_a_while, content=CONTENT.ljust(8 * MIB, "\n")) as store:
        store.load_into(workspace)
    assert 2 <= store.most_at_once <= MOST_BYTES_HELD // (8 * MIB)
