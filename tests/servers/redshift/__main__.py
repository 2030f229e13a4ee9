"""A double of Amazon Redshift for the tests, over a PostgreSQL server that is already there.

usage: python3 tests/servers/redshift --postgres HOST [--port N] [--password PASSWORD] [--user USER] ...

Prints `ready PORT` when it listens on 127.0.0.1. Databases are made by `--make NAME` (before it listens), or in
PostgreSQL from the template `redshift_template`. README.md beside this tells what it is and what it cannot see.
"""

import argparse
import os
import ssl
from pathlib import Path

from backend import Backend
from cluster import Cluster
from front import Front
from s3_source import S3Source

TEMPLATE = "redshift_template"
ROLE = "arn:aws:iam::123456789012:role/starlift-reader"


def main():
    arguments = parse_arguments()
    make_databases(arguments)
    source = S3Source(arguments.s3_endpoint, os.environ.get("DOUBLE_S3_KEY", "none"),
                      os.environ.get("DOUBLE_S3_SECRET", "none"), arguments.s3_region, arguments.region,
                      arguments.role or [ROLE, "default"])
    cluster = Cluster(arguments.postgres, arguments.postgres_port, arguments.postgres_user, source,
                      arguments.namespace, arguments.serverless, arguments.snapshot_at_begin)
    tls = None
    if arguments.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(arguments.certificate, arguments.key)
    users = dict.fromkeys(arguments.user or ["starlift"], arguments.password)
    with Front(arguments.port, cluster, users, arguments.auth, tls, arguments.require_tls) as front:
        print(f"ready {front.server_address[1]}", flush=True)
        front.serve_forever()


def make_databases(arguments):
    backend = Backend(arguments.postgres, arguments.postgres_port, "postgres", arguments.postgres_user)
    known = {name for name, in backend.run("select datname from pg_database")}
    if TEMPLATE not in known:
        backend.run(f"create database {TEMPLATE}")
        template = Backend(arguments.postgres, arguments.postgres_port, TEMPLATE, arguments.postgres_user)
        template.run((Path(__file__).parent / "base.sql").read_text())
        template.close()
    for name in arguments.make:
        if name not in known:
            backend.run(f"create database {name} template {TEMPLATE}")
    backend.close()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", required=True, metavar="HOST", help="the folder of PostgreSQL's socket")
    parser.add_argument("--postgres-port", type=int, default=5432)
    parser.add_argument("--postgres-user", default="starlift")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--user", action="append", help="who may log in, with the password (starlift)")
    parser.add_argument("--password", default="Redshift1")
    parser.add_argument("--auth", choices=("md5", "cleartext", "sha256"), default="md5")
    parser.add_argument("--certificate", help="with --key: speaks TLS")
    parser.add_argument("--key")
    parser.add_argument("--require-tls", action="store_true")
    parser.add_argument("--s3-endpoint", default="http://localhost:9", help="keys in DOUBLE_S3_KEY, DOUBLE_S3_SECRET")
    parser.add_argument("--s3-region", default="us-east-1")
    parser.add_argument("--region", default="us-east-1", help="the cluster's")
    parser.add_argument("--namespace", default="86b5169f-01dc-4a6f-9fbb-e2e24359e9a8", help="the cluster's unique id")
    parser.add_argument("--role", action="append", help=f"a role that is attached to it ({ROLE}, and default)")
    parser.add_argument("--serverless", action="store_true", help="there are no STL views")
    parser.add_argument("--snapshot-at-begin", action="store_true", help="not with the first query of a transaction")
    parser.add_argument("--make", action="append", default=[], metavar="DATABASE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
