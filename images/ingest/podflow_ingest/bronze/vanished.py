"""Mode full: a delivery is all that the source has, so rows that it has no more are marked `_deleted_at`.

Which keys a delivery has is collected chunk by chunk, and compared with the table once all of its chunks are loaded.
A delivery that a later one overtook changes nothing any more.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest import deliveries
from podflow_ingest.bronze import merge, names
from podflow_ingest.bronze.flawed import FLAWED
from podflow_ingest.bronze.incoming import Received
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.deliveries import Delivery
from podflow_ingest.landing import LandedChunk
from podflow_task.log import event

# Unlogged: the keys cost no WAL. A crash of the server empties the table, marks and all; see close.
_CREATE_SEEN = """
CREATE UNLOGGED TABLE IF NOT EXISTS {seen} (chunk text, load_id bigint, keyless bigint, {keys});
CREATE INDEX IF NOT EXISTS {index} ON {seen} (chunk) WHERE keyless IS NOT NULL
"""
_REGISTER = "INSERT INTO ops.delivery (dataset, delivered_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_STATE = """
SELECT
    EXISTS (SELECT FROM ops.delivery WHERE dataset = %(dataset)s AND delivered_at = %(at)s),
    EXISTS (SELECT FROM ops.delivery WHERE dataset = %(dataset)s AND delivered_at = %(at)s AND closed_at IS NOT NULL),
    EXISTS (SELECT FROM ops.delivery WHERE dataset = %(dataset)s AND delivered_at > %(at)s)
"""
_SEE_RECEIVED = "INSERT INTO {seen} ({keys}) SELECT {key} FROM {incoming}"
_SEE_FLAWED = "INSERT INTO {seen} ({keys}) SELECT {casts} FROM {flawed} WHERE readable"
_MARK_CHUNK = "INSERT INTO {seen} (chunk, load_id, keyless) VALUES (%s, %s, %s)"
_MARKED = """
SELECT DISTINCT ON (chunk) chunk, keyless FROM {seen} WHERE keyless IS NOT NULL ORDER BY chunk, load_id DESC
"""
_LOADS = "SELECT load_id, chunk FROM ops.load WHERE dataset = %s AND delivered_at = %s AND table_gone_at IS NULL"
_MARK_VANISHED = """
UPDATE {table} AS target
SET _deleted_at = clock_timestamp(), load_timestamp = clock_timestamp(), _load_id = %(load_id)s
WHERE _deleted_at IS NULL AND _load_id <> ALL (%(loads)s)
    AND NOT EXISTS (SELECT FROM {seen} AS seen WHERE {same_key})
"""
_CLOSE = "UPDATE ops.delivery SET closed_at = now(), vanished = %s WHERE dataset = %s AND delivered_at = %s"
_UP_TO = "SELECT delivered_at FROM ops.delivery WHERE dataset = %s AND delivered_at <= %s"


@dataclass(frozen=True)
class State:
    """What the warehouse knows of a delivery."""

    begun: bool
    closed: bool
    overtaken: bool
    """A later delivery has begun."""


def begin(connection: psycopg.Connection, dataset: Dataset, delivery: Delivery) -> None:
    """Register a delivery before its first chunk is loaded; from then on earlier ones are overtaken."""
    if state(connection, dataset, delivery).begun:
        return
    with connection.transaction():
        # No chunk of an earlier delivery is being loaded while we are alone, and none will be afterwards.
        merge.lock(connection, dataset, alone=True)
        connection.execute(_REGISTER, (dataset.full_name, delivery.at))
        definitions = [
            sql.SQL("{} " + column.type).format(number)
            for number, column in zip(names.key_numbers(dataset), names.key_columns(dataset), strict=True)
        ]
        seen = _seen(dataset, delivery)
        index = sql.Identifier(f"{_seen_name(dataset, delivery)}_chunk")
        connection.execute(sql.SQL(_CREATE_SEEN).format(seen=seen, index=index, keys=names.comma(definitions)))


def state(connection: psycopg.Connection, dataset: Dataset, delivery: Delivery) -> State:
    """Return what the warehouse knows of a delivery."""
    row = connection.execute(_STATE, {"dataset": dataset.full_name, "at": delivery.at}).fetchone()
    return State(*(row or (False, False, False)))


def see(
    connection: psycopg.Connection,
    dataset: Dataset,
    delivery: Delivery,
    chunk: LandedChunk,
    load_id: int,
    received: Received | None,
) -> None:
    """Collect which keys a chunk has. Without `received`, all of its rows carry the load's number in the table."""
    parts = {"seen": _seen(dataset, delivery), "keys": names.comma(names.key_numbers(dataset))}
    if received is not None:
        statement = sql.SQL(_SEE_RECEIVED).format(**parts, key=names.key(dataset), incoming=names.INCOMING)
        connection.execute(statement)
    if received is not None and received.rejected > received.keyless:
        casts = [
            sql.SQL("{}::" + column.type).format(number)
            for number, column in zip(names.key_numbers(dataset), names.key_columns(dataset), strict=True)
        ]
        connection.execute(sql.SQL(_SEE_FLAWED).format(**parts, casts=names.comma(casts), flawed=FLAWED))
    stem = deliveries.stem(deliveries.name_of(dataset, chunk.path))
    keyless = received.keyless if received else 0
    connection.execute(sql.SQL(_MARK_CHUNK).format(seen=parts["seen"]), (stem, load_id, keyless))


