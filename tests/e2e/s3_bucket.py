"""A workspace whose sources are in a bucket, and a client of another make to fill it."""

import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

from workspace import Workspace, json_lines

# Without these, boto3 finds credentials and settings of whoever runs the tests.
PRIVATE = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true"}

SOON_S = 60
CONFIG = """[WAREHOUSE]
PATH = test.duckdb

[AWS]
KEY = {key}
SECRET = {secret}

[S3]
ENDPOINT = {endpoint}
TIMEOUT_S = 5
LOG_DATA = s3://{bucket}/log_data
SONG_DATA = s3://{bucket}/song_data
"""


class BucketWorkspace(Workspace):
    """Puts events and songs into a bucket of its own, where a Workspace has folders."""

    def __init__(self, folder, server, bucket):
        super().__init__(folder)
        self.server, self.bucket = server, bucket
        self.client = connect(server)
        self.client.create_bucket(Bucket=bucket)
        self.configure()

    def configure(self, endpoint=None, more="", **values):
        """Writes dwh.cfg; `more` comes last, in [S3]."""
        values = {"key": self.server.access_key, "secret": self.server.secret_key, "bucket": self.bucket, **values}
        self.put("dwh.cfg", CONFIG.format(endpoint=endpoint or self.server.endpoint, **values) + more)

    def put_object(self, key, content=b""):
        body = content.encode() if isinstance(content, str) else content
        return self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def put_objects(self, contents):
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda item: self.put_object(*item), contents.items()))

    def put_events(self, name, *records, **_):
        return self.put_object(f"log_data/{name}", json_lines(records))

    def put_songs(self, name, *records, **_):
        return self.put_object(f"song_data/{name}", json_lines(records))

    def delete_object(self, key):
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def run(self, *arguments, env=None, **options):
        return super().run(*arguments, env={**PRIVATE, **(env or {})}, **options)

    def use_proxy(self, proxy):
        """Reaches the server through a FaultProxy, and is impatient."""
        self.configure(endpoint=proxy.endpoint)
        self.be_silent_for(2)

    def be_silent_for(self, timeout_s):
        """Sets how long nothing may come."""
        text = (self.folder / "dwh.cfg").read_text()
        self.put("dwh.cfg", text.replace("TIMEOUT_S = 5", f"TIMEOUT_S = {timeout_s}"))

    def run_soon(self, *arguments, **options):
        """Runs what has to end before long."""
        began_s = time.monotonic()
        outcome = self.run(*arguments, **options)
        assert time.monotonic() - began_s < SOON_S
        return outcome

    def loaded_keys(self):
        prefix = f"s3://{self.bucket}/"
        keys = [row["key"] for row in self.query("select key from starlift.objects order by key")]
        assert all(key.startswith(prefix) for key in keys)
        return [key.removeprefix(prefix) for key in keys]


def connect(server):
    return boto3.client(
        "s3", endpoint_url=server.endpoint, aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key, region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=16))
