#!/usr/bin/env python3
"""Runs the scripts of this tree in a folder of their own, with stand-ins for npm, apt-get, clang-tidy and the like."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Hands out $REGISTRY/NAME-VERSION.tgz, as `npm pack --pack-destination FOLDER NAME@VERSION` does.
NPM = """#!/bin/bash
echo "$@" >>"$CALLS"
while (($# > 1)); do [[ $1 == --pack-destination ]] && folder=$2; shift; done
cp "$REGISTRY/$(tr @/ -- <<<"$1").tgz" "$folder/fetched.tgz"
"""
# Finds fault with every source or header of its folder that says "bad", and with sources that take the same name.
CLANG_TIDY = """#!/usr/bin/python3
import os, re, sys
from pathlib import Path
if sys.argv[1] == "--version": sys.exit()
given = Path(next(word for word in sys.argv if word.endswith(".cpp")))
sources = [Path(name) for name in re.findall('#include "(/.*)"', given.read_text())] or [given]
with open(os.environ["CALLS"], "a") as calls:
    calls.writelines(f"{source}\\n" for source in sources)
texts = {path: path.read_text() for path in [*sources, sources[0].parent / "table.h"]}
bad = [f"{path.name}:1:1: error: bad" for path, text in texts.items() if "bad" in text]
bad += ["clash"] * (sum("taken name" in text for text in texts.values()) > 1)
print(*bad, sep="\\n", end="\\n" * bool(bad))
sys.exit(bool(bad))
"""
NOTES_ITS_CALL = 'import os, sys\nopen(os.environ["CALLS"], "a").write(" ".join(sys.argv) + "\\n")\n'
CALLED = '#!/bin/bash\necho "$(basename "$0") $*" >>"$CALLS"\n'
LIBRARY, HEADER = "@duckdb/library", "duckdb"


class ScriptTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "clone"
        self.calls = Path(folder.name) / "calls"
        self.registry = Path(folder.name) / "registry"
        self.stand_ins = Path(folder.name) / "bin"
        for made in (self.root / "third_party", self.registry, self.stand_ins):
            made.mkdir(parents=True)
        for script in ("dev", "third_party/fetch"):
            shutil.copy(ROOT / script, self.root / script)
        self.calls.touch()
        self.stand_in("npm", NPM)
        self.stand_in("uname", "#!/bin/sh\necho x86_64\n")

    def stand_in(self, name, text):
        (self.stand_ins / name).write_text(text)
        (self.stand_ins / name).chmod(0o755)

    def run_script(self, *command):
        environment = {
            "PATH": f"{self.stand_ins}:/usr/bin:/bin", "CALLS": str(self.calls), "REGISTRY": str(self.registry),
        }
        return subprocess.run(
            command, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )


class FetchTest(ScriptTest):
    def setUp(self):
        super().setUp()
        integrities = {
            LIBRARY: self.publish(LIBRARY, {"libduckdb.so": "library", "LICENSE": "licence"}),
            HEADER: self.publish(HEADER, {"src/duckdb/src/include/duckdb.h": "header"}),
        }
        self.lock(integrities)

    def publish(self, package, members):
        """Puts a package into the registry and returns its integrity."""
        content = self.registry / "package"
        for name, text in members.items():
            (content / name).parent.mkdir(parents=True, exist_ok=True)
            (content / name).write_text(text)
        archive = self.registry / f"{package.replace('@', '-').replace('/', '-')}-1.0.tgz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(content, "package")
        shutil.rmtree(content)
        return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()

    def lock(self, integrities):
        self.integrities = integrities
        (self.root / "third_party/duckdb.lock").write_text(
            "# machine package version integrity file=place...\n"
            f"x86_64 {LIBRARY} 1.0 {integrities[LIBRARY]} libduckdb.so=lib/libduckdb.so LICENSE=lib/LICENSE\n"
            f"any {HEADER} 1.0 {integrities[HEADER]} src/duckdb/src/include/duckdb.h=include/duckdb.h .=whole/package\n"
        )

    def fetch(self, *arguments):
        self.calls.write_text("")
        return self.run_script("third_party/fetch", *arguments, "duckdb")

    def fetched(self, name):
        path = self.root / "third_party/duckdb" / name
        return path.read_text() if path.exists() else None

    def test_puts_library_licence_and_header_in_place(self):
        self.assertNotEqual(self.fetch("--check").returncode, 0)
        run = self.fetch()
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.fetched("lib/libduckdb.so"), "library")
        self.assertEqual(self.fetched("lib/LICENSE"), "licence")
        self.assertEqual(self.fetched("include/duckdb.h"), "header")
        self.assertEqual(self.fetch("--check").returncode, 0)

    def test_a_whole_package_is_put_in_place(self):
        self.fetch()
        self.assertEqual(self.fetched("whole/package/src/duckdb/src/include/duckdb.h"), "header")
        shutil.rmtree(self.root / "third_party/duckdb/whole/package")
        self.assertNotEqual(self.fetch("--check").returncode, 0)
        self.fetch()
        self.assertEqual(self.fetched("whole/package/src/duckdb/src/include/duckdb.h"), "header")

    def test_never_runs_the_scripts_of_a_package(self):
        self.fetch()
        for call in self.calls.read_text().splitlines():
            self.assertIn("--ignore-scripts", call)

    def test_does_nothing_when_all_is_there(self):
        self.fetch()
        self.assertEqual(self.fetch().returncode, 0)
        self.assertEqual(self.calls.read_text(), "")

    def test_refuses_an_archive_that_is_not_the_locked_one(self):
        locked = self.integrities[HEADER]
        actual = self.publish(HEADER, {"src/duckdb/src/include/duckdb.h": "another"})
        run = self.fetch()
        self.assertEqual(run.returncode, 1)
        self.assertIn("refused duckdb@1.0", run.stderr)
        self.assertIn(locked, run.stderr)
        self.assertIn(actual, run.stderr)
        self.assertIsNone(self.fetched("include/duckdb.h"))
        self.assertNotEqual(self.fetch("--check").returncode, 0)

    def test_fetches_again_when_the_lock_changes(self):
        self.fetch()
        integrity = self.publish(HEADER, {"src/duckdb/src/include/duckdb.h": "newer"})
        self.lock({**self.integrities, HEADER: integrity})
        self.assertEqual(self.fetch().returncode, 0)
        self.assertEqual(self.fetched("include/duckdb.h"), "newer")

    def test_downloads_an_archive_once(self):
        self.fetch()
        shutil.rmtree(self.root / "third_party/duckdb")
        self.assertEqual(self.fetch().returncode, 0)
        self.assertEqual(self.calls.read_text(), "")
        self.assertEqual(self.fetched("include/duckdb.h"), "header")

    def test_does_not_trust_a_kept_archive(self):
        self.fetch()
        shutil.rmtree(self.root / "third_party/duckdb")
        for archive in (self.root / "build/npm").glob("*.tgz"):
            archive.write_text("cut short")
        self.assertEqual(self.fetch().returncode, 0)
        self.assertEqual(self.fetched("include/duckdb.h"), "header")

    def test_names_the_way_out_on_a_machine_without_a_library(self):
        self.stand_in("uname", "#!/bin/sh\necho riscv64\n")
        run = self.fetch()
        self.assertEqual(run.returncode, 1)
        self.assertIn("riscv64", run.stderr)
        self.assertIn("docs/dependencies.md", run.stderr)

    def test_fetches_again_when_a_file_is_gone(self):
        self.fetch()
        (self.root / "third_party/duckdb/include/duckdb.h").unlink()
        self.assertNotEqual(self.fetch("--check").returncode, 0)
        self.fetch()
        self.assertEqual(self.fetched("include/duckdb.h"), "header")

    def test_names_what_can_be_fetched(self):
        run = self.run_script("third_party/fetch", "duckbd")
        self.assertEqual((run.returncode, run.stderr), (1, "fetch: name one of: duckdb\n"))

    def test_the_locks_of_this_tree_are_well_formed(self):
        machines = {}
        for lock in (ROOT / "third_party").glob("*.lock"):
            for line in lock.read_text().splitlines():
                if line.startswith("#"):
                    continue
                machine, _, _, integrity, *files = line.split()
                machines.setdefault(lock.stem, []).append(machine)
                algorithm, digest = integrity.split("-", 1)
                self.assertEqual((algorithm, len(base64.b64decode(digest))), ("sha512", 64))
                self.assertTrue(files and all(file.count("=") == 1 for file in files), line)
        self.assertEqual(machines, {
            "duckdb": ["x86_64", "aarch64", "any"], "charts": ["any", "any"], "checkers": [*["any"] * 4, "x86_64", "aarch64"]})


class DevTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.stand_in("id", "#!/bin/sh\necho 1000\n")
        self.stand_in("apt-get", CALLED)
        self.stand_in("sudo", CALLED + "exit 1\n")
        self.stand_in("clang-format", CALLED)
        # Reports everything as installed but clang-format.
        self.stand_in("dpkg-query", '#!/bin/sh\nfor p; do echo "installed $p"; done | grep -v clang-format\n')
        (self.root / "third_party/fetch").write_text('#!/bin/sh\necho "fetch $*" >>"$CALLS"\n')

    def test_alone_explains_every_command_and_step(self):
        run = self.run_script("./dev")
        self.assertEqual(run.returncode, 0)
        for word in ("demo test build lint format tree scripts unit double sanitized tsan release e2e engines property "
                     "growth kills disk").split():
            self.assertRegex(run.stdout, rf"(?m)^ +{word}\b")

    def test_a_slip_on_the_command_line_is_a_usage_error_that_names_it(self):
        slips = [(["tset"], "'tset'"), (["test", "--only", "unti"], "one of: tree"), (["test", "fast"], "'fast'")]
        for arguments, named in slips:
            with self.subTest(arguments):
                run = self.run_script("./dev", *arguments)
                self.assertEqual(run.returncode, 2)
                self.assertIn(named, run.stderr)

    def test_missing_packages_are_installed_through_sudo(self):
        self.stand_in("sudo", CALLED)
        self.run_script("./dev", "format")
        update, install = [call for call in self.calls.read_text().splitlines() if call.startswith("sudo")]
        self.assertEqual(update, "sudo apt-get update --quiet")
        self.assertRegex(install, "^sudo env .*apt-get install .* clang-format$")

    def test_root_needs_no_sudo(self):
        self.stand_in("id", "#!/bin/sh\necho 0\n")
        self.assertEqual(self.run_script("./dev", "format").returncode, 0)
        self.assertNotIn("sudo", self.calls.read_text())
        self.assertIn("apt-get install", self.calls.read_text())

    def test_lists_that_cannot_be_updated_do_not_stop_the_installation(self):
        self.stand_in("sudo", CALLED + "[ $2 != update ]\n")
        self.assertEqual(self.run_script("./dev", "format").returncode, 0)

    def test_without_root_and_sudo_it_prints_what_to_run(self):
        run = self.run_script("./dev", "format")
        self.assertEqual(run.returncode, 1)
        self.assertIn("  apt-get update && apt-get install --yes --no-install-recommends clang-format\n", run.stderr)

    def test_is_silent_when_nothing_is_missing(self):
        self.stand_in("dpkg-query", '#!/bin/sh\nfor p; do echo "installed $p"; done\n')
        run = self.run_script("./dev", "format")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        self.assertEqual(self.calls.read_text(), "")

    def test_stops_at_the_first_step_that_fails_and_says_how_to_run_it_alone(self):
        self.stand_in("dpkg-query", '#!/bin/sh\nfor p; do echo "installed $p"; done\n')
        run = self.run_script("./dev", "test")  # there is no tests/tree here
        self.assertEqual(run.returncode, 1)
        self.assertIn("./dev test --only tree", run.stderr)
        self.assertNotIn("=== scripts", run.stdout)


    def run_properties(self, *arguments):
        """Runs ./dev test with scripts in tests/property that note their calls; returns the calls."""
        self.stand_in("dpkg-query", '#!/bin/sh\nfor p; do echo "installed $p"; done\n')
        self.stand_in("cmake", CALLED)
        folder = self.root / "tests/property"
        folder.mkdir(parents=True)
        for script in ("many_runs", "random_cases", "kills", "failing_disk"):
            (folder / f"{script}.py").write_text(NOTES_ITS_CALL)
        run = self.run_script("./dev", "test", *arguments)
        self.assertEqual(run.returncode, 0, run)
        return [call for call in self.calls.read_text().splitlines() if not call.startswith("fetch")]

    def test_a_property_gets_its_arguments_and_a_release_build(self):
        calls = self.run_properties("--only", "property", "--", "--case", "7")
        self.assertIn("cmake --preset release", calls[0])
        self.assertIn("cmake --build build/release", calls[1])
        self.assertEqual(calls[2:], ["tests/property/random_cases.py --case 7"])

    def test_long_plays_new_histories(self):
        calls = self.run_properties("--long")
        self.assertEqual(calls[2:], ["tests/property/random_cases.py --long"])


class RunClangTidyTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.stand_in("clang-tidy", CLANG_TIDY)
        self.write("tests/tree/run_clang_tidy.py", (ROOT / "tests/tree/run_clang_tidy.py").read_text())
        self.write(".clang-tidy", "Checks: '*'\n")
        self.write("src/sql/table.h", "good\n")
        self.write("src/sql/view.h", '#include "sql/table.h"\n')
        self.sources = [self.write("src/sql/a.cpp", '#include "sql/view.h"\n'), self.write("src/sql/b.cpp", "good\n")]
        commands = [{"file": str(source), "command": "c++ -O0 -o x.o", "directory": "/"} for source in self.sources]
        self.write("build/compile_commands.json", json.dumps(commands))

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        return self.root / path

    def lint(self, *sources):
        """Runs it and returns its result and the sources it gave to clang-tidy."""
        self.calls.write_text("")
        run = self.run_script("/usr/bin/python3", "tests/tree/run_clang_tidy.py", "build", "cache", *sources)
        return run, [Path(call).name for call in sorted(self.calls.read_text().split())]

    def test_remembers_what_was_clean(self):
        run, checked = self.lint()
        self.assertEqual((run.returncode, checked), (0, ["a.cpp", "b.cpp"]), run)
        run, checked = self.lint()
        self.assertEqual((run.returncode, checked), (0, []))

    def test_checks_again_what_a_header_reaches(self):
        self.lint()
        self.write("src/sql/table.h", "better\n")
        self.assertEqual(self.lint()[1], ["a.cpp"])

    def test_checks_all_again_when_the_list_of_checks_changes(self):
        self.lint()
        self.write(".clang-tidy", "Checks: ''\n")
        self.assertEqual(self.lint()[1], ["a.cpp", "b.cpp"])

    def test_fails_on_a_finding_every_time_until_it_is_gone(self):
        self.write("src/sql/b.cpp", "bad\n")
        for _ in range(2):
            run, checked = self.lint()
            self.assertEqual(run.returncode, 1)
            self.assertIn("b.cpp", checked)
            self.assertIn("b.cpp:1:1: error: bad", run.stdout)
        self.write("src/sql/b.cpp", "good\n")
        self.assertEqual(self.lint()[0].returncode, 0)

    def test_prints_a_finding_in_a_header_once(self):
        self.write("src/sql/table.h", "bad\n")
        run, _ = self.lint()
        self.assertEqual((run.returncode, run.stdout.count("error: bad")), (1, 1))

    def test_sources_that_only_disturb_each_other_are_clean(self):
        for source in self.sources:
            source.write_text("taken name\n")
        run, checked = self.lint()
        self.assertEqual((run.returncode, checked), (0, ["a.cpp", "a.cpp", "b.cpp", "b.cpp"]), run)
        self.assertEqual(self.lint()[1], [])

    def test_checks_unit_tests_only_on_request(self):
        test = self.write("src/sql/a_test.cpp", "bad\n")
        commands = [{"file": str(test), "command": "c++ -O0 -o x.o", "directory": "/"}]
        self.write("build/compile_commands.json", json.dumps(commands))
        self.assertEqual(self.lint()[1], [])
        self.assertEqual(self.lint("src/sql/a_test.cpp")[1], ["a_test.cpp"])

    def test_checks_only_the_sources_it_is_given(self):
        self.assertEqual(self.lint("src/sql/b.cpp")[1], ["b.cpp"])

    def test_a_source_that_is_not_built_is_an_error(self):
        run, _ = self.lint("src/sql/table.h")
        self.assertEqual(run.returncode, 1)
        self.assertIn("table.h: no source of build", run.stdout)


if __name__ == "__main__":
    unittest.main()
