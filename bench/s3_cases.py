"""The cases of ./dev bench s3: a bucket of tiny objects, near and far, beside a bare loop and beside peers."""

import shutil
from contextlib import ExitStack

from cases import LOG_EVENTS, ROOT, Row, parts_of_run, remove
from measure import Contestant, Staged, in_turn
from s3_store import BUCKET, distance, store

KEY, SECRET = "BENCHKEY", "bench/secret"
DELAY_MS = 20  # each way
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
CONFIG = """[WAREHOUSE]
PATH = {database}
[AWS]
KEY = {key}
SECRET = {secret}
[S3]
REGION = us-east-1
ENDPOINT = {endpoint}
LOG_DATA = s3://{bucket}/log_data
SONG_DATA = s3://{bucket}/song_data
"""


class S3Bench:
    """What runs against one store, whose objects also lie in the folder `data`."""

    def __init__(self, bench, data, served):
        self.bench, self.data, self.served = bench, data, served
        self.keys = bench.folder / "s3.keys"
        paths = sorted(data.rglob("*.json"))
        self.keys.write_text("".join(f"{path.stat().st_size} {path.relative_to(data)}\n" for path in paths))
        self.said = f"{len(paths)} objects, {sum(path.stat().st_size for path in paths)} bytes\n"
        self.environment = {**ENVIRONMENT, "AWS_CA_BUNDLE": str(served.certificate)}

    def etl(self, endpoint):
        database = self.bench.folder / "s3.duckdb"
        config = self.bench.folder / "s3.cfg"

        def prepare():
            remove(database)
            config.write_text(CONFIG.format(database=database, key=KEY, secret=SECRET, endpoint=endpoint, bucket=BUCKET))

        return Staged("starlift", [self.bench.starlift, "etl", "--quiet", "--json", "--config", config], prepare,
                      environment=self.environment, read_parts=parts_of_run)

    def bare_loop(self, endpoint, concurrency):
        return Staged(f"bare loop of {concurrency}", [self.bench.tools / "s3_get", endpoint, BUCKET, concurrency, self.keys],
                      environment=self.environment, read_parts=parts_of_loop)

    def aws_sync(self, endpoint):
        copy = self.bench.folder / "s3_copy"
        local = self.bench.etl("s3_copy", copy)

        def prepare():
            shutil.rmtree(copy, ignore_errors=True)
            local.prepare()

        sync = f'/usr/bin/aws s3 sync --only-show-errors --endpoint-url {endpoint} s3://{BUCKET} {copy} && "$@"'
        return Contestant("aws s3 sync, then starlift", ["/bin/sh", "-c", sync, "sh", *local.command], prepare,
                          environment=self.environment)

    def boto3_loop(self, endpoint):
        return Contestant("Python and boto3, 64 threads, loading nothing",
                          ["/usr/bin/python3", ROOT / "bench/peers/boto3_get.py", endpoint, BUCKET], environment=self.environment)

    def require_same_answers(self):
        """What came through the bucket is what a load of the folder makes."""
        local = self.bench.etl("s3_local", self.data)
        local.run()
        self.bench.require_same_answers("s3", "s3_local")


def cases(bench, songs):
    data = bench.data(f"s3_{songs}", songs, LOG_EVENTS, 30, 100)
    with ExitStack() as stack:
        served = stack.enter_context(store(data))
        s3 = S3Bench(bench, data, served)
        near = f"http://127.0.0.1:{served.port}"
        yield from against_bare_loops(s3, f"{songs:,} songs, loopback", near, [64, 256], "<= 1.25")
        s3.require_same_answers()
        for scheme, port in [("http", served.port), ("https", served.tls_port)]:
            far = f"{scheme}://127.0.0.1:{stack.enter_context(distance(bench.tools, port, DELAY_MS))}"
            yield from against_bare_loops(s3, f"{songs:,} songs, {DELAY_MS} ms each way, {scheme}", far, [256, 512], "<= 1.05")
        yield from proxy_ceiling(s3, stack.enter_context(distance(bench.tools, served.port, 0)), near)
        yield from peers(s3, f"{songs:,} songs, loopback", near)


def against_bare_loops(s3, name, endpoint, concurrencies, bar):
    ours, *loops = in_turn([s3.etl(endpoint), *(s3.bare_loop(endpoint, count) for count in concurrencies)], s3.bench.rounds)
    for loop in loops:
        require(loop, s3.said)
        yield Row(name, ours, loop, "-", is_floor=True)
        yield Row("  fetching, decoding and staging beside its fetching alone", ours.part("staging"), loop.part("fetching"), bar,
                  is_floor=True)


def proxy_ceiling(s3, port, near):
    """What the proxy itself costs: the bare loop through it without any delay, beside the loop without a proxy."""
    through, direct = in_turn([s3.bare_loop(f"http://127.0.0.1:{port}", 256), s3.bare_loop(near, 256)], s3.bench.rounds)
    through.name = "bare loop of 256, through the proxy at 0 ms"
    yield Row("the proxy's own ceiling", through, direct, "-", is_floor=True)


def peers(s3, name, endpoint):
    ours, sync, loop = in_turn([s3.etl(endpoint), s3.aws_sync(endpoint), s3.boto3_loop(endpoint)], s3.bench.rounds)
    require(loop, s3.said)
    s3.bench.require_same_answers("s3", "s3_copy")
    yield Row(name, ours, sync, "-")
    yield Row(name, ours, loop, "-")


def parts_of_loop(output):
    return {"fetching": float(output.splitlines()[1].removesuffix(" s"))}


def require(contestant, said):
    if not contestant.output.startswith(said):
        raise SystemExit(f"bench: {contestant.name} says\n{contestant.output}instead of\n{said}")
