"""The case of a PostgreSQL server: a load beside COPY of raw lines into a jsonb column and SQL by hand, and beside a
script that inserts a row at a time."""

from cases import ROOT, Row, parts_of_run, require_same
from measure import Contestant, Staged, in_turn
from postgres import BINARIES, postgres  # of tests/servers, where cases looks

# For both sides alike: enough memory for what a load sorts and hashes, and no checkpoint every few seconds.
SETTINGS = ["shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=30min"]
SCRIPT_SHARE = 100  # the script gets one part in so many of the data: all of it would take it hours
CONFIG = """[WAREHOUSE]
ENGINE = postgres
[CLUSTER]
HOST = {host}
DB_NAME = {database}
DB_USER = starlift
[S3]
LOG_DATA = {data}/log_data
SONG_DATA = {data}/song_data
"""


class PostgresBench:
    """What runs on one server, each contestant in a database of its own."""

    def __init__(self, bench, data, dsn):
        self.bench, self.data = bench, data
        self.host = dict(part.split("=") for part in dsn.split())["host"]

    def psql(self, database, *arguments):
        return [BINARIES / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
                "--host", self.host, "--username", "starlift", "--dbname", database, *arguments]

    def renew(self, database):
        """Makes it anew, and leaves nothing of the last run for the next one to write."""
        statements = (f"drop database if exists {database}", f"create database {database}", "checkpoint")
        Contestant("renew", self.psql("postgres", *(part for sql in statements for part in ("--command", sql)))).run()

    def etl(self):
        config = self.bench.folder / "postgres.cfg"
        config.write_text(CONFIG.format(host=self.host, database="ours", data=self.data))
        return Staged("starlift", [self.bench.starlift, "etl", "--quiet", "--json", "--config", config],
                      lambda: self.renew("ours"), read_parts=parts_of_run)

    def by_hand(self):
        return Staged("COPY into jsonb and SQL by hand",
                      self.psql("by_hand", "--file", ROOT / "bench/peers/by_hand_postgres.sql"),
                      lambda: self.renew("by_hand"), read_parts=parts_of_script,
                      environment={"LOG_DATA": str(self.data / "log_data"), "SONG_DATA": str(self.data / "song_data")})

    def require_same_answers(self):
        digests = []
        for database in ("ours", "by_hand"):
            digest = Contestant("digest", self.psql(database, "--file", ROOT / "bench/digests_postgres.sql"))
            digest.run()
            digests.append(digest.output)
        require_same("PostgreSQL", *digests)


def parts_of_script(output):
    """Of lines such as "copied|1796040000.123"."""
    at = {name: float(seconds) for name, seconds in (line.split("|") for line in output.split())}
    return {"copying": at["copied"] - at["began"], "staging": at["staged"] - at["began"]}


def cases(bench, events, songs=15_000):
    data = bench.data(f"volume_{events}", songs, events, 60)
    part = bench.data(f"volume_{events}_part", songs // SCRIPT_SHARE, events // SCRIPT_SHARE, 60)
    with postgres(SETTINGS) as dsn:
        server = PostgresBench(bench, data, dsn)
        ours, hand, script = in_turn([server.etl(), server.by_hand(), bench.script(dsn, part)], bench.rounds)
        server.require_same_answers()
    name = f"{events:,} events and {songs:,} songs into PostgreSQL"
    yield Row(name, ours, hand, ">= 1.5")
    yield Row("  staging alone", ours.part("staging"), hand.part("staging", "COPY, and typed tables of it"), ">= 3")
    yield Row("  staging alone", ours.part("staging"), hand.part("copying", "COPY into jsonb"), "-")
    yield Row(f"  and the script on 1/{SCRIPT_SHARE} of it, by rate", ours, script, ">= 20", share=SCRIPT_SHARE)
