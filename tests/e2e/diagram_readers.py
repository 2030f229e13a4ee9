"""Reads what `starlift erd` writes with the programs that it is for: Mermaid in a browser, DBML's parser in Node."""

import json
import subprocess

import pytest

from workspace import ROOT, TIMEOUT_S

CHECKERS = ROOT / "third_party/checkers"

DRAW = """
const [text, done] = arguments;
async function draw() {
  mermaid.initialize({startOnLoad: false});
  await mermaid.parse(text);
  const picture = document.createElement('div');
  picture.innerHTML = (await mermaid.render('picture', text)).svg;
  const words = (selector) => [...picture.querySelectorAll(selector)].map((label) => label.textContent.trim());
  return {tables: words('.label.name'), names: words('.attribute-name'), comments: words('.attribute-comment'),
          marks: words('.attribute-keys'), lines: words('span.edgeLabel')};
}
draw().then(done, (error) => done({error: String(error)}));
"""

PARSE = """
const {Compiler, DEFAULT_ENTRY, MemoryProjectLayout} = require(process.argv[1]);
const layout = new MemoryProjectLayout();
layout.setSource(DEFAULT_ENTRY, require('fs').readFileSync(0, 'utf8'));
const report = new Compiler(layout).interpretFile(DEFAULT_ENTRY);
const errors = report.getErrors().map((error) => error.diagnostic);
const {tables, refs, tableGroups} = report.getValue() ?? {};
console.log(JSON.stringify({errors, tables, refs, tableGroups}, (key, value) => key == 'token' ? undefined : value));
"""


def need_checkers():
    if not CHECKERS.exists():
        pytest.skip("third_party/fetch checkers was not called")


class Mermaid:
    """Mermaid in a page of its own."""

    def __init__(self, browser, folder):
        need_checkers()
        page = folder / "mermaid.html"
        page.write_text(f'<!doctype html><meta charset="utf-8"><script src="{(CHECKERS / "mermaid.min.js").as_uri()}"></script>')
        browser.open(page)
        self._browser = browser

    def draw(self, text):
        """Tables, columns, comments, marks and labels of lines, as they stand in the picture."""
        drawn = self._browser.ask_later(DRAW, text)
        assert "error" not in drawn, drawn["error"]
        return drawn


def parse_dbml(text):
    """The tables, references and groups of tables of a DBML text."""
    need_checkers()
    done = subprocess.run(["node", "-e", PARSE, str(CHECKERS / "dbml-parse.js")], input=text, capture_output=True,
                          text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    parsed = json.loads(done.stdout)
    assert parsed["errors"] == []
    return parsed
