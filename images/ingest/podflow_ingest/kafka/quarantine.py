"""Messages that bronze could not take, in ops.quarantine: a partition is the chunk, an offset the line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg

from podflow_ingest.kafka.rows import Refused

_AT_ONCE = 1000
_BYTES_AT_ONCE = 1024 * 1024
# Of a topic that is read again, because its table was made anew: repaired messages went with it, and wait again.
_CLEAR = "DELETE FROM ops.quarantine WHERE dataset = %s AND chunk = %s AND line BETWEEN %s AND %s"
_ENTER = """
INSERT INTO ops.quarantine (load_id, dataset, chunk, line, raw, reason)
SELECT %s, %s, %s, given.* FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given
ON CONFLICT (dataset, chunk, line) DO NOTHING
"""


@dataclass(frozen=True)
class Part:
    """A range of a partition's messages."""

    chunk: str
    first: int
    last: int


def chunk(topic: str, generation: int, partition: int) -> str:
    """Return what quarantine calls a partition."""
    return f"kafka/{topic}/{partition}" if generation == 1 else f"kafka/{topic}/{generation}/{partition}"


@dataclass(frozen=True)
class Place:
    """A partition of one generation of a topic."""

    topic: str
    generation: int
    partition: int


def place(name: str) -> Place:
    """Return the partition that `chunk` gave this name."""
    _, topic, *generation, partition = name.split("/")
    return Place(topic, int(generation[0]) if generation else 1, int(partition))


def replace(
    connection: psycopg.Connection, load_id: int, dataset: str, part: Part, rejected: Iterable[Refused]
) -> None:
    """Make quarantine hold these messages of the part, and no others."""
    connection.execute(_CLEAR, (dataset, part.chunk, part.first, part.last))
    for some in _portions(rejected):
        columns = ([row.line for row in some], [row.raw for row in some], [row.reason for row in some])
        connection.execute(_ENTER, (load_id, dataset, part.chunk, *columns))


def _portions(rejected: Iterable[Refused]) -> Iterator[list[Refused]]:
    """Yield them in lists of a bounded size: a topic of binary messages is refused as a whole."""
    some: list[Refused] = []
    size = 0
    for row in rejected:
        some.append(row)
        size += len(row.value)
        if len(some) == _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
