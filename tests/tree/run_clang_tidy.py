#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a build folder, all cores at once, and remembers what was clean.

usage: run_clang_tidy.py BUILD_FOLDER CACHE_FOLDER [SOURCE...]     (no SOURCE: all but the unit tests)

A source is checked again when its text, a header of ours that it includes, its compile command, .clang-tidy
or clang-tidy itself changed. A remembered result is an empty file named after the hash of all these.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
INCLUDE = re.compile(rb'^\s*#\s*include\s*"(.*)"', re.MULTILINE)
FINDING_START = re.compile(r"^(?=\S+:\d+:\d+: (?:error|warning): )", re.MULTILINE)


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


def findings_of(source, build):
    """Runs clang-tidy over one source and returns its findings, none when it is clean."""
    run = subprocess.run(
        ["clang-tidy", "--quiet", "-p", build, source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return FINDING_START.split(run.stdout or run.stderr) if run.returncode != 0 else []


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
        for source, findings in zip(due, pool.map(lambda source: findings_of(source, build), due)):
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
