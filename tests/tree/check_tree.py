#!/usr/bin/env python3
"""Checks the rules that hold for the tree as a whole and that no compiler sees.

usage: check_tree.py [ROOT]      prints one line per breach and fails when there is any

Each rule below is a function that takes the tree and yields breaches; its first line says the rule.
"""

import fnmatch
import os
import re
import sys
from pathlib import Path

MAX_FILE_BYTES = 500 * 1024
MAX_SOURCE_LINES = 500
SOURCE_SUFFIXES = {".h", ".cpp", ".py", ".cmake", ".sql"}

# Modules that look on from outside, and all they may include besides their own headers.
OBSERVERS = {
    "report": ("base/", "columns/", "pipeline/answer.h", "pipeline/check_result.h", "pipeline/dictionary.h",
               "pipeline/events.h", "pipeline/schema.h", "pipeline/summary.h", "pipeline/traced_row.h",
               "pipeline/warehouse_report.h", "pipeline/warehouse_status.h", "project/chart_hint.h",
               "warehouse/result_column.h"),
}

# The words of the built-in warehouse. The first match anywhere, so that `songplay_id` is found; the second
# only as whole parts of a name, so that `display` and `replay` are not. "Listener" stays allowed: the engine
# has listeners of its own.
DOMAIN_STEMS = re.compile("song|artist|sparkify|playlist", re.IGNORECASE)
DOMAIN_WORDS = {"play", "plays", "played", "player", "players", "playing"}
NAME_PARTS = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

FORBIDDEN_TEXT = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "unfinished work is an issue, not a comment"),
    (re.compile(r"(?<![\w./-])/(work|root|home|Users)/\w"), "a path of somebody's machine"),
    (
        re.compile(r"npmjs\.|yarnpkg\.|\w\.debian\.org|pypi\.org|pythonhosted|(docker|ghcr|crates)\.io\b"),
        "the address of a package registry",
    ),
]


class Tree:
    """The files below a folder that .gitignore does not name, and their text."""

    def __init__(self, root):
        self.root = Path(root)
        ignored = self.root / ".gitignore"
        self.ignored = ignored.read_text().split() if ignored.exists() else []
        self.files = sorted(self._walk())

    def text(self, path):
        """The text of a file; empty for a binary one."""
        data = (self.root / path).read_bytes()
        return "" if b"\0" in data else data.decode("utf-8", errors="replace")

    def lines(self, path):
        return enumerate(self.text(path).splitlines(), start=1)

    def below(self, folder, *suffixes):
        return [f for f in self.files if f.startswith(folder) and (not suffixes or f.endswith(suffixes))]

    def _walk(self):
        for folder, subfolders, names in os.walk(self.root):
            here = Path(folder).relative_to(self.root)
            subfolders[:] = [d for d in subfolders if not self._is_ignored(here / d, "/")]
            yield from (str(here / name) for name in names if not self._is_ignored(here / name, ""))

    def _is_ignored(self, path, slash):
        if path.name == ".git":  # a folder, or the file of a linked worktree
            return True
        return any(fnmatch.fnmatch(f"/{path}{slash}", p if p[0] == "/" else f"*/{p}") for p in self.ignored)


def read_links(cmake):
    """Module -> the modules that CMakeLists.txt links it with directly."""
    cmake = re.sub("#.*", "", cmake)
    calls = re.findall(r"starlift_module\(\s*(\w+)(.*?)\)", cmake, re.DOTALL)
    calls += re.findall(r"target_link_libraries\(\s*starlift_(\w+)\s+INTERFACE(.*?)\)", cmake, re.DOTALL)
    return {name: re.findall(r"\bstarlift_(\w+)", links) for name, links in calls}


def reachable(links, module):
    """Every module below `module`; `module` itself only when there is a cycle."""
    found, ahead = set(), list(links.get(module, []))
    while ahead:
        below = ahead.pop()
        if below not in found:
            found.add(below)
            ahead += links.get(below, [])
    return found


