"""Rows that come back from quarantine, repaired: a chunk of landing like any other, so that a replay has them too."""

from collections.abc import Sequence
from typing import Any

import psycopg

from podflow_ingest import deliveries, landing
from podflow_ingest.bronze import ops
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.load import load
from podflow_ingest.bronze.repaired import RepairedRow, write
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import DeclarationError
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings

_UNKNOWN = """
SELECT chunk, line FROM unnest(%(chunks)s::text[], %(lines)s::bigint[]) AS given (chunk, line)
WHERE NOT EXISTS (
    SELECT FROM ops.quarantine AS kept
    WHERE kept.dataset = %(dataset)s AND kept.chunk = given.chunk AND kept.line = given.line
        AND kept.resubmitted_by IS NULL
)
LIMIT 1
"""
_RESUBMITTED = """
UPDATE ops.quarantine AS kept
SET resubmitted_by = (SELECT max(load_id) FROM ops.load WHERE dataset = %(dataset)s AND chunk = %(path)s)
FROM unnest(%(chunks)s::text[], %(lines)s::bigint[]) AS given (chunk, line)
WHERE kept.dataset = %(dataset)s AND kept.chunk = given.chunk AND kept.line = given.line
"""


def resubmit(
    connection: psycopg.Connection,
    dataset: Dataset,
    rows: Sequence[RepairedRow],
    root: Root,
    run: Settings,
) -> Counts:
    """Write the rows as a chunk to landing, load it, and let them leave quarantine, all or nothing in the warehouse.

    A row that does not fit even now waits in quarantine as a line of the new chunk.

    Raises:
        DeclarationError: a row is not in quarantine, or not one record of the dataset's format.
        LandingError, WarehouseError: as for load.
    """
    expect_waiting(connection, dataset, rows)
    chunk = write(root, dataset, rows)
    path = landing.chunk_path(dataset, chunk)
    deliveries.write(root, dataset, [chunk], whole=False)
    # Outside: its timeout for locks would else hold for the load.
    ensure_tables(connection, dataset)
    with connection.transaction():
        counts = load(connection, dataset, landing.find_chunk(root, path), run)
        connection.execute(_RESUBMITTED, {**_given(dataset, rows), "path": path})
    return counts


def expect_waiting(connection: psycopg.Connection, dataset: Dataset, rows: Sequence[RepairedRow]) -> None:
    """Raise DeclarationError unless all these rows are in quarantine, not resubmitted so far."""
    unknown = (
        connection.execute(_UNKNOWN, _given(dataset, rows)).fetchone()
        if ops.complete(connection)
        else (rows[0].chunk, rows[0].line)
    )
    if unknown:
        raise DeclarationError(f"{dataset.full_name}: line {unknown[1]} of {unknown[0]} does not wait in quarantine")


def _given(dataset: Dataset, rows: Sequence[RepairedRow]) -> dict[str, Any]:
    chunks, lines = [row.chunk for row in rows], [row.line for row in rows]
    return {"dataset": dataset.full_name, "chunks": chunks, "lines": lines}
