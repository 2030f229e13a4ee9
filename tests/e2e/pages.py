"""Reads HTML pages as the tests need them, without a browser."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """A page's texts, links and anchors. Refuses tags that are not closed in order."""

    def __init__(self, markup):
        super().__init__()
        self.markup = markup
        self.ids, self.links, self.texts, self.tags = set(), [], [], []
        self._open = []
        self.feed(markup)
        assert not self._open, f"not closed: {self._open}"

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):  # as SVG has them
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self._open and self._open[-1] == tag, f"</{tag}> inside of {self._open}"
        self._open.pop()

    def handle_data(self, data):
        if "style" not in self._open and "script" not in self._open:
            self.texts.append(data)


def assert_stands_alone(page):
    """Nothing in the page makes a browser ask for anything."""
    markup = re.sub(r"<script\b.*?</script>", "", page.markup, flags=re.DOTALL)
    assert "default-src 'none'" in markup
    for outside in (r"\bsrc=", r"url\(", r"@import", r"<iframe", r"<object", r"<img"):
        assert not re.search(outside, markup), outside
    assert set(re.findall(r'="(\w+://[^"]*)"', markup)) <= {"http://www.w3.org/2000/svg"}
