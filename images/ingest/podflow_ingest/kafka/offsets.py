"""How far each partition is in bronze (ops.kafka_offset), and which sink may write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from podflow_ingest.errors import OvertakenError

_STORED = """
SELECT partition, topic_id, generation, next_offset, epoch FROM ops.kafka_offset
WHERE dataset = %(dataset)s AND topic = %(topic)s ORDER BY partition
"""
_LOCK = """
SELECT partition, epoch, sink FROM ops.kafka_offset
WHERE dataset = %(dataset)s AND topic = %(topic)s AND partition = ANY (%(partitions)s) ORDER BY partition FOR UPDATE
"""
_TAKE = """
INSERT INTO ops.kafka_offset
    (partition, topic_id, generation, next_offset, dataset, topic, sink, session, session_began)
SELECT given.*, %(dataset)s, %(topic)s, %(sink)s, pid, backend_start
FROM unnest(%(partitions)s::int[], %(ids)s::text[], %(generations)s::smallint[], %(offsets)s::bigint[]) AS given,
    pg_stat_activity
WHERE pid = pg_backend_pid()
ON CONFLICT (dataset, topic, partition) DO UPDATE SET
    topic_id = excluded.topic_id, generation = excluded.generation, next_offset = excluded.next_offset,
    epoch = excluded.epoch, sink = excluded.sink, session = excluded.session, session_began = excluded.session_began,
    updated_at = now()
RETURNING partition, epoch
"""
_ADVANCE = """
UPDATE ops.kafka_offset AS stored SET next_offset = given.next_offset, load_id = %(load_id)s, updated_at = now()
FROM unnest(%(partitions)s::int[], %(offsets)s::bigint[]) AS given (partition, next_offset)
WHERE dataset = %(dataset)s AND topic = %(topic)s AND stored.partition = given.partition
"""
_END_SESSIONS = """
SELECT pg_terminate_backend(pid, %(milliseconds)s) FROM (
    SELECT DISTINCT pid FROM pg_stat_activity JOIN ops.kafka_offset ON pid = session AND backend_start = session_began
    WHERE dataset = %(dataset)s AND topic = %(topic)s AND partition = ANY (%(partitions)s) AND pid <> pg_backend_pid()
) AS earlier
"""
_MILLISECONDS_TO_END = 5000
_FORGET = """
DELETE FROM ops.kafka_offset WHERE dataset = %(dataset)s AND topic = %(topic)s AND partition <> ALL (%(partitions)s)
"""


@dataclass(frozen=True)
class Subject:
    """Whose offsets: a dataset (`<source>.<name>`), and the topic that it comes from."""

    dataset: str
    topic: str


@dataclass(frozen=True)
class Stored:
    """What the warehouse knows of a partition."""

    topic_id: str
    generation: int
    next_offset: int
    epoch: int = 0


def stored(connection: psycopg.Connection, subject: Subject) -> dict[int, Stored]:
    """Return what is known of the topic's partitions."""
    found = connection.execute(_STORED, vars(subject)).fetchall()
    return {partition: Stored(*rest) for partition, *rest in found}


def lock(connection: psycopg.Connection, subject: Subject, partitions: Collection[int]) -> dict[int, tuple[int, str]]:
    """Keep others from writing these partitions until the end of the transaction; return epoch and sink of each."""
    found = connection.execute(_LOCK, {**vars(subject), "partitions": sorted(partitions)}).fetchall()
    return {partition: (epoch, sink) for partition, epoch, sink in found}


def fence(connection: psycopg.Connection, subject: Subject, held: Mapping[int, Stored]) -> None:
    """Lock the partitions for a transaction that writes.

    Raises:
        OvertakenError: another sink has taken one of them over, since this one did.
    """
    known = lock(connection, subject, held)
    for partition, mine in held.items():
        epoch, sink = known.get(partition, (None, ""))
        if epoch != mine.epoch:
            raise OvertakenError(
                f"{subject.dataset}: partition {partition} of topic {subject.topic} was taken over by "
                f"{sink or 'another sink'}; nothing of this batch was written, the other sink writes it. "
                "One sink a partition is enough: stop either"
            )


def take(
    connection: psycopg.Connection, subject: Subject, positions: Mapping[int, Stored], sink: str
) -> dict[int, Stored]:
    """Make these positions those of this session's sink; return them with its epochs."""
    parameters: dict[str, Any] = {
        **vars(subject),
        "partitions": list(positions),
        "ids": [position.topic_id for position in positions.values()],
        "generations": [position.generation for position in positions.values()],
        "offsets": [position.next_offset for position in positions.values()],
        "sink": sink,
    }
    epochs: dict[int, int] = dict(connection.execute(_TAKE, parameters).fetchall())
    return {
        partition: Stored(position.topic_id, position.generation, position.next_offset, epochs[partition])
        for partition, position in positions.items()
    }


def advance(connection: psycopg.Connection, subject: Subject, load_id: int, positions: Mapping[int, int]) -> None:
    """Set the next offsets, in the transaction that writes what is before them."""
    given = {"partitions": list(positions), "offsets": list(positions.values()), "load_id": load_id}
    connection.execute(_ADVANCE, {**vars(subject), **given})


def end_sessions(connection: psycopg.Connection, subject: Subject, partitions: Collection[int]) -> int:
    """End the sessions of sinks that took these partitions before; return how many there were.

    A stopped process, or one on a lost node, would keep its locks until the server misses it.
    """
    parameters = {**vars(subject), "partitions": sorted(partitions), "milliseconds": _MILLISECONDS_TO_END}
    return len(connection.execute(_END_SESSIONS, parameters).fetchall())


def forget_others(connection: psycopg.Connection, subject: Subject, partitions: Collection[int]) -> None:
    """Forget all partitions but these: the topic has them no more."""
    connection.execute(_FORGET, {**vars(subject), "partitions": sorted(partitions)})


def topics(connection: psycopg.Connection, dataset: str) -> list[str]:
    """Return the topics that a dataset was read from."""
    found = connection.execute("SELECT DISTINCT topic FROM ops.kafka_offset WHERE dataset = %s ORDER BY 1", (dataset,))
    return [topic for (topic,) in found]
