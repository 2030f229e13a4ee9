"""A loop as one writes it with boto3: list, then fetch and parse every object in threads. It loads nothing.

usage: boto3_get.py ENDPOINT BUCKET
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

THREADS = 64


def main(endpoint, bucket):
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}, max_pool_connections=THREADS))

    def fetch(key):
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return len(body), [json.loads(line) for line in body.splitlines()]

    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page["Contents"]]
    with ThreadPoolExecutor(THREADS) as pool:
        sizes = [size for size, _ in pool.map(fetch, keys)]
    print(f"{len(keys)} objects, {sum(sizes)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
