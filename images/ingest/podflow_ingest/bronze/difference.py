"""What a chunk has that an earlier one had not, and the other way round: record by record, as bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from podflow_ingest.records import UnclosedRecordError, blocks_of_records

MOST = 0.3
"""Share of records that may differ: with more, comparing has no advantage over loading."""
AT_FIRST = 20_000
"""Records that may differ before the share counts: some that moved meet their likes later."""


@dataclass
class Difference:
    """Records without their line ends. Those in both are only counted."""

    same: int = 0
    gone: set[bytes] = field(default_factory=set)
    added: list[bytes] = field(default_factory=list)
    """In the order of the new chunk."""


def difference(old: Iterable[bytes], new: Iterable[bytes], quote: str) -> Difference | None:
    """Compare two chunks of delimited text with headers, in memory for what differs only.

    No record may stand in the old chunk twice. Returns None if the two differ too much to be worth it, or if a record
    that both have stands in the new one twice: then it takes a key to tell what is what.
    """
    found = Difference()
    records = 0
    nothing: list[bytes] = []
    try:
        for before, after in zip_longest(_records(old, quote), _records(new, quote), fillvalue=nothing):
            if not records and (not before or not after or before.pop(0) != after.pop(0)):
                return None
            records += len(after) + 1
            if not _match(found, before, after):
                return None
            if max(len(found.gone), len(found.added)) > max(AT_FIRST, MOST * records):
                return None
    except UnclosedRecordError:
        return None
    return found


def _match(found: Difference, before: list[bytes], after: list[bytes]) -> bool:
    """Take the next records of both; return False if one of them stands twice in the new chunk and not in the old."""
    found.gone.update(before)
    # What was added so far may be an old record that comes later there than here.
    candidates = found.added + after
    both = [record for record in candidates if record in found.gone]
    found.added = [record for record in candidates if record not in found.gone]
    found.same += len(both)
    matched = set(both)
    found.gone -= matched
    return len(matched) == len(both)


def _records(stream: Iterable[bytes], quote: str) -> Iterator[list[bytes]]:
    return (block.records() for block in blocks_of_records(stream, quote))
