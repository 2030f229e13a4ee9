"""One session of a client: reads its statements, has them checked, and carries them out."""

import threading
import traceback

import answers
import table_keys
from copy_load import CopyLoad, nonexistent
from load_views import LoadViews
from messages import Closed, error_body, text
from refusal import CONFLICT, Refusal
from settings import Settings
from statements import read_statement
from tokens import quote


class Session:
    """Between a client's wire and a PostgreSQL session. `cluster` is what sessions share."""

    def __init__(self, cluster, wire, database):
        self._cluster, self._wire, self._database = cluster, wire, database
        self._main = cluster.connect(database)
        self._side = cluster.connect(database)  # for what does not follow the transaction
        self.key = self._main.key
        self._views = LoadViews(self._side, cluster.next_number(), cluster.is_serverless)
        self.settings = Settings()
        self._faults = cluster.faults.of(database)
        self._answers = answers.Answers(wire, self._main, self.settings)
        self._copy_id, self._copy_count = -1, 0
        self._snapshot = None
        self._written = set()
        self._temporary = set()
        self.cancelled = threading.Event()

    def close(self):
        self._main.close()
        self._side.close()

    def serve(self):
        """Until the client goes."""
        self.ready()
        while True:
            kind, body = self._wire.read()
            self.cancelled.clear()
            if kind == b"X":
                return
            if kind == b"Q":
                self.statement(body[:-1].decode())
            elif kind in (b"P", b"B", b"D", b"E", b"C", b"H", b"S"):
                self._extended(kind, body)
            else:
                raise Closed
            self.ready()

    def ready(self):
        self._wire.write(b"Z", self._main.status.encode())
        self._wire.flush()

    def statement(self, sql, batch=None):
        """Carries one out and answers it. `batch` is how the extended protocol asked for it."""
        try:
            plan = read_statement(sql, self._constants())
            if plan is None:
                self._wire.write(b"I")
                return
            if plan.kind == "double":
                self._faults.command(plan.detail)
                self._wire.write(b"C", text("DOUBLE"))
                return
            self._faults.meet(sql)
            if failure := self._faults.failure_of(sql):
                raise failure
            if self._faults.drops_before(sql):
                raise Closed
            if other := self._faults.overtaking(sql):
                self._overtake(other)
            self._prepare(plan)
            if batch and plan.kind not in ("run", "begin"):
                self._answers.begin_extended()
            self._carry_out(plan, batch)
            if self._faults.drops_after(sql):
                raise Closed
        except Refusal as refusal:
            self._fail(refusal)
        except Closed:
            raise
        except Exception:  # a mistake of the double's own: the test that meets it has to see it
            self._fail(Refusal(f"the double broke:\n{traceback.format_exc()}"))

    def _constants(self):
        """What this session answers itself (DG PG_LAST_COPY_COUNT, PG_LAST_COPY_ID, r_VERSION, r_CURRENT_NAMESPACE)."""
        return {"pg_last_copy_count": f"cast({self._copy_count} as bigint)",
                "pg_last_copy_id": f"cast({self._copy_id} as integer)",
                "version": f"cast({quote(self._cluster.version)} as redshift.varchar(256))",
                "current_namespace": f"cast({quote(self._cluster.namespace)} as redshift.varchar(128))"}

    def _overtake(self, sql):
        """Another session carries out a statement, and commits."""
        plan = read_statement(sql, self._constants())
        self._side.run(plan.sql)
        self._cluster.writes.committed(self._database, plan.writes)

    def _carry_out(self, plan, batch):
        if self._main.status == "E" and plan.kind not in ("commit", "rollback"):
            raise Refusal("current transaction is aborted, commands ignored until end of transaction block")
        getattr(self, "_" + plan.kind.replace(" ", "_"))(plan, batch)

    def _run(self, plan, batch):
        backend = self._main
        if plan.reads_system_views:
            self._views.check(plan.sql)
            backend = self._side
        failure = self._answers.relay(backend, plan.sql, batch, plan.tag)
        if failure:
            raise failure
        self._note_written(plan)

    def _prepare(self, plan):
        """Table locks of writers, and the snapshot, as DG c_serial_isolation tells of them."""
        if self._main.status == "I":
            self._snapshot = None
            self._written.clear()
        if self._main.status != "T":
            return
        tables = [table for table in plan.writes if table[1] not in self._temporary]
        for table in tables:
            self._lock_for_writing(table, plan)
        if plan.takes_snapshot and self._snapshot is None:
            self._snapshot = self._cluster.writes.now()
        for table in tables:
            if self._cluster.writes.last(self._database, table) > self._snapshot and table not in self._written:
                raise CONFLICT

    def _lock_for_writing(self, table, plan):
        try:
            self._main.run(table_keys.write_lock(table))
        except Refusal as refusal:
            if plan.kind == "copy" and refusal.message.endswith("does not exist"):
                raise nonexistent(table) from None
            raise

    def _note_written(self, plan):
        self._written.update(table for table in plan.writes if table[1] not in self._temporary)
        if self._main.status == "I":
            self._settle()

    def _settle(self):
        """What was written is committed."""
        self._cluster.writes.committed(self._database, self._written)
        self._written.clear()
        self._snapshot = None

    def _begin(self, plan, batch):
        if failure := self._answers.relay(self._main, plan.sql, batch):
            raise failure
        if self._cluster.takes_snapshot_at_begin:
            self._main.run("select 1")
            self._snapshot = self._cluster.writes.now()

    def _commit(self, plan, _):
        if self._main.status == "T" and self._faults.fails_commit():
            self._main.run("rollback")
            raise CONFLICT
        if failure := self._answers.relay(self._main, plan.sql):
            raise failure
        self._settle()

    def _rollback(self, plan, _):
        self._written.clear()
        if failure := self._answers.relay(self._main, plan.sql):
            raise failure

    def _truncate(self, plan, _):
        """It commits (DG r_TRUNCATE)."""
        self._main.run(plan.sql)
        if self._main.status == "T":
            self._main.run("commit")
        self._written.update(plan.writes)
        self._settle()
        self._answers.done("TRUNCATE")

    def _create_table(self, plan, _):
        table = plan.detail
        table_keys.check_references(self._main, table)
        self._main.run(table.sql)
        table_keys.remember(self._main, table)
        if table.is_temporary:
            self._temporary.add(table.name[1])
        self._answers.done("CREATE TABLE")

    def _drop_table(self, plan, _):
        table_keys.drop(self._main, *plan.detail)
        self._answers.done("DROP TABLE")

    def _set(self, plan, _):
        name, values = plan.detail
        if sql := self.settings.change(name, values):
            self._main.run(sql)
        self._answers.done("SET")

    def _show(self, plan, _):
        self._answers.row(plan.detail, self.settings[plan.detail])
        self._answers.done("SHOW")

    def _copy(self, plan, _):
        query_id = self._cluster.next_number()
        load = CopyLoad(plan.detail, self._cluster.source, self._main, self._views, query_id, self._faults)
        try:
            load.run(self.cancelled.is_set)
        finally:
            if load.has_begun:
                self._copy_id, self._copy_count = query_id, load.rows + self._faults.miscount()
        self._note_written(plan)
        for notice in load.notices():
            self._wire.write(b"N", error_body(notice, "00000", severity="INFO"))
        self._answers.done("COPY")

    def _extended(self, kind, body):
        """One round of Parse, Bind, Describe, Execute and Sync, as libpq's PQsendQueryParams sends it."""
        batch = []
        while kind != b"S":
            batch.append((kind, body))
            kind, body = self._wire.read()
        kinds = b"".join(each for each, _ in batch)
        if kinds not in (b"PBDE", b"PBE"):
            self._fail(Refusal("the double takes the extended protocol as PQexecParams speaks it, and no other way"))
            return
        name, sql = batch[0][1].split(b"\0", 2)[:2]
        if name:
            self._fail(Refusal("the double knows no prepared statements"))
        elif answers.parameters_of(batch[1][1]) > answers.MAX_PARAMETERS:
            # The count is read as a signed number of 16 bits.
            self._fail(Refusal("there is no parameter $-32768"))
        else:
            self.statement(sql.decode(), batch)

    def _fail(self, refusal):
        """Answers with an error, which ends the transaction for all but a rollback."""
        if self._main.status == "T":
            detail = f", detail = {quote(refusal.detail)}" if refusal.detail else ""
            self._main.send_query(f"do $do$ begin raise exception using message = {quote(refusal.message)}{detail}; "
                                  "end $do$")
            for _ in self._main.answer():
                pass
        self._wire.write(b"E", error_body(refusal.message, refusal.sqlstate, refusal.detail))
