#!/usr/bin/env python3
"""Shows that each rule of check_tree.py can fail, on small trees made for it."""

import tempfile
import unittest
from pathlib import Path

import check_tree

CMAKE = """
starlift_module(base      LINK fmt::fmt)   # starlift_report in a comment counts for nothing
starlift_module(columns   LINK starlift_base)
starlift_module(sql       LINK starlift_columns)
starlift_module(warehouse
    LINK starlift_sql
    PRIVATE DuckDB::DuckDB)
starlift_module(pipeline  LINK starlift_warehouse)
starlift_module(report    LINK starlift_pipeline)
starlift_module(synth     LINK starlift_base)
target_link_libraries(starlift_core INTERFACE starlift_report starlift_synth)
starlift_module(cli       LINK starlift_core)
"""

HEADERS = [
    "base/text.h", "columns/column.h", "sql/tokens.h", "warehouse/warehouse.h", "pipeline/events.h",
    "pipeline/ledger.h", "report/console.h", "synth/generate.h", "cli/flags.h",
]


class CheckTreeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("CMakeLists.txt", CMAKE)
        self.write(".gitignore", "/build/\n*.duckdb\n")
        for header in HEADERS:
            self.write(f"src/{header}", "#pragma once\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def breaches(self):
        tree = check_tree.Tree(self.root)
        return [breach for rule in check_tree.RULES for breach in rule(tree)]

    def assert_clean(self):
        self.assertEqual(self.breaches(), [])

    def assert_one_breach(self, start):
        breaches = self.breaches()
        self.assertEqual(len(breaches), 1, breaches)
        self.assertTrue(breaches[0].startswith(start), breaches[0])

    def assert_include(self, source, header, is_allowed):
        self.write(f"src/{source}", f'#include "{header}"\n')
        if is_allowed:
            self.assert_clean()
        else:
            self.assert_one_breach(f"src/{source}:1: ")

    def test_a_clean_tree_has_no_breach(self):
        self.assert_clean()

    def test_ignored_files_are_not_looked_at(self):
        self.write("build/src/old.h", "// TODO\n")
        self.write("demo.duckdb", "x" * 600_000)
        self.assert_clean()

    def test_what_git_keeps_is_not_looked_at(self):
        self.write(".git", "gitdir: /home/somebody/clone/.git/worktrees/here\n")
        self.assert_clean()

    def test_a_module_includes_itself(self):
        self.assert_include("sql/tokens.cpp", "sql/tokens.h", True)

    def test_a_module_includes_what_is_below_it_at_any_depth(self):
        self.assert_include("warehouse/load.cpp", "base/text.h", True)

    def test_the_command_line_reaches_everything_through_core(self):
        self.assert_include("cli/main.cpp", "synth/generate.h", True)

    def test_a_module_may_not_include_upwards(self):
        self.assert_include("base/text.cpp", "columns/column.h", False)

    def test_a_module_may_not_include_a_sibling(self):
        self.assert_include("synth/generate.cpp", "columns/column.h", False)

    def test_report_includes_what_the_pipeline_publishes(self):
        self.assert_include("report/console.cpp", "pipeline/events.h", True)

    def test_report_may_not_look_inside_the_pipeline(self):
        self.assert_include("report/console.cpp", "pipeline/ledger.h", False)

    def test_report_may_not_reach_a_database_through_the_pipeline(self):
        self.assert_include("report/console.cpp", "warehouse/warehouse.h", False)

    def test_an_include_of_ours_is_written_from_src(self):
        self.assert_include("base/text.cpp", "text.h", False)

    def test_a_cycle_of_modules_is_a_breach(self):
        self.write("CMakeLists.txt", CMAKE.replace("fmt::fmt", "starlift_cli"))
        self.assertIn("CMakeLists.txt: module base is linked with itself through others", self.breaches())

    def test_a_folder_that_is_no_module_is_a_breach(self):
        self.write("src/common/strings.cpp", "")
        self.assert_one_breach("src/common/strings.cpp: ")

    def test_words_of_the_domain_are_found_inside_names(self):
        for text in ["songplay_id", "kSongData", "nextArtist", "play_count", "lastPlay", "PLAYS", "Sparkify"]:
            with self.subTest(text):
                self.write("src/base/text.cpp", f"int {text};\n")
                self.assert_one_breach("src/base/text.cpp:1: ")

    def test_words_that_only_look_like_the_domain_are_fine(self):
        self.write("src/base/text.cpp", "int display, replay_rejects, kDisplayName, listener, playback, user_level;\n")
        self.assert_clean()

    def test_a_file_name_counts_as_text(self):
        self.write("src/sql/songs.cpp", "")
        self.assert_one_breach("src/sql/songs.cpp:0: ")

    def test_the_generator_and_the_definition_know_the_domain(self):
        self.write("src/synth/generate.cpp", "int song;\n")
        self.write("warehouses/sparkify/star/songs.sql", "select title from staging.songs\n")
        self.assert_clean()

    def test_unfinished_work_is_a_breach(self):
        self.write("docs/guide.md", "fine\nFIXME later\n")
        self.assert_one_breach("docs/guide.md:2: 'FIXME'")

    def test_a_temporary_file_pattern_is_not_unfinished_work(self):
        self.write("dev", "mktemp -d run.XXXXXX\n")
        self.assert_clean()

    def test_a_path_of_a_machine_is_a_breach(self):
        self.write("docs/guide.md", "see /home/ana/logs\n")
        self.assert_one_breach("docs/guide.md:1: ")

    def test_a_path_inside_the_tree_is_fine(self):
        self.write("docs/guide.md", "see docs/home/page and bucket/root/key\n")
        self.assert_clean()

    def test_the_address_of_a_registry_is_a_breach(self):
        self.write("dev", "registry.npmjs.org\n")
        self.assert_one_breach("dev:1: ")

    def test_a_lock_file_holds_no_address(self):
        self.write("third_party/x.lock", "x 1.0 sha512-AA== https://example.com/x.tgz\n")
        self.assert_one_breach("third_party/x.lock:1: ")

    def test_a_large_file_is_a_breach(self):
        self.write("tests/data/big.json", "x" * 600_000)
        self.assert_one_breach("tests/data/big.json: ")

    def test_a_long_source_is_a_breach(self):
        self.write("src/base/text.cpp", "int x;\n" * 501)
        self.assert_one_breach("src/base/text.cpp: 501 lines")

    def test_a_long_script_is_a_breach(self):
        self.write("dev", "#!/bin/sh\n" * 501)
        self.assert_one_breach("dev: 501 lines")

    def test_a_header_without_pragma_once_is_a_breach(self):
        self.write("src/base/text.h", "int x;\n")
        self.assert_one_breach("src/base/text.h: ")

    def test_links_are_followed_from_the_file_that_holds_them(self):
        self.write("README.md", "[a](docs/a.md#top) [b](https://example.com) [c](#here) `[d](gone.md)`\n")
        self.write("docs/a.md", "[back](../README.md)\n\n```\n[e](gone.md)\n```\n")
        self.assert_clean()

    def test_a_link_that_leads_nowhere_is_a_breach(self):
        self.write("docs/a.md", "```\ncode\n```\n[back](README.md)\n")
        self.assert_one_breach("docs/a.md:4: ")


if __name__ == "__main__":
    unittest.main()
