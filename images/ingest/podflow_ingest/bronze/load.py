"""Loading one chunk: table, quarantine and ledger in one transaction."""

import random
import time

import psycopg

from podflow_ingest import deliveries, landing
from podflow_ingest.bronze import holders, vanished
from podflow_ingest.bronze.attempt import Attempt
from podflow_ingest.bronze.connection import describe
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.deliveries import Delivery
from podflow_ingest.errors import DeclarationError, WarehouseError
from podflow_ingest.flaws import examined
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings
from podflow_ingest.stage.naming import loadable
from podflow_task.log import event

TRIES = 4
PAUSE = 0.5
"""Seconds before the second try, on average; twice as many before each further one."""
TRANSIENT = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.UniqueViolation,
)
"""What another transaction can do to ours; UniqueViolation where both insert the same key."""


def load(
    connection: psycopg.Connection,
    dataset: Dataset,
    chunk: LandedChunk,
    run: Settings,
    delivery: Delivery | None = None,
) -> Counts:
    """Bring a chunk into bronze: all of it is accounted for and committed, or nothing is changed.

    `connection` is in autocommit mode. Loading the same chunk again changes no row. In mode full, the last chunk of a
    delivery also marks the rows that the delivery has no more; `delivery` is by default the last one with the chunk.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
        WarehouseError: the table does not fit the declaration, or rows are unaccounted for.
        psycopg.Error: the server failed, or the ledger's constraint found counts that do not add up.
    """
    try:
        return _load(connection, dataset, chunk, run, delivery)
    except psycopg.errors.LockNotAvailable as error:
        raise WarehouseError(
            f"{dataset.full_name}: {chunk.name}: {describe(error)}; the lock {holders.describe(connection, dataset)}; "
            "running again is safe"
        ) from error


def _load(
    connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk, run: Settings, delivery: Delivery | None
) -> Counts:
    if isinstance(dataset.origin, KafkaOrigin):
        raise DeclarationError(f"{dataset.full_name} comes from a topic, which has no chunks: use `ingest drain`")
    examined.check(dataset, chunk)
    ensure_tables(connection, dataset)
    if dataset.mode == "full" and delivery is None:
        delivery = deliveries.latest(chunk.root, dataset, deliveries.name_of(dataset, chunk.path))
    if dataset.mode != "full" or delivery is None or not delivery.whole:
        return _persist(connection, Attempt(dataset, chunk, None, run))
    vanished.begin(connection, dataset, delivery)
    counts = _persist(connection, Attempt(dataset, chunk, delivery, run))

    def load_again(name: str) -> None:
        again = landing.find_chunk(chunk.root, landing.chunk_path(dataset, loadable(dataset, name)))
        examined.check(dataset, again)
        _persist(connection, Attempt(dataset, again, delivery, run))

    vanished.close(connection, dataset, delivery, load_again)
    return counts


def _persist(connection: psycopg.Connection, attempt: Attempt) -> Counts:
    """Load in one transaction; again, and alone in the table, if another transaction came into its way."""
    for tried in range(1, TRIES):
        try:
            with connection.transaction():
                return attempt.load(connection, alone=tried > 1)
        except TRANSIENT as error:
            event("again", level="warning", chunk=attempt.chunk.path, reason=describe(error))
            time.sleep(PAUSE * 2 ** (tried - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    with connection.transaction():
        return attempt.load(connection, alone=True)
