"""What is to go wrong, and what is to be noted, told by statements that begin with `double` on any session of the database.

    double fail_commits 2               the next two COMMITs end with error 1023, and nothing is kept
    double drop_before 'regex'          the connection is dropped instead of the next statement that matches
    double drop_after 'regex'           ... once that statement was carried out
    double fail_at 'regex' 'message'    the next statement that matches ends with this error
    double tell_late 2.5                the views tell so many seconds later what a COPY left out and read
    double copy_json 'numbers rounded'  JSON becomes text in another way: one of json_records.DECODERS
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
        self.lateness_s, self.decoder = 0, "numbers as they are"
        self._log = None

    def command(self, words):
        name, *arguments = words or [""]
        with self._lock:
            if name == "fail_commits":
                self._commits = int(arguments[0])
            elif name == "drop_before":
                self._drop_before.append(re.compile(arguments[0], re.IGNORECASE | re.DOTALL))
            elif name == "drop_after":
                self._drop_after.append(re.compile(arguments[0], re.IGNORECASE | re.DOTALL))
            elif name == "fail_at":
                self._failures.append((re.compile(arguments[0], re.IGNORECASE | re.DOTALL), arguments[1]))
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

    def note(self, sql):
        with self._lock:
            if self._log:
                with open(self._log, "a") as log:
                    print(json.dumps(sql), file=log)

    def fails_commit(self):
        with self._lock:
            if self._commits == 0:
                return False
            self._commits -= 1
            return True

    def drops_before(self, sql):
        return self._takes(self._drop_before, sql)

    def drops_after(self, sql):
        return self._takes(self._drop_after, sql)

    def failure_of(self, sql):
        with self._lock:
            for entry in self._failures:
                if entry[0].search(sql):
                    self._failures.remove(entry)
                    return Refusal(entry[1])
        return None

    def _takes(self, patterns, sql):
        with self._lock:
            for pattern in patterns:
                if pattern.search(sql):
                    patterns.remove(pattern)
                    return True
        return False


class AllFaults:
    def __init__(self):
        self._by_database = defaultdict(Faults)

    def of(self, database):
        return self._by_database[database]
