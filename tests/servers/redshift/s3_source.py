"""What a COPY reads from S3 (DG copy-parameters-data-source-s3, loading-data-files-using-manifest)."""

import bz2
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import boto3
import zstandard
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from refusal import Refusal


class S3File(NamedTuple):
    url: str
    content: bytes
    etag: str


def split(url):
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key


class S3Source:
    """S3 as the cluster sees it: in a region of its own, with the roles that are attached to it."""

    def __init__(self, endpoint, access_key, secret_key, region, cluster_region, roles):
        self._region, self._cluster_region, self._roles = region, cluster_region, roles
        self._client = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
            region_name=region, config=Config(s3={"addressing_style": "path"}, max_pool_connections=16))

    def check(self, statement):
        """Whether the cluster may, and where the bucket is."""
        for role in statement.role.split(","):
            if role not in self._roles:
                user = f"arn:aws:redshift:{self._cluster_region}:123456789012:dbuser:double/starlift"
                raise Refusal(f"User {user} is not authorized to assume IAM Role {role}")
        if (statement.region or self._cluster_region) != self._region:
            raise Refusal("S3ServiceException:The bucket you are attempting to access must be addressed using the "
                          "specified endpoint. Please send all future requests to this endpoint.,Status 301,Error "
                          "PermanentRedirect,Rid 0,ExtRid 0,CanRetry 1")

    def read_one(self, url):
        """One object; None when there is none."""
        bucket, key = split(url)
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key)
            return S3File(url, answer["Body"].read(), answer["ETag"].strip('"'))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket", "404"):
                return None
            raise failure(error) from error
        except BotoCoreError as error:
            raise Refusal(f"S3CurlException: {error}") from error

    def files(self, statement, is_cancelled):
        """The files that the statement names, in order, one after the other."""
        if not statement.manifest:
            urls = [(url, True) for url in self._with_prefix(statement.source)]
        else:
            urls = self._manifest(statement.source)
        found = False
        with ThreadPoolExecutor(8) as pool:
            for (url, mandatory), file in zip(urls, pool.map(lambda item: self.read_one(item[0]), urls)):
                if is_cancelled():
                    raise Refusal("Query (0) cancelled on user's request")
                if file is None and mandatory:
                    raise missing(url)
                if file is not None:
                    found = True
                    yield file
        if not found:
            raise missing(statement.source)

    def _with_prefix(self, url):
        bucket, prefix = split(url)
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return [f"s3://{bucket}/{entry['Key']}" for page in pages for entry in page.get("Contents", ())]
        except ClientError as error:
            raise failure(error) from error

    def _manifest(self, url):
        file = self.read_one(url)
        if file is None:
            raise missing(url)
        try:
            manifest = json.loads(file.content.decode())
            entries = manifest["entries"]
            if not isinstance(entries, list):
                raise ValueError("entries")
            return [(entry["url"], entry.get("mandatory", False)) for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal(f"Error: invalid manifest file {url}: {error}") from error


def missing(url):
    return Refusal(f"The specified S3 prefix '{split(url)[1]}' does not exist")


def failure(error):
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    message = error.response["Error"].get("Message", code)
    return Refusal(f"S3ServiceException:{message},Status {status},Error {code},Rid 0,ExtRid 0,CanRetry 1")


def unpack(file, compression):
    """The file's bytes as they were before. What is packed has to be declared: nothing is detected."""
    try:
        if compression == "gzip":
            return gzip.decompress(file.content)
        if compression == "bzip2":
            return bz2.decompress(file.content)
        if compression == "zstd":
            reader = zstandard.ZstdDecompressor().stream_reader(file.content, read_across_frames=True)
            return reader.read()
        return file.content
    except (OSError, EOFError, ValueError, zstandard.ZstdError) as error:
        raise Refusal(f"Failed to decompress {file.url} as {compression}: {error}") from error
