"""A proxy before the S3 server that spoils a share of the answers, each in another way."""

import asyncio
import inspect
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass

STALL_S = 8
SLOW_S = 0.3


@dataclass
class Request:
    method: str
    path: str
    head: bytes
    body: bytes

    @property
    def is_object(self):
        return self.method == "GET" and "list-type" not in self.path

    @property
    def part(self):
        """The bytes that are asked for of an object; None when it is all of them."""
        found = re.search(rb"(?i)\r\nrange: bytes=(\d+)-(\d+)\r\n", self.head)
        return (int(found[1]), int(found[2])) if found else None


class FaultProxy:
    """Runs in a thread of its own. `share` of the answers is spoiled, by each of FAULTS in turn.

    With `spoils_parts`, the first answer with each part of a large object is spoiled, too. `counts` says how often each
    fault was made, `part_counts` how often in a part.

    `intercept` may answer a request itself, with bytes, and may be a coroutine; on None it goes to the server.
    `under_way` is how many objects, or parts of them, are asked for, and `most_at_once` how many were at the same time.
    """

    def __init__(self, server, share=0.0, seed=1, intercept=None, tls=None, spoils_parts=False):
        self.server_port, self.share, self.intercept, self.tls = server.port, share, intercept, tls
        self.access_key, self.secret_key = server.access_key, server.secret_key
        self.counts, self.part_counts = Counter(), Counter()
        self.requests = []
        self.connections = 0
        self.under_way = self.most_at_once = 0
        self._spoils_parts, self._parts = spoils_parts, set()
        self._random = random.Random(seed)
        self._faults = [*FAULTS]
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def endpoint(self):
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26, backlog=1024, ssl=self.tls))
        self.port = listening.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        listening.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            while request := await read_request(reader):
                self.requests.append(request)
                self.under_way += request.is_object
                self.most_at_once = max(self.most_at_once, self.under_way)
                try:
                    goes_on = await self._answer(request, writer)
                finally:
                    self.under_way -= request.is_object
                if not goes_on:
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request, writer):
        """Returns whether the connection goes on."""
        canned = self.intercept(request) if self.intercept else None
        canned = await canned if inspect.isawaitable(canned) else canned
        if canned is not None:
            writer.write(canned)
            return True
        head, body = await self._ask(request)
        if not self._is_to_be_spoiled(request):
            writer.write(head + body)
            return True
        fault = next(fault for fault in self._faults if can_spoil(fault, request, body))
        self._faults.remove(fault)
        self._faults.append(fault)
        self.counts[fault.__name__] += 1
        self.part_counts[fault.__name__] += request.part is not None
        return await fault(request, head, body, writer)

    def _is_to_be_spoiled(self, request):
        version = re.search(rb"(?i)\r\nif-match: (\S+)", request.head)
        part = request.part and (request.path, request.part, version and version[1])
        is_first_of_part = part is not None and part not in self._parts
        self._parts.add(part)
        return self._random.random() < self.share or (self._spoils_parts and is_first_of_part)

    async def _ask(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port, limit=1 << 26)
        try:
            writer.write(request.head + request.body)
            await writer.drain()
            return await read_answer(reader, request.method)
        finally:
            writer.close()


def answer(status, code="", headers="", body=None):
    """An answer as S3 gives it for an error."""
    body = f"<Error><Code>{code}</Code><Message>a made-up fault</Message></Error>" if body is None else body
    return f"HTTP/1.1 {status} Made up\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}".encode()


async def slow_down(_request, _head, _body, writer):
    writer.write(answer(503, "SlowDown"))
    return True


async def internal_error(_request, _head, _body, writer):
    writer.write(answer(500, "InternalError"))
    return True


async def reset_before_the_headers(_request, _head, _body, writer):
    writer.transport.abort()


async def reset_during_the_headers(_request, head, _body, writer):
    writer.write(head[:len(head) // 2])
    await writer.drain()
    writer.transport.abort()


async def reset_after_the_headers(_request, head, _body, writer):
    writer.write(head)
    await writer.drain()
    writer.transport.abort()


async def end_within_the_headers(_request, head, _body, writer):
    writer.write(head[:len(head) // 2])


async def truncated_body(_request, head, body, writer):
    writer.write(head + body[:len(body) // 2])


async def wrong_length(_request, head, body, writer):
    shorter = body[:len(body) // 2]
    writer.write(head.replace(f"Content-Length: {len(body)}".encode(), f"Content-Length: {len(shorter)}".encode()) + shorter)


async def flipped_bit(_request, head, body, writer):
    writer.write(head + flip_a_bit(body))
    return True


async def stall(_request, head, body, writer):
    writer.write(head[:10])
    await writer.drain()
    await asyncio.sleep(STALL_S)


async def stall_within_the_body(_request, head, body, writer):
    writer.write(head + body[:len(body) // 2])
    await writer.drain()
    await asyncio.sleep(STALL_S)


async def slow_first_byte(_request, head, body, writer):
    await asyncio.sleep(SLOW_S)
    writer.write(head + body)
    return True


FAULTS = [slow_down, internal_error, reset_before_the_headers, reset_during_the_headers, reset_after_the_headers,
          end_within_the_headers, truncated_body, wrong_length, flipped_bit, stall, stall_within_the_body, slow_first_byte]


def can_spoil(fault, request, body):
    """A bit is flipped only in objects that come whole: what a listing says is kept safe by TLS alone, and of a part it is
    known when the last one has come."""
    if fault is flipped_bit and not (request.is_object and not request.part):
        return False
    return bool(body) or fault not in (truncated_body, wrong_length, flipped_bit, stall_within_the_body)


def flip_a_bit(body):
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1:]


async def read_head(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return head, lines[0], headers


async def read_request(reader):
    """None when the client has no more."""
    try:
        head, line, headers = await read_head(reader)
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = line.split(" ")
    return Request(method, path, head, await reader.readexactly(int(headers.get("content-length", 0))))


async def read_answer(reader, method):
    """The answer with its length, whatever way the server sent it."""
    head, line, headers = await read_head(reader)
    if method == "HEAD" or line.split(" ")[1] in ("204", "304"):
        return head, b""
    if headers.get("transfer-encoding") != "chunked":
        return head, await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    kept = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"transfer-encoding")]
    return b"\r\n".join([*kept, f"Content-Length: {len(body)}".encode(), b"", b""]), body
