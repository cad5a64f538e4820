"""Records of a delimited stream: a newline inside quotes does not end one.

The rule is the one of Postgres' COPY (FORMAT csv): every quote character switches between inside and outside,
wherever in a field it stands. What this module calls a record is therefore what COPY calls a line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

RECORD_LIMIT = 16 * 1024 * 1024
"""Bytes of the longest record; a longer one is taken for a quote that was never closed."""


class UnclosedQuoteError(ValueError):
    """The stream ended, or RECORD_LIMIT was reached, inside quotes."""


@dataclass(frozen=True)
class Block:
    """Whole records: `data`, and the offset in it after each record's newline."""

    data: bytes
    ends: list[int]


@cache
def _record_pattern(quote: bytes) -> re.Pattern[bytes]:
    # Possessive quantifiers: an incomplete record fails at once instead of backtracking through its fields.
    mark = re.escape(quote)
    return re.compile(b'[^"\n]*+(?:"[^"]*+"[^"\n]*+)*+\n'.replace(b'"', mark))


def blocks_of_records(stream: Iterable[bytes], quote: str) -> Iterator[Block]:
    """Cut a stream of arbitrary pieces into blocks of whole records; the last record may lack its newline.

    Raises:
        UnclosedQuoteError: a quote opens in the record after the last block and is not closed.
    """
    match = _record_pattern(quote.encode()).match
    rest = b""
    for piece in stream:
        data = rest + piece
        ends = []
        end = 0
        while found := match(data, end):
            end = found.end()
            ends.append(end)
        rest = data[end:]
        if len(rest) > RECORD_LIMIT:
            raise UnclosedQuoteError
        if ends:
            yield Block(data[:end], ends)
    if rest.count(quote.encode()) % 2:
        raise UnclosedQuoteError
    if rest:
        yield Block(rest, [len(rest)])


def records(stream: Iterable[bytes], quote: str) -> Iterator[bytes]:
    """Yield the records of a stream one by one, each with its newline. Raises as blocks_of_records."""
    for block in blocks_of_records(stream, quote):
        start = 0
        for end in block.ends:
            yield block.data[start:end]
            start = end
