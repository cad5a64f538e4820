"""Rows that bronze could not take: kept as they came, with their line and the reason."""

from collections.abc import Iterable

import psycopg

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.record import Rejected

_CREATE = "CREATE TEMPORARY TABLE rejected (line bigint, raw text, reason text) ON COMMIT DROP"
_ADD = "COPY pg_temp.rejected (line, raw, reason) FROM STDIN"
_LEAVE = """
DELETE FROM ops.quarantine
WHERE dataset = %(dataset)s AND chunk = %(chunk)s AND resubmitted_by IS NULL
    AND line NOT IN (SELECT line FROM pg_temp.rejected)
"""
_ENTER = """
INSERT INTO ops.quarantine (load_id, dataset, chunk, line, raw, reason)
SELECT %(load_id)s, %(dataset)s, %(chunk)s, line, raw, reason FROM pg_temp.rejected
ON CONFLICT (dataset, chunk, line) DO NOTHING
"""
_CLEAR = "DELETE FROM ops.quarantine WHERE dataset = %s AND chunk = %s AND resubmitted_by IS NULL"
_OPEN = "SELECT line FROM ops.quarantine WHERE dataset = %s AND chunk = %s AND resubmitted_by IS NULL"


def create(connection: psycopg.Connection) -> None:
    """Make the temporary table that collects a chunk's bad rows."""
    connection.execute(_CREATE)


def add(connection: psycopg.Connection, rows: Iterable[Rejected]) -> int:
    """Collect bad rows; return how many they were."""
    count = 0
    with connection.cursor().copy(_ADD) as copy:
        for row in rows:
            copy.write_row((row.line, row.raw, row.reason))
            count += 1
    return count


def replace(connection: psycopg.Connection, load_id: int, dataset: Dataset, chunk: str) -> None:
    """Make quarantine hold the collected rows of the chunk. Those it held before keep their time and load.

    Rows that were repaired and resubmitted stay, whatever became of the chunk.
    """
    parameters = {"load_id": load_id, "dataset": dataset.full_name, "chunk": chunk}
    connection.execute(_LEAVE, parameters)
    connection.execute(_ENTER, parameters)


def clear(connection: psycopg.Connection, dataset: Dataset, chunk: str) -> None:
    """Let all rows of a chunk go: it was loaded without a flaw."""
    connection.execute(_CLEAR, (dataset.full_name, chunk))


def open_lines(connection: psycopg.Connection, dataset: Dataset, chunk: str) -> set[int]:
    """Return the lines of the chunk that wait in quarantine."""
    return {line for (line,) in connection.execute(_OPEN, (dataset.full_name, chunk))}
