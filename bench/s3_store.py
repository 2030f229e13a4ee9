"""A store that is as fast as one gets: nginx gives the objects out of a folder, a server of ours lists them.

It checks no signature. `./dev test` does what has to be right against Ceph's gateway; this is for speed.
"""

import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests/servers"))
from s3_listing import Listing, ListingServer  # noqa: E402

BUCKET = "bench"

NGINX = """daemon off;
master_process off;
pid {run}/pid;
error_log {run}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; multi_accept on; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000;
  open_file_cache max=200000 inactive=1h;
  open_file_cache_valid 1h;
  default_type application/octet-stream;
  client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  ssl_certificate {run}/certificate.pem;
  ssl_certificate_key {run}/key.pem;
  ssl_protocols TLSv1.3;
  upstream listing {{ server 127.0.0.1:{listing_port}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    listen 127.0.0.1:{tls_port} ssl backlog=4096;
    location = /{bucket} {{ proxy_pass http://listing; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    location = /{bucket}/ {{ proxy_pass http://listing; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    location /{bucket}/ {{ alias {data}/; }}
  }}
}}
"""


class Store:
    """`port` and `tls_port` are where it listens; `certificate` is what its clients have to trust."""

    def __init__(self, port, tls_port, certificate):
        self.port, self.tls_port, self.certificate = port, tls_port, certificate


@contextmanager
def store(data):
    """Serves a folder's files as the objects of BUCKET."""
    keys = sorted((str(path.relative_to(data)) for path in data.rglob("*.json")), key=str.encode)
    descriptions = {key: describe(data / key) for key in keys}
    with tempfile.TemporaryDirectory(prefix="starlift-bench-") as run, \
            ListingServer(Listing(keys, descriptions.__getitem__)) as listing:
        made = Store(*free_ports(2), Path(run) / "certificate.pem")
        make_certificate(Path(run))
        (Path(run) / "nginx.conf").write_text(NGINX.format(run=run, port=made.port, tls_port=made.tls_port, data=data,
                                                           listing_port=listing.port, bucket=BUCKET))
        server = subprocess.Popen(["/usr/sbin/nginx", "-c", f"{run}/nginx.conf", "-e", f"{run}/error.log"])
        try:
            wait_for(made.port, server)
            yield made
        finally:
            server.terminate()
            server.wait()


def describe(path):
    """The size and the entity tag as nginx makes it, for it holds requests to that."""
    status = path.stat()
    return status.st_size, f'"{int(status.st_mtime):x}-{status.st_size:x}"'


@contextmanager
def distance(tools, port, delay_ms):
    """A way to `port` that takes so long, each way; yields the port at its near end."""
    proxy = subprocess.Popen([tools / "delay_proxy", str(port), str(delay_ms)], stdout=subprocess.PIPE, text=True)
    try:
        yield int(proxy.stdout.readline())
    finally:
        proxy.kill()
        proxy.wait()


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                    folder / "key.pem", "-out", folder / "certificate.pem", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port, server):
    deadline_s = time.monotonic() + 10
    while time.monotonic() < deadline_s and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    raise SystemExit("bench: nginx did not start")
