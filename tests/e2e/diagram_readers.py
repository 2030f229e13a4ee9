"""Reads what `starlift erd` writes with the programs that it is for: Mermaid in a browser, DBML's parser in Node."""

import json

from node import CHECKERS, need_checkers, run_node

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
import { readFileSync } from 'fs';
import { createRequire } from 'module';
const [, path] = process.argv;
const {Compiler, DEFAULT_ENTRY, MemoryProjectLayout} = createRequire(path)(path);
const layout = new MemoryProjectLayout();
layout.setSource(DEFAULT_ENTRY, readFileSync(0, 'utf8'));
const report = new Compiler(layout).interpretFile(DEFAULT_ENTRY);
const errors = report.getErrors().map((error) => error.diagnostic);
const {tables, refs, tableGroups} = report.getValue() ?? {};
console.log(JSON.stringify({errors, tables, refs, tableGroups}, (key, value) => key == 'token' ? undefined : value));
"""


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


def parse_dbml(folder, text):
    """The tables, references and groups of tables of a DBML text; a folder is where Node runs."""
    parsed = json.loads(run_node(folder, PARSE, str(CHECKERS / "dbml-parse.js"), given=text))
    assert parsed["errors"] == []
    return parsed
