"""ListObjectsV2 over a list of objects: as S3 answers it, by prefix, delimiter, start-after and token.

It lists and no more, and checks no signature; what it is for is many keys, and speed.
"""

import bisect
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

PAGE_KEYS = 1000
MODIFIED = "2018-11-30T23:59:59.000Z"


class Listing:
    """`keys` in byte order; `describe(key)` gives an object's size and entity tag."""

    def __init__(self, keys, describe):
        self.keys, self.describe = keys, describe

    def answer(self, query):
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter")
        token = query.get("continuation-token")
        after = bytes.fromhex(token).decode() if token else query.get("start-after", "")
        # Strings order as their UTF-8 does.
        at = max(bisect.bisect_left(self.keys, prefix), bisect.bisect_right(self.keys, after))
        entries, last = [], ""
        while len(entries) < PAGE_KEYS and at < len(self.keys) and self.keys[at].startswith(prefix):
            key = last = self.keys[at]
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            if end < 0:
                size, etag = self.describe(key)
                entries.append(f"<Contents><Key>{quote(key)}</Key><LastModified>{MODIFIED}</LastModified>"
                               f"<ETag>{escape(etag)}</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>")
                at += 1
            else:
                folder = key[:end + 1]
                entries.append(f"<CommonPrefixes><Prefix>{quote(folder)}</Prefix></CommonPrefixes>")
                last = folder + chr(0x10FFFF)
                at = bisect.bisect_left(self.keys, last)
        is_truncated = at < len(self.keys) and self.keys[at].startswith(prefix)
        more = f"<NextContinuationToken>{last.encode().hex()}</NextContinuationToken>" if is_truncated else ""
        return ('<?xml version="1.0" encoding="UTF-8"?>\n'
                '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                f"<EncodingType>url</EncodingType><KeyCount>{len(entries)}</KeyCount><MaxKeys>{PAGE_KEYS}</MaxKeys>"
                f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>{''.join(entries)}{more}</ListBucketResult>")


class ListingServer:
    """Serves a Listing on loopback, at any path, while it is entered; `port` says where. Each answer takes `delay_s`."""

    def __init__(self, listing, delay_s=0):
        self.listing, self.delay_s = listing, delay_s
        self.answered = self.most_at_once = self._at_once = 0
        self._lock = threading.Lock()
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
                body = answer({name: values[-1] for name, values in query.items()}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket.listen(128)  # from 5 waiting on, connections would take a second to come about
        self.port = self._server.server_port

    def answer(self, query):
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.delay_s)
        with self._lock:
            self._at_once -= 1
            self.answered += 1
        return self.listing.answer(query)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
