"""What becomes of the content of an object that is replaced."""

import gzip

BLOCK_BYTES = 128 << 10


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


def characters_changed(content, rng):
    """Keeps the size: digits or letters, one of them or one in fifty."""
    kind = rng.choice((b"123456789", b"abcdefghijklmnopqrstuvwxyz"))
    changed = bytearray(content)
    places = [place for place, byte in enumerate(content) if byte in kind]
    for place in rng.sample(places, min(len(places), rng.choice((1, len(places) // 50 + 1)))):
        changed[place] = rng.choice(kind.replace(content[place:place + 1], b""))
    return bytes(changed)


def compressed(content, rng):
    return rng.choice((gzipped, zstd))(content)


def compressed_and_damaged(content, rng):
    return truncated(compressed(content, rng), rng)


def gzipped(content):
    return gzip.compress(content, mtime=0)


def zstd(content):
    """Frames that store the content as it is (RFC 8878: single segment, one raw block)."""
    blocks = [content[begin:begin + BLOCK_BYTES] for begin in range(0, len(content), BLOCK_BYTES)]
    return b"".join(b"\x28\xb5\x2f\xfd\xa0" + len(block).to_bytes(4, "little")
                    + (len(block) << 3 | 1).to_bytes(3, "little") + block for block in blocks)


CHANGES = [as_it_is, emptied, truncated, lines_removed, lines_repeated, lines_shuffled, *[characters_changed] * 4,
           compressed, compressed_and_damaged]