def close(
    connection: psycopg.Connection, dataset: Dataset, delivery: Delivery, load_again: Callable[[str], object]
) -> None:
    """Mark what vanished, if all chunks of the delivery are loaded; else leave that to whoever loads the last one.

    Called after a chunk was committed: of two chunks that end at the same time, the later one to be alone sees both.
    `load_again` loads a chunk, by its name: for those of which a crash of the server lost the collected keys.
    """
    while True:
        with connection.transaction():
            merge.lock(connection, dataset, alone=True)
            known = state(connection, dataset, delivery)
            if known.closed or known.overtaken:
                return
            marked: dict[str, int] = dict(
                connection.execute(sql.SQL(_MARKED).format(seen=_seen(dataset, delivery))).fetchall()
            )
            loads: dict[int, str] = dict(connection.execute(_LOADS, (dataset.full_name, delivery.at)).fetchall())
            loaded = {deliveries.stem(deliveries.name_of(dataset, path)) for path in loads.values()}
            missing = [chunk for chunk in delivery.chunks if deliveries.stem(chunk) not in marked]
            if not missing:
                _close(connection, dataset, delivery, list(loads), sum(marked.values()))
                return
        if not loaded.issuperset(map(deliveries.stem, missing)):
            return
        for chunk in missing:
            load_again(chunk)


def _close(
    connection: psycopg.Connection, dataset: Dataset, delivery: Delivery, loads: list[int], keyless: int
) -> None:
    vanished = None
    if keyless:
        event("held", level="warning", dataset=dataset.full_name, rejected=keyless, reason=(
            "which rows vanished cannot be told while the delivery has rejected rows whose key cannot be read"
        ))  # fmt: skip
    else:
        statement = sql.SQL(_MARK_VANISHED).format(
            table=names.table(dataset), seen=_seen(dataset, delivery), same_key=_same_key(dataset)
        )
        vanished = connection.execute(statement, {"load_id": max(loads), "loads": loads}).rowcount
        event("closed", dataset=dataset.full_name, vanished=vanished)
    connection.execute(_CLOSE, (vanished, dataset.full_name, delivery.at))
    for (at,) in connection.execute(_UP_TO, (dataset.full_name, delivery.at)).fetchall():
        seen = _seen(dataset, Delivery(at=at, chunks=()))
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(seen))


def _same_key(dataset: Dataset) -> sql.Composed:
    pairs = [
        sql.SQL("seen.{} = target.{}").format(number, sql.Identifier(name))
        for number, name in zip(names.key_numbers(dataset), dataset.key, strict=True)
    ]
    return sql.SQL(" AND ").join(pairs)


def _seen(dataset: Dataset, delivery: Delivery) -> sql.Identifier:
    return sql.Identifier("ops", _seen_name(dataset, delivery))


def _seen_name(dataset: Dataset, delivery: Delivery) -> str:
    called = f"{dataset.full_name} {delivery.at.timestamp():.6f}"
    return f"seen_{hashlib.sha256(called.encode()).hexdigest()[:16]}"
