"""What is to go wrong, and what is to be noted, told by statements that begin with `double` on any session of the database.

    double fail_commits 2               the next two COMMITs end with error 1023, and nothing is kept
    double drop_before 'regex'          the connection is dropped instead of the next statement that matches
    double drop_after 'regex'           ... once that statement was carried out
    double fail_at 'regex' 'message'    the next statement that matches ends with this error
    double overtake 'regex' 'statement' before the next statement that matches, another session carries out this one
    double miscount '-1'                pg_last_copy_count() tells so many rows more of the next COPY
    double tell_late 2.5                the views tell so many seconds later what a COPY left out and read
    double copy_json 'numbers rounded'  JSON becomes text in another way: one of json_records.DECODERS
    double once 'regex' command ...     one of these, given when the next statement that matches comes
    double forget                       nothing more goes wrong, and nothing more is noted
    double log 'file'                   every statement from now on is added to this file, as a line of JSON
"""

import json
import re
import threading
from collections import defaultdict

from refusal import Refusal


class Faults:
    """Those of one database. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._forget()

    def _forget(self):
        self._commits, self._drop_before, self._drop_after, self._failures = 0, [], [], []
        self._overtaking, self._commands, self._miscount = [], [], 0
        self.lateness_s, self.decoder = 0, "numbers as they are"
        self._log = None

    def command(self, words):
        name, *arguments = words or [""]
        with self._lock:
            if name == "fail_commits":
                self._commits = int(arguments[0])
            elif name == "drop_before":
                self._drop_before.append((pattern(arguments[0]), True))
            elif name == "drop_after":
                self._drop_after.append((pattern(arguments[0]), True))
            elif name == "fail_at":
                self._failures.append((pattern(arguments[0]), Refusal(arguments[1])))
            elif name == "overtake":
                self._overtaking.append((pattern(arguments[0]), arguments[1]))
            elif name == "once":
                self._commands.append((pattern(arguments[0]), arguments[1:]))
            elif name == "miscount":
                self._miscount = int(arguments[0])
            elif name == "log":
                self._log = arguments[0]
            elif name == "tell_late":
                self.lateness_s = float(arguments[0])
            elif name == "copy_json":
                self.decoder = arguments[0]
            elif name == "forget":
                self._forget()
            else:
                raise Refusal(f"the double has no command {name}")

    def meet(self, sql):
        """Notes a statement that has come, and does what waits for it."""
        with self._lock:
            if self._log:
                with open(self._log, "a") as log:
                    print(json.dumps(sql), file=log)
        while words := self._take(self._commands, sql):
            self.command(words)

    def fails_commit(self):
        with self._lock:
            if self._commits == 0:
                return False
            self._commits -= 1
            return True

    def drops_before(self, sql):
        return self._take(self._drop_before, sql)

    def drops_after(self, sql):
        return self._take(self._drop_after, sql)

    def failure_of(self, sql):
        return self._take(self._failures, sql)

    def overtaking(self, sql):
        """The statement that another session carries out first."""
        return self._take(self._overtaking, sql)

    def miscount(self):
        with self._lock:
            count, self._miscount = self._miscount, 0
            return count

    def _take(self, entries, sql):
        """What the first entry has whose pattern the statement matches, once."""
        with self._lock:
            for entry in entries:
                if entry[0].search(sql):
                    entries.remove(entry)
                    return entry[1]
        return None


def pattern(text):
    return re.compile(text, re.IGNORECASE | re.DOTALL)


class AllFaults:
    def __init__(self):
        self._by_database = defaultdict(Faults)

    def of(self, database):
        return self._by_database[database]
