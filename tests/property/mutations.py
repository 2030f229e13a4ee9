"""What becomes of the content of an object that is replaced."""

import gzip
import re


def mutate(content, rng):
    """Returns the name of a random change and the changed content."""
    change = rng.choice(CHANGES)
    return change.__name__.replace("_", " "), change(content, rng)


def some_lines(content, rng):
    """At least one line of it, each with its newline."""
    lines = [line.rstrip(b"\n") + b"\n" for line in content.splitlines(keepends=True)] or [b"\n"]
    return rng.sample(lines, rng.randint(1, len(lines)))


def as_it_is(content, rng):
    return content


def emptied(content, rng):
    return b""


def truncated(content, rng):
    return content[: rng.randint(0, len(content))]


def lines_removed(content, rng):
    return b"".join(some_lines(content, rng))


def lines_repeated(content, rng):
    return content.rstrip(b"\n") + b"\n" + b"".join(some_lines(content, rng))


def lines_shuffled(content, rng):
    lines = content.splitlines(keepends=True)
    return b"".join(rng.sample(lines, len(lines)))


def digits_changed(content, rng):
    """Keeps the size."""
    share = rng.choice((0.002, 0.02))
    return re.sub(rb"[1-9]", lambda digit: b"%d" % rng.randint(1, 9) if rng.random() < share else digit[0], content)


def compressed(content, rng):
    return gzip.compress(content, mtime=0)


def compressed_and_damaged(content, rng):
    return truncated(gzip.compress(content, mtime=0), rng)


CHANGES = [as_it_is, emptied, truncated, lines_removed, lines_repeated, lines_shuffled, digits_changed, digits_changed,
           compressed, compressed_and_damaged]
