"""Runs JavaScript in Node, with the packages that third_party/checkers.lock names."""

import subprocess

import pytest

from workspace import ROOT, TIMEOUT_S

CHECKERS = ROOT / "third_party/checkers"


def need_checkers():
    if not CHECKERS.exists():
        pytest.skip("there is no third_party/checkers; third_party/fetch checkers makes it")


def run_node(folder, script, *arguments, given=""):
    """Runs a module in a folder, as if its packages had been installed there; returns what it writes."""
    need_checkers()
    packages = folder / "node_modules"
    if not packages.exists():
        packages.symlink_to(CHECKERS / "node_modules")
    done = subprocess.run(["node", "--input-type=module", "--eval", script, *arguments], cwd=folder, input=given,
                          capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
