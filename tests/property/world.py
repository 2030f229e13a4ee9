"""The sources of a case: objects that arrive, are replaced, touched and removed."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import mutations

DAY_NS = 24 * 3600 * 10**9
WRITES_AT_MOST = 10_000


@dataclass(frozen=True)
class DataSet:
    """What a case loads: objects by their path below the case's folder, and the definition that fits them."""

    name: str
    sources: dict  # dwh.cfg's section -> key -> folder
    objects: dict  # path -> content
    definition: Path  # of its checks, too
    is_builtin: bool


class World:
    """The objects on disk.

    Each write gives a time of its own, or one that lies ahead and so counts as fresh and proves nothing: a change
    that keeps size and trusted time is the one change that need not be seen, and never made here.
    """

    def __init__(self, folder, data_set, rng):
        self.folder = Path(folder)
        self.pool = {self.folder / path: content for path, content in data_set.objects.items()}
        self.disk = {}  # path -> content
        self.seen = {}  # path -> every content since the last watch(), the newest last
        self.is_run_under_way = False
        self._rng = rng
        self._last = None  # the path that changed last
        self._ahead = set()  # the paths whose time lies ahead
        self._tomorrow_ns = time.time_ns() + DAY_NS
        self._past_us = iter(rng.sample(range(10**15), WRITES_AT_MOST))  # the microseconds of 31 years
        for sources in data_set.sources.values():
            for source in sources.values():
                (self.folder / source).mkdir(parents=True)

    def watch(self):
        """From here on `seen` tells what a run may have read."""
        self.seen = {path: [content] for path, content in self.disk.items()}

    def put(self, path, content):
        """Writes an object as whole files are written, beside it and then renamed; or lets it grow where it is."""
        seen = self.seen.setdefault(path, [])
        while self.is_run_under_way and any(len(old) == len(content) and old != content for old in seen):
            content += b"\n"  # the ledger shall tell by the size which of them was read
        path.parent.mkdir(parents=True, exist_ok=True)
        seen.append(content)
        old = self.disk.get(path)
        if old is not None and content.startswith(old) and self._rng.random() < 0.5:
            with path.open("ab") as file:
                file.write(content[len(old):])
            self._set_time(path, path)
        else:
            hidden = path.with_name("." + path.name)
            hidden.write_bytes(content)
            self._set_time(path, hidden)
            hidden.replace(path)
        self.disk[path] = content

    def change(self):
        """Makes a random change; returns what it was, in words."""
        changes = [(self.arrive, 5), (self.replace, 4), (self.mix, 2), (self.remove, 2), (self.touch, 1),
                   (self.copy, 1)]
        makers, weights = zip(*changes)
        return (self._rng.choices(makers, weights)[0] if self.disk else self.arrive)()

    def arrive(self):
        """Some of what is missing comes: of one source or of all, new or back again."""
        missing = [path for path in self.pool if path not in self.disk]
        if not missing:
            return self.replace()
        source = self._rng.choice([None, *sorted({self._source_of(path) for path in missing})])
        waiting = [path for path in missing if source in (None, self._source_of(path))]
        count = self._rng.randint(1, len(waiting))
        for path in self._rng.sample(waiting, count):
            self.put(path, self.pool[path])
        return f"{count} objects arrive{f' in {source}' if source else ''}"

    def replace(self):
        """An object gets other content: another object's, or its own or another's, spoilt."""
        path = self._any()
        content = self.pool[self._rng.choice(self._siblings(path, self.pool))]
        changed = self._rng.choice([content, *[self.disk[path]] * 4])
        name, changed = mutations.mutate(changed, self._rng)
        self.put(path, changed)
        return f"{self._short(path)} is replaced ({name}, {len(changed)} bytes)"

    def mix(self):
        """Lines of one object are copied into another, as they are or with other content."""
        path = self._any()
        other = self._rng.choice(self._siblings(path, self.disk))
        lines = mutations.some_lines(self.disk[other], self._rng)
        if self._rng.random() < 0.7:
            lines = [mutations.characters_changed(line, self._rng) for line in lines]
        self.put(path, self.disk[path].rstrip(b"\n") + b"\n" + b"".join(lines))
        return f"{len(lines)} lines of {self._short(other)} are copied into {self._short(path)}"

    def copy(self):
        """The same content comes again under another name, which sorts near the first one's."""
        path = self._any()
        twin = path.parent.with_name(f"{path.parent.name}{self._rng.choice('!-0~')}'s ü {path.name}")
        if path.parent.parent == self.folder:  # the folder itself is the source
            twin = path.with_name(f"{path.name}!")
        self.put(twin, self.disk[path])
        return f"{self._short(path)} comes again as {self._short(twin)}"

    def remove(self):
        """Never the last one: a run that finds nothing anywhere refuses to work."""
        if len(self.disk) == 1:
            return self.arrive()
        count = self._rng.choice([1, 1, 2, len(self.disk) // 2, len(self.disk) - 1])
        gone = self._rng.sample(sorted(self.disk), min(count, len(self.disk) - 1))
        for path in gone:
            path.unlink()
            del self.disk[path]
        return f"{', '.join(map(self._short, gone[:3]))}{f' and {len(gone) - 3} more' if len(gone) > 3 else ''} vanish"

    def touch(self):
        path = self._any()
        self._set_time(path, path)
        return f"{self._short(path)} is touched"

    def _set_time(self, path, file):
        """A time that lies ahead stays the same, often."""
        kind = self._rng.choice(("ahead", "ahead", "past") if path in self._ahead else ("past", "past", "now", "ahead"))
        (self._ahead.add if kind == "ahead" else self._ahead.discard)(path)
        if kind != "now":
            moment_ns = next(self._past_us) * 1000 if kind == "past" else self._tomorrow_ns
            os.utime(file, ns=(moment_ns, moment_ns))

    def _any(self):
        """Often the one that changed last, as logs do."""
        if self._last not in self.disk or self._rng.random() < 0.6:
            self._last = self._rng.choice(sorted(self.disk))
        return self._last

    def _siblings(self, path, objects):
        return sorted(other for other in objects if self._source_of(other) == self._source_of(path))

    def _source_of(self, path):
        return path.relative_to(self.folder).parts[0]

    def _short(self, path):
        return str(path.relative_to(self.folder))
