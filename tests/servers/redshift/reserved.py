"""Words that Redshift keeps to itself (DG r_pg_keywords) and PostgreSQL does not."""

from refusal import Refusal
from tokens import without_space

RESERVED = set("""
aes128 aes256 allowoverwrite az64 backup blanksasnull bytedict bzip2 credentials current_user_id deflate defrag delta
delta32k disable emptyasnull enable encode encrypt encryption explicit globaldict256 globaldict64k gzip identity ignore
lun luns lzo lzop minus mostly16 mostly32 mostly8 new off offline oid old open parallel percent permissions pivot raw
readratio recover rejectlog resort respect restore snapshot system tag tdes text255 text32k top truncatecolumns unnest
unpivot wallet
""".split())


def check_reserved_words(tokens):
    """Refuses one that stands in a query without quotes. TIMESTAMP may name a type."""
    words = without_space(tokens)
    for at, token in enumerate(words):
        if token.is_word(*RESERVED):
            raise Refusal(f'syntax error at or near "{token.text}"')
        if token.is_word("timestamp") and not names_a_type(words, at):
            raise Refusal(f'syntax error at or near "{token.text}"')


def names_a_type(words, at):
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    if after and (after.kind == "text" or after.is_word("without", "with")):
        return True
    if before and before.is_symbol("::"):
        return True
    return bool(before and before.is_word("as") and after and after.is_symbol(")"))
