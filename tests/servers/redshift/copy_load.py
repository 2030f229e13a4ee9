"""Carries out a COPY: from the files in S3 into the table, with what did not fit in the views of errors."""

import json_records
import text_records
from load_values import Column, FieldError, Rules, convert
from refusal import Refusal
from rendering import MAX_VARCHAR_BYTES
from s3_source import unpack
from tokens import quote, quote_name, quote_table

COLUMNS = """select a.attname, t.typname, a.atttypmod, a.attnotnull
from pg_attribute as a join pg_type as t on t.oid = a.atttypid
where a.attrelid = to_regclass({table}) and a.attnum > 0 and not a.attisdropped
order by a.attnum"""
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class CopyLoad:
    def __init__(self, statement, source, backend, views, query_id, faults):
        self._statement, self._source, self._backend = statement, source, backend
        self._views, self._query_id, self._faults = views, query_id, faults
        self._errors = []
        self._files = []
        self.rows = 0
        self.has_begun = False  # and has left its mark: pg_last_copy_id() tells of it

    def run(self, is_cancelled):
        """Loads. Raises Refusal when the load fails; then the views tell why. Returns the number of rows."""
        self._source.check(self._statement)
        columns = self._columns()
        self._views.began(self._query_id, self._statement)
        self.has_begun = True
        try:
            lines = self._lines(columns, is_cancelled)
            names = ", ".join(quote_name(column.name) for column in columns)
            target = f"{quote_table(self._statement.table)} ({names})"
            # All is read before the first row goes in, so that a load that fails never began.
            rows = list(lines)
            if self._has_failed():
                raise self._failure()
            for kind, body in self._backend.copy_in(f"copy {target} from stdin", rows):
                if kind == b"E":
                    raise Refusal(f"the double could not load what it had converted: {body!r}")
        except Refusal:
            self._finish("aborted")
            raise
        self.rows = len(rows)
        self._finish("completed")
        return self.rows

    def notices(self):
        """What the client is told beside the answer (DG tutorial-loading-run-copy)."""
        begin = f"Load into table '{self._statement.table[1]}' completed, "
        yield f"{begin}{self.rows} record(s) loaded successfully."
        if self._errors:
            yield (f"{begin}{len(self._errors)} record(s) could not be loaded.  Check '{self._views.named_in_errors}' "
                   "system table for details.")

    def _columns(self):
        """The columns that are loaded, in the order of the files' fields."""
        table = self._statement.table
        known = {}
        for name, type_name, typmod, is_not_null in self._backend.run(COLUMNS.format(table=quote(quote_table(table)))):
            known[name] = column_of(name, type_name, int(typmod), is_not_null == "t")
        if not known:
            raise nonexistent(table)
        names = self._statement.columns or list(known)
        for name in names:
            if name not in known:
                raise Refusal(f'column "{name}" of relation "{table[1]}" does not exist')
        for name, column in known.items():
            if name not in names and not column.is_nullable:
                raise Refusal(f'NOT NULL column without DEFAULT must be included in column list: "{name}"')
        return [known[name] for name in names]

    def _lines(self, columns, is_cancelled):
        statement = self._statement
        rules = Rules(statement.dateformat or "YYYY-MM-DD", statement.timeformat or "YYYY-MM-DD HH:MI:SS",
                      bool(statement.truncatecolumns), bool(statement.blanksasnull), bool(statement.emptyasnull))
        paths = json_records.paths_of(statement.json, columns, self._source) if statement.json else None
        for file in self._source.files(statement, is_cancelled):
            content = unpack(file, statement.compression)
            records = (json_records.records(content, self._faults.decoder) if paths
                       else text_records.records(content, statement))
            count = 0
            for record in records:
                count += 1
                fields = self._fields(record, columns, rules, paths, file)
                if fields is not None:
                    yield encode(fields)
                elif self._has_failed():
                    break
            self._files.append((file, count))
            if self._has_failed():
                return

    def _fields(self, record, columns, rules, paths, file):
        """The row; None when it does not fit, which is noted."""
        column, text = None, None
        try:
            if record.error:
                raise record.error
            texts = paths.fields(record.value) if paths else record.value
            if len(texts) > len(columns):
                raise FieldError(1202, "Extra column(s) found")
            if len(texts) < len(columns):
                raise FieldError(1203, "Delimiter not found")
            fields = []
            for column, text in zip(columns, texts):
                fields.append(convert(text, column, rules))
            return fields
        except FieldError as error:
            self._errors.append((file, record, column, text, error))
            return None

    def _has_failed(self):
        return len(self._errors) >= self._statement.errors_allowed

    def _failure(self):
        view = self._views.named_in_errors
        table = self._statement.table[1]
        return Refusal(f"Load into table '{table}' failed.  Check '{view}' system table for details.")

    def _finish(self, status):
        self._views.ended(self._query_id, status, self.rows, self._files, self._errors, self._faults.lateness_s)


def nonexistent(table):
    return Refusal(f"Cannot COPY into nonexistent table {table[1]}")


def column_of(name, type_name, typmod, is_not_null):
    size, scale = 0, 0
    if type_name == "varchar":
        size = typmod - 4 if typmod >= 0 else MAX_VARCHAR_BYTES
    elif type_name == "numeric":
        size, scale = (typmod - 4) >> 16, (typmod - 4) & 0xffff
    return Column(name, type_name, size, scale, not is_not_null)


def encode(fields):
    """A line of PostgreSQL's own COPY."""
    cells = ("\\N" if field is None else field.translate(ESCAPES) for field in fields)
    return ("\t".join(cells) + "\n").encode()
