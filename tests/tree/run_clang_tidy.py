#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a build folder, all cores at once, and remembers what was clean.

usage: run_clang_tidy.py BUILD_FOLDER CACHE_FOLDER [SOURCE...]     (no SOURCE: all but the unit tests)

A source is checked again when its text, a header of ours that it includes, its compile command, .clang-tidy
or clang-tidy itself changed. A remembered result is an empty file named after the hash of all these.

Headers are most of the work, so sources are looked at some at a time, as one that includes them. Where this
finds anything, be it only that two of them use the same name, each is checked by itself.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
INCLUDE = re.compile(rb'^\s*#\s*include\s*"(.*)"', re.MULTILINE)
FINDING_START = re.compile(r"^(?=\S+:\d+:\d+: (?:error|warning): )", re.MULTILINE)
GROUP_SIZE = 8


def with_headers(source):
    """The source and every header of ours that it includes, directly or through others."""
    found, ahead = set(), [source]
    while ahead:
        path = ahead.pop()
        if path not in found and path.exists():
            found.add(path)
            ahead += [ROOT / "src" / name.decode() for name in INCLUDE.findall(path.read_bytes())]
    return sorted(found)


def hash_of(source, command, common):
    digest = hashlib.sha256(common + command.encode())
    for path in with_headers(source):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def groups_of(sources, commands):
    """Yields them some at a time: neighbours that are compiled alike, each group with the flags for it."""
    alike = defaultdict(list)
    for source in sources:
        words = shlex.split(commands[source])
        alike[source.parent, tuple(words[1 : words.index("-o")])].append(source)
    for (_, flags), neighbours in alike.items():
        for first in range(0, len(neighbours), GROUP_SIZE):
            yield neighbours[first : first + GROUP_SIZE], flags


def run_clang_tidy(*arguments):
    return subprocess.run(
        ["clang-tidy", "--quiet", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def is_clean_together(sources, flags, folder):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=folder) as together:
        together.writelines(f'#include "{source}"  // NOLINT\n' for source in sources)
        together.flush()
        return run_clang_tidy("--header-filter=.*", together.name, "--", *flags).returncode == 0


def findings_of(source, build):
    """Checks one source by itself and returns its findings, none when it is clean."""
    run = run_clang_tidy("-p", build, source)
    return FINDING_START.split(run.stdout or run.stderr) if run.returncode != 0 else []


def findings_of_group(group, build, cache):
    """Returns the findings of each source of a group."""
    sources, flags = group
    if len(sources) > 1 and is_clean_together(sources, flags, cache):
        return [(source, []) for source in sources]
    return [(source, findings_of(source, build)) for source in sources]


def main():
    build, cache = Path(sys.argv[1]), Path(sys.argv[2])
    wanted = {Path(name).resolve() for name in sys.argv[3:]}
    cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()

    commands = {Path(c["file"]): c["command"] for c in json.loads((build / "compile_commands.json").read_text())}
    ours = tuple(f"{ROOT}/{folder}/" for folder in ("src", "tests", "bench"))
    sources = [s for s in commands if str(s).startswith(ours) and s.exists()]
    sources = [s for s in sources if (s in wanted if wanted else not s.name.endswith("_test.cpp"))]
    marks = {source: cache / hash_of(source, commands[source], common) for source in sources}
    due = [source for source in sources if not marks[source].exists()]

    seen, failures = set(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        checked = pool.map(lambda group: findings_of_group(group, build, cache), groups_of(due, commands))
        for source, findings in chain.from_iterable(checked):
            failures += bool(findings)
            if not findings:
                marks[source].touch()
            for finding in findings:
                if finding not in seen:  # one in a header comes back with every source
                    print(finding, end="", flush=True)
            seen.update(findings)
    if not wanted:
        for stale in set(cache.iterdir()) - set(marks.values()):
            stale.unlink()
    for unknown in wanted - set(sources):
        print(f"{unknown}: no source of {build}; a header is checked with the sources that include it")
    print(f"{len(sources)} sources: {len(sources) - len(due)} unchanged, {len(due)} checked, {failures} with findings")
    return 1 if failures or wanted - set(sources) else 0


if __name__ == "__main__":
    sys.exit(main())
