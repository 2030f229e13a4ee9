"""The system views of loads (DG r_STL_LOAD_ERRORS, SYS_LOAD_ERROR_DETAIL, SYS_LOAD_DETAIL, SYS_LOAD_HISTORY).

They are written by a session of their own, which commits: a transaction that rolls back leaves them.
"""

import re

from refusal import Refusal
from tokens import quote


class LoadViews:
    def __init__(self, side, session_id, is_serverless):
        self._side, self._session_id, self.is_serverless = side, session_id, is_serverless

    @property
    def named_in_errors(self):
        return "sys_load_error_detail" if self.is_serverless else "stl_load_errors"

    def check(self, sql):
        """STL and STV views are of provisioned clusters alone."""
        if self.is_serverless and (view := PROVISIONED.search(sql)):
            raise Refusal(f'relation "{view[0]}" does not exist')

    def began(self, query_id, statement):
        data_format = "JSON" if statement.json else "CSV" if statement.csv else "TEXT"
        self._side.run(f"""insert into redshift.loads values ({query_id}, {self._session_id}, 'running',
            {quote(statement.table[1])}, {NOW}, null, {quote(statement.source)}, '{data_format}', 0, 0, 0, 0, 0, null)""")

    def ended(self, query_id, status, rows, files, errors, lateness_s=0):
        """What failed and what was read is told so much later."""
        told = f"{NOW} + interval '{lateness_s} seconds'"
        size = sum(len(file.content) for file, _ in files)
        statements = [
            f"""update redshift.loads set status = '{status}', ended = {NOW}, loaded_rows = {rows},
            loaded_bytes = {size}, source_file_count = {len(files)}, source_file_bytes = {size},
            error_count = {len(errors)}, told = {told} where query_id = {query_id}"""]
        if files:
            values = ", ".join(
                f"({query_id}, {self._session_id}, {quote(file.url)}, {len(file.content)}, {count}, {told}, "
                f"{quote(file.etag)})" for file, count in files)
            statements.append(f"insert into redshift.load_files values {values}")
        for file, record, column, text, error in errors:
            name, kind, length = (column.name, column.type, str(column.size)) if column else ("", "", "")
            statements.append(f"""insert into redshift.load_errors values ({query_id}, {self._session_id}, 0, {told},
                {quote(file.url)}, {record.line}, {quote(name)}, {quote(kind[:10])}, {quote(length)}, {error.position},
                {quote(clean(record.text))}, {quote(clean(text or ""))}, {error.code}, {quote(error.reason)})""")
        for statement in statements:
            self._side.run(statement)


PROVISIONED = re.compile(r"\bst[lv]_\w+", re.IGNORECASE)
NOW = "(clock_timestamp() at time zone 'UTC')"
SHOWN = 2000


def clean(text):
    """What a text column can hold of it."""
    return text[:SHOWN].replace("\0", "").encode("utf-8", "replace").decode()
