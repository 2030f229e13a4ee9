"""A load from one known state of a warehouse to another, to be disturbed over and over."""

import os
import shutil
import signal

from sparkify_data import generate
from warehouse import DONE, Failure, Warehouse, differences, engines, finish

SETTLED_S = 1_500_000_000  # a time of files that can be trusted
OPTIONS = ["--prune"]
DATABASE = engines.DuckDb.file
BEGINNINGS = ("nothing", "half", "half in the log")


class Load:
    """Whatever disturbs it leaves the state before or the state after, and the next run completes it.

    It begins with no database, or with half of its objects loaded: then it adds the others, replaces some and prunes
    some. `half in the log` was committed by a run that was killed right then, so that the engine's log alone has it.
    """

    def __init__(self, folder, beginning):
        folder.mkdir()
        self.folder = folder
        self.beginning = beginning
        data_set = generate(folder / "generated", songs=20, events=300, users=10, days=8, dirty=0.05, seed=11)
        self.warehouse = Warehouse(folder, data_set)
        self._begun = folder / "begun"
        self._begun.mkdir()
        objects = {folder / path: content for path, content in data_set.objects.items()}
        if beginning != "nothing":
            self._load_half(objects)
        for path, content in objects.items():
            put(path, content, SETTLED_S)
        self.before = self._state(self._begun)
        done = shutil.copytree(self._begun, folder / "done")
        self.warehouse.run("etl", *self.arguments(done))
        self.after = self._state(done)

    def arguments(self, folder):
        return [*OPTIONS, *in_folder(folder)]

    def disturb(self, name, how):
        """Begins anew in a folder of its own, calls `how` with it, checks what that left, and completes the load.

        Returns what `how` does, and whether the load was committed already. Keeps the folder when it fails.
        """
        folder = shutil.copytree(self._begun, self.folder / f"trial-{name}")
        outcome = how(folder)
        left = self._state(folder)
        if left not in (self.before, self.after):
            raise Failure(f"in between: it differs from the state before in {differences(left, self.before)}, and from "
                          f"the state after in {differences(left, self.after)}; see {folder}")
        self.warehouse.run("etl", *self.arguments(folder))
        if tables := differences(self.warehouse.state(folder / DATABASE), self.after):
            raise Failure(f"the next run did not complete it: {tables}; see {folder}")
        shutil.rmtree(folder)
        return outcome, left == self.after

    def _load_half(self, objects):
        """Every other object; some of the rest half written; and some under names that vanish then."""
        vanishing = []
        for number, (path, content) in enumerate(objects.items()):
            if number % 2 == 0:
                put(path, content, SETTLED_S)
            elif number % 3 == 0:
                put(path, content[: len(content) // 2], SETTLED_S - 1)
            elif number % 5 == 0:
                vanishing.append(path.with_suffix(".gone.json"))
                put(vanishing[-1], content, SETTLED_S)
        process = self.warehouse.start("etl", *in_folder(self._begun))
        is_to_be_killed = self.beginning == "half in the log"
        for line in process.stderr:
            if line.startswith("commit") and is_to_be_killed:
                process.kill()
        finish(process, (-signal.SIGKILL,) if is_to_be_killed else (DONE,))
        if (self._begun / f"{DATABASE}.wal").exists() != is_to_be_killed:
            raise Failure(f"a load cannot begin with {self.beginning}: the run before it left another state")
        for path in vanishing:
            path.unlink()

    def _state(self, folder):
        """What the tables hold; a run may be in doubt."""
        state = self.warehouse.state(folder / DATABASE)
        state.pop("unsettled runs", None)
        return state


def in_folder(folder):
    return ["--database", str(folder / DATABASE)]


def put(path, content, modified_s):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (modified_s, modified_s))
