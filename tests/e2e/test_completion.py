"""Shells complete commands and flags, and man shows the manual, from the declaration of the command line itself."""

import re
import subprocess

import pytest


@pytest.fixture(scope="module")
def script_of(make_workspace):
    workspace = make_workspace()
    return lambda shell: workspace.run("completion", shell).stdout


def in_bash(script, *words):
    typed = " ".join(f"'{word}'" for word in words)
    ending = f"COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _starlift; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return answer_of("bash", "-c", f"{script}\n{ending}")


def in_fish(script, *words):
    return answer_of("fish", "--no-config", "-c", f"{script}\ncomplete -C '{' '.join(words)}'")


def in_zsh(script, *words):
    """The script with what zsh's completion system would call, without a terminal."""
    typed = " ".join(f"'{word}'" for word in words)
    stubs = """
_describe() { [[ $1 == -o ]] && shift; print -l -- ${${(P)2}%%:*} }
compadd() { print -l -- $@ }
_files() { print files }
"""
    body = script.replace('_starlift "$@"', "")
    return answer_of("zsh", "--no-rcs", "-c", f"{stubs}{body}\nwords=({typed}); CURRENT={len(words)}; _starlift")


def answer_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr == ""
    return {line.split("\t")[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize(("shell", "complete"), [("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)])
def test_a_shell_completes_what_may_follow(script_of, shell, complete):
    script = script_of(shell)
    assert {"etl", "query", "rejects"} <= complete(script, "starlift", "")
    assert {"show", "export", "replay"} <= complete(script, "starlift", "rejects", "")
    assert {"--dry-run", "--config"} <= complete(script, "starlift", "--quiet", "etl", "--")
    assert "--dry-run" not in complete(script, "starlift", "query", "--")
    assert complete(script, "starlift", "query", "--format", "") == {"table", "csv", "json", "markdown"}
    assert {"bash", "zsh", "fish"} <= complete(script, "starlift", "completion", "")


def test_the_manual_names_every_command_and_flag(make_workspace):
    workspace = make_workspace()
    page = workspace.run("manual").stdout
    shown = subprocess.run(["groff", "-man", "-Tascii", "-P-c", "-ww"], input=page, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    text = re.sub(".\b", "", shown.stdout)
    help_text = workspace.run("--help").stdout
    for command in re.findall(r"^  ([a-z-]+) ", help_text.split("Subcommands:")[1], re.MULTILINE):
        assert f"starlift {command}" in text
        for flag in re.findall(r"--[a-z-]+", workspace.run(command, "--help").stdout):
            assert flag in text, f"{command} {flag}"
