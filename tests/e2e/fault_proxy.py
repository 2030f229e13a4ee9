"""A proxy before the S3 server that spoils a share of the answers, each in another way."""

import asyncio
import random
import threading
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


class FaultProxy:
    """Runs in a thread of its own. `share` of the answers is spoiled, by each of FAULTS in turn.

    `intercept` may answer a request itself, with bytes; on None it goes to the server. `most_at_once` is how many objects,
    or parts of them, were asked for at the same time.
    """

    def __init__(self, server, share=0.0, seed=1, intercept=None, tls=None):
        self.server_port, self.share, self.intercept, self.tls = server.port, share, intercept, tls
        self.access_key, self.secret_key = server.access_key, server.secret_key
        self.counts = {}
        self.requests = []
        self.most_at_once = 0
        self._under_way = 0
        self._random = random.Random(seed)
        self._turn = 0
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
        try:
            while request := await read_request(reader):
                self.requests.append(request)
                self._under_way += request.is_object
                self.most_at_once = max(self.most_at_once, self._under_way)
                try:
                    goes_on = await self._answer(request, writer)
                finally:
                    self._under_way -= request.is_object
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
        if canned is not None:
            writer.write(canned)
            return True
        head, body = await self._ask(request)
        if self._random.random() >= self.share:
            writer.write(head + body)
            return True
        fault = FAULTS[self._turn % len(FAULTS)]
        self._turn += 1
        self.counts[fault.__name__] = self.counts.get(fault.__name__, 0) + 1
        return await fault(request, head, body, writer)

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


async def flipped_bit(request, head, body, writer):
    """Only in objects that come whole: what a listing says, and a part, is kept safe by TLS alone."""
    if request.is_object and body and b"Content-Range" not in head:
        middle = len(body) // 2
        body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1:]
    writer.write(head + body)
    return True


async def stall(_request, head, body, writer):
    writer.write(head[:10])
    await writer.drain()
    await asyncio.sleep(STALL_S)


async def slow_first_byte(_request, head, body, writer):
    await asyncio.sleep(SLOW_S)
    writer.write(head + body)
    return True


FAULTS = [slow_down, internal_error, reset_before_the_headers, reset_during_the_headers, reset_after_the_headers,
          end_within_the_headers, truncated_body, wrong_length, flipped_bit, stall, slow_first_byte]


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