def check_layers(tree):
    """A module includes only itself and what CMakeLists.txt links it with, directly or through others."""
    links = read_links(tree.text("CMakeLists.txt"))
    below = {module: reachable(links, module) for module in links}
    for module in links:
        if module in below[module]:
            yield f"CMakeLists.txt: module {module} is linked with itself through others"
    for path in tree.below("src/", ".h", ".cpp"):
        module = path.split("/")[1]
        if module not in links:
            yield f"{path}: CMakeLists.txt has no starlift_module({module} ...)"
            continue
        for number, line in tree.lines(path):
            included = re.match(r'\s*#\s*include\s*"(.*)"', line)
            if included and (breach := layer_breach(tree, path, module, below[module], included[1])):
                yield f"{path}:{number}: {breach}"


def layer_breach(tree, path, module, below, included):
    owner = included.split("/")[0]
    if f"src/{included}" not in tree.files:
        return f'"{included}" is no file below src/ (headers of others are included with <>)'
    if owner == module:
        return None
    if owner not in below:
        return f"{module} may not include {included}: CMakeLists.txt does not put {owner} below it"
    if module in OBSERVERS and not path.endswith("_test.cpp") and not included.startswith(OBSERVERS[module]):
        return f"{module} only observes: it may not include {included}"
    return None


def check_vocabulary(tree):
    """No word of the built-in warehouse in src/, except in the generator of its data."""
    for path in tree.below("src/"):
        if path.startswith("src/synth/"):
            continue
        for number, line in [(0, path), *tree.lines(path)]:
            stem = DOMAIN_STEMS.search(line)
            words = [w for w in NAME_PARTS.findall(line) if w.lower() in DOMAIN_WORDS]
            if stem or words:
                found = stem[0] if stem else words[0]
                yield f"{path}:{number}: '{found}' belongs to warehouses/sparkify or src/synth; the engine is general"


def check_text(tree):
    """No unfinished work, machine path or registry address; no download address in a lock file."""
    for path in tree.files:
        if path.startswith("tests/tree/"):  # names what it forbids
            continue
        for number, line in tree.lines(path):
            for pattern, why in FORBIDDEN_TEXT:
                if found := pattern.search(line):
                    yield f"{path}:{number}: '{found[0]}': {why}"
            if path.endswith((".lock", "-lock.json")) and "://" in line:
                yield f"{path}:{number}: a lock file names packages and hashes, not addresses"


def check_sizes(tree):
    """No file over 500 KB, no source over 500 lines."""
    for path in tree.files:
        size_bytes = (tree.root / path).stat().st_size
        if size_bytes > MAX_FILE_BYTES:
            yield f"{path}: {size_bytes} bytes, over {MAX_FILE_BYTES}"
        elif Path(path).suffix in SOURCE_SUFFIXES or tree.text(path).startswith("#!"):
            count = len(tree.text(path).splitlines())
            if count > MAX_SOURCE_LINES:
                yield f"{path}: {count} lines, over {MAX_SOURCE_LINES}; split it by concept"


def check_headers(tree):
    """Every header has #pragma once."""
    for path in tree.files:
        if path.endswith(".h") and not re.search("^#pragma once$", tree.text(path), re.MULTILINE):
            yield f"{path}: #pragma once is missing"


def check_links(tree):
    """Every relative link in a Markdown file leads to something that exists."""
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        prose = re.sub(r"```.*?```", lambda code: "\n" * code[0].count("\n"), tree.text(path), flags=re.DOTALL)
        for number, line in enumerate(prose.splitlines(), start=1):
            for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", re.sub("`[^`]*`", "", line)):
                is_elsewhere = re.match(r"[a-z]+:|#", target)
                if not is_elsewhere and not (tree.root / path).parent.joinpath(target.split("#")[0]).exists():
                    yield f"{path}:{number}: the link to {target} leads nowhere"


RULES = [check_layers, check_vocabulary, check_text, check_sizes, check_headers, check_links]


def main():
    tree = Tree(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    breaches = [breach for rule in RULES for breach in rule(tree)]
    print("\n".join(breaches) if breaches else f"{len(tree.files)} files, {len(RULES)} rules: no breach")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
