"""Messages that bronze could not take, in ops.quarantine: a partition is the chunk, an offset the line."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from podflow_ingest.flaws.record import Record

# Of a topic that is read again, because its table was made anew: repaired messages went with it, and wait again.
_CLEAR = "DELETE FROM ops.quarantine WHERE dataset = %s AND chunk = %s AND line BETWEEN %s AND %s"
_ENTER = "COPY ops.quarantine (load_id, dataset, chunk, line, raw, reason) FROM STDIN"


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


def replace(connection: psycopg.Connection, load_id: int, dataset: str, part: Part, rejected: Sequence[Record]) -> None:
    """Make quarantine hold these messages of the part, and no others."""
    connection.execute(_CLEAR, (dataset, part.chunk, part.first, part.last))
    if not rejected:
        return
    with connection.cursor().copy(_ENTER) as copy:
        for record in rejected:
            copy.write_row((load_id, dataset, part.chunk, record.line, record.text, record.flaw))
