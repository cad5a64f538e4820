"""What a chunk has that an earlier one had not, and the other way round: record by record, as bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress, zip_longest
from operator import ne

from podflow_ingest.records import UnclosedRecordError, blocks_of_records

MOST = 0.3
"""Share of records that may differ: with more, comparing has no advantage over loading."""
AT_FIRST = 20_000
"""Records that may differ before the share counts: some that moved meet their likes later."""
IN_STEP = 0.25
"""Share of records that may differ from those in their place before the chunks count as out of step."""


@dataclass
class Difference:
    """Records without their line ends. Those in both are only counted."""

    same: int = 0
    gone: set[bytes] = field(default_factory=set)
    added: dict[bytes, None] = field(default_factory=dict)
    """In the order of the new chunk; no list, in which each block would look for all that were added before."""


def difference(old: Iterable[bytes], new: Iterable[bytes], quote: str) -> Difference | None:
    """Compare two chunks of delimited text with headers, in memory for what differs only.

    No record may stand in the old chunk twice. Returns None if the two differ too much to be worth it, or if a record
    is seen to stand in the new one twice: then it takes a key to tell what is what.
    """
    found = Difference()
    records = 0
    nothing: list[bytes] = []
    # Records that have no counterpart yet, because the other chunk's blocks hold fewer.
    before: list[bytes] = []
    after: list[bytes] = []
    try:
        for old_block, new_block in zip_longest(_records(old, quote), _records(new, quote), fillvalue=nothing):
            before += old_block
            after += new_block
            if not records and (not before or not after or before.pop(0) != after.pop(0)):
                return None
            records += len(new_block)
            if not _match_in_step(found, before, after):
                return None
            if max(len(found.gone) + len(before), len(found.added) + len(after)) > max(AT_FIRST, MOST * records):
                return None
    except UnclosedRecordError:
        return None
    return found if _match(found, before, after) else None


def _match_in_step(found: Difference, before: list[bytes], after: list[bytes]) -> bool:
    """Match and remove the records up to the end of the shorter list; return as `_match`.

    A redelivery has most records where they were, and comparing them in place costs half of looking each one up.
    Where records came or went, the last new one tells from where on the chunks are in step again.
    """
    end = ends_before = min(len(before), len(after))
    differs = list(map(ne, before, after))
    changed = sum(differs)
    if changed > IN_STEP * end:
        last = after[end - 1]
        ends_before = before.index(last) + 1 if last in before else len(before)
        matched = _match(found, before[:ends_before], after[:end])
    else:
        found.same += end - changed
        matched = _match(found, list(compress(before, differs)), list(compress(after, differs)))
    del before[:ends_before], after[:end]
    return matched


def _match(found: Difference, before: list[bytes], after: list[bytes]) -> bool:
    """Match the next records of both; return False if one of the new chunk's stands there twice."""
    arrived = set(before)
    # What was added so far may be an old record that comes later there than here.
    late = [record for record in arrived if record in found.added]
    for record in late:
        del found.added[record]
    found.gone |= arrived.difference(late)
    both = [record for record in after if record in found.gone]
    matched = set(both)
    new = [record for record in after if record not in matched]
    known = len(found.added)
    found.added.update(dict.fromkeys(new))
    found.gone -= matched
    found.same += len(late) + len(both)
    return len(matched) == len(both) and len(found.added) == known + len(new)


def _records(stream: Iterable[bytes], quote: str) -> Iterator[list[bytes]]:
    return (block.records() for block in blocks_of_records(stream, quote))
