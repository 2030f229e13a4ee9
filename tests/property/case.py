"""One random history of a warehouse, and the property that it has to keep."""

import signal
import time
from typing import NamedTuple

from warehouse import BUSY, DIFFERENT, DONE, INTERRUPTED, TIMEOUT_S, Failure, Moment, Warehouse, finish, stop
from world import World

LINES_OF_A_RUN = 10  # of progress
OPTIONS = {"--prune": 0.15, "--full-refresh": 0.15, "--reload": 0.15}
UNCHECKED = {"--checks=off": 0.5}
OFTEN = 0.75
RUNS_BEFORE_THE_LAST = {1: 3, 2: 3, 3: 2, 4: 1}  # how many, and how often
LISTINGS = 2  # the first lines; what changes after them changes while it is read


class Loaded(NamedTuple):
    """An object as the warehouse has it."""

    object_id: int
    content: bytes


class Case:
    """A history: changes at the sources and runs of every kind, then one run that completes.

    Which objects count is told by a model: after a run they are what was there before (`loaded`) or what the run had
    to make of it, nothing else. The ledger says which; where that is certain beforehand, it must agree.
    """

    def __init__(self, rng, folder, data_set, say, engine):
        self.rng = rng
        self.say = say
        self.loaded = {}
        self.run_s = 0.2
        say(f"{data_set.name}, {len(data_set.objects)} objects")
        self.world = World(folder, data_set, self.rng)
        self.warehouse = Warehouse(folder, data_set, self.rng.choice((None, 1, 1)), engine)
        if self.rng.random() < OFTEN:
            self.warehouse.make_file()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.warehouse.close()

    def play(self):
        runs = {self.whole_run: 4, self.killed_run: 5, self.interrupted_run: 1, self.two_runs: 3, self.disturbed_run: 2,
                self.replay: 1}
        for run in self.pick(runs, self.pick(RUNS_BEFORE_THE_LAST, 1)[0]):
            for _ in range(self.rng.randint(1, 3)):
                self.say(self.world.change())
            run()
        self.whole_run()
        self.compare()

    def whole_run(self):
        options = self.chosen(OPTIONS)
        self.say(in_words("a run", options))
        began_s = time.monotonic()
        self.world.watch()
        self.warehouse.etl(*options)
        self.run_s = time.monotonic() - began_s
        self.settle([self.content_after(options)])

    def replay(self):
        """A run that also reads the objects again that have rejects."""
        self.say("a replay of the rejects")
        self.world.watch()
        self.warehouse.run("rejects", "replay")
        self.settle([self.content_after([])])

    def killed_run(self):
        options, moment = self.options(), self.moment()
        self.say(f"{in_words('a run', options)} is killed {moment}")
        self.world.watch()
        code = stop(self.warehouse.start("etl", *options), moment, [signal.SIGKILL], codes=(DONE, -signal.SIGKILL))
        before, after = self.content_before(), self.content_after(options)
        self.settle([after] if code == DONE else [before, after], code)

    def interrupted_run(self):
        """Interrupted once it has to roll back; a second time ends it at once, and it may just have committed."""
        options, moment = self.options(), self.moment()
        signals = self.rng.choice(([signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 2))
        self.say(f"{in_words('a run', options)} gets {' and '.join(s.name for s in signals)} {moment}")
        self.world.watch()
        codes = (DONE, INTERRUPTED, -signals[0])
        code = stop(self.warehouse.start("etl", *options), moment, signals, codes)
        before, after = self.content_before(), self.content_after(options)
        self.settle([after] if code == DONE else [before] if len(signals) == 1 else [before, after], code)

    def two_runs(self):
        """At the same time: the second waits for the first if it is told to, else it may leave."""
        options, delay_s = self.options(), self.rng.choice((0, self.rng.uniform(0, self.run_s)))
        waits = self.rng.random() < 0.7
        options += [f"--wait={TIMEOUT_S}"] if waits else []
        self.say(f"{in_words('two runs', options)}, {delay_s:.3f} s apart")
        self.world.watch()
        first = self.warehouse.start("etl", *options)
        time.sleep(delay_s)
        second = self.warehouse.start("etl", *options)
        for process in (first, second):
            finish(process, codes=(DONE,) if waits else (DONE, BUSY))
        if first.returncode == second.returncode == BUSY:
            raise Failure("both say that another one holds the warehouse")
        self.settle([self.content_after(options)], first.returncode, second.returncode)

    def disturbed_run(self):
        """The sources change while it reads: each object is taken as it is at some moment, or left to the next run."""
        options = self.options()
        moment = Moment(self.rng.randint(0, LISTINGS), self.rng.choice((0, self.rng.uniform(0, self.run_s / 8))))
        self.say(f"{in_words('a run', options)}, and meanwhile, from {moment}:")
        self.world.watch()
        process = self.warehouse.start("etl", *options)
        moment.wait(process)
        self.world.is_run_under_way = True
        for _ in range(self.rng.randint(1, 4)):
            self.say(self.world.change())
            time.sleep(self.rng.uniform(0, self.run_s / 10))
        self.world.is_run_under_way = False
        finish(process)
        self.settle(None)

    def pick(self, weights, count):
        return self.rng.choices([*weights], [*weights.values()], k=count)

    def options(self):
        return self.chosen(OPTIONS | UNCHECKED)

    def chosen(self, options):
        return [name for name, share in options.items() if self.rng.random() < share]

    def moment(self):
        """Any time from the start of a run, or soon after a step of it."""
        if self.rng.random() < 0.3:
            return Moment(0, self.rng.uniform(0, self.run_s))
        return Moment(self.rng.randint(1, LINES_OF_A_RUN), self.rng.choice((0, self.rng.uniform(0, self.run_s / 8))))

    def content_before(self):
        return {path: loaded.content for path, loaded in self.loaded.items()}

    def content_after(self, options):
        """What a run that completes leaves."""
        kept = {} if "--prune" in options else self.content_before()
        return {**kept, **self.world.disk}

    def settle(self, states, *codes):
        """Reads from the ledger what is loaded now; fails when it is none of `states`. None allows any."""
        loaded = {path: self.identify(path, entry) for path, entry in self.warehouse.ledger().items()}
        content = {path: entry.content for path, entry in loaded.items()}
        if codes:
            self.say(f"  gave {', '.join(map(str, codes))}; {len(content)} objects are loaded")
        self.loaded = loaded
        if states is not None and content not in states:
            raise Failure("the ledger does not hold what it should: " + "; or ".join(
                difference(state, content) for state in states))

    def identify(self, path, entry):
        """Which content it is that was loaded: a new one has a new number."""
        known = self.loaded.get(path)
        if known and known.object_id == entry.object_id:
            return known
        for content in self.world.seen.get(path, ()):
            if len(content) == entry.size_bytes:
                return Loaded(entry.object_id, content)
        raise Failure(f"{path} is loaded with {entry.size_bytes} bytes, which it never had during the run")

    def compare(self):
        """Loads the objects that count into an empty warehouse, from the same paths, and compares."""
        for path, loaded in self.loaded.items():
            if path not in self.world.disk:
                self.world.put(path, loaded.content)
        reference = "reference.duckdb"
        self.warehouse.make_file(reference)
        self.warehouse.run("etl", "--checks=off", "--database", reference)
        if tables := self.warehouse.differences_from(reference):
            shown = self.warehouse.run("diff", "dwh.cfg", reference, codes=(DONE, DIFFERENT))
            raise Failure(f"{', '.join(tables)} differ from those of one clean load (right):\n{shown}")
        self.say(f"equal to one clean load of {len(self.loaded)} objects")


def in_words(what, options):
    return " ".join([what, *options])


def difference(expected, found):
    parts = {"missing": expected.keys() - found.keys(), "too much": found.keys() - expected.keys(),
             "old": {path for path in expected.keys() & found.keys() if expected[path] != found[path]}}
    return ", ".join(f"{name}: {', '.join(sorted(path.name for path in paths)[:5])} ({len(paths)} in all)"
                     for name, paths in parts.items() if paths)
