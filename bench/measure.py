"""Timing commands in turn, so that a machine whose speed drifts treats all of them alike."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Contestant:
    """A command that does a job; `prepare` makes its place ready before every run and is not timed."""

    name: str
    command: list
    prepare: object = None
    environment: dict = field(default_factory=dict)  # beside this process's own
    seconds: list = field(default_factory=list)
    peak_bytes: int = 0
    output: str = ""

    @property
    def median_s(self):
        return statistics.median(self.seconds)

    @property
    def spread(self):
        """Half of the range of the runs, as a part of the median."""
        return (max(self.seconds) - min(self.seconds)) / 2 / self.median_s

    def run(self):
        if self.prepare:
            self.prepare()
        began = time.monotonic()
        process = subprocess.Popen([str(part) for part in self.command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env={**os.environ, **self.environment})
        self.output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"bench: {' '.join(map(str, self.command))} failed:\n{self.output}")
        self.seconds.append(time.monotonic() - began)
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * 1024)


@dataclass
class Staged(Contestant):
    """One that tells how far it came when; `read_parts` finds in its output the seconds of its parts, by name."""

    read_parts: object = None
    parts: dict = field(default_factory=dict)

    def run(self):
        super().run()
        for name, seconds in self.read_parts(self.output).items():
            self.parts.setdefault(name, []).append(seconds)

    def part(self, name, shown=None):
        """What is measured of a part, for a row of its own."""
        return Contestant(shown or self.name, self.command, seconds=self.parts[name], peak_bytes=self.peak_bytes)


def in_turn(contestants, rounds):
    """Runs each contestant once per round, A B C A B C ..."""
    for _ in range(rounds):
        for contestant in contestants:
            contestant.run()
    return contestants
