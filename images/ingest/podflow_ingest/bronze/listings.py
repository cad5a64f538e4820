"""What the ledger and quarantine hold, for people to read."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from podflow_ingest.bronze import ops

_LOADS = """
SELECT load_id, dataset, chunk, finished_at,
    round(extract(epoch FROM finished_at - started_at), 1)::float AS seconds,
    read, inserted, updated, unchanged, duplicate, rejected, dag_id, run_id
FROM ops.load
WHERE finished_at IS NOT NULL AND (%(dataset)s = '' OR dataset = %(dataset)s)
ORDER BY load_id DESC LIMIT %(limit)s
"""
_QUARANTINED = """
SELECT dataset, chunk, line, reason, raw, quarantined_at
FROM ops.quarantine
WHERE resubmitted_by IS NULL AND (%(dataset)s = '' OR dataset = %(dataset)s)
ORDER BY quarantined_at DESC, dataset, chunk, line LIMIT %(limit)s
"""


def loads(connection: psycopg.Connection, limit: int, dataset: str = "") -> list[dict[str, Any]]:
    """Return the last loads, the newest first; of one dataset (`<source>.<name>`), or of all."""
    return _rows(connection, sql.SQL(_LOADS), limit, dataset)


def quarantined(connection: psycopg.Connection, limit: int, dataset: str = "") -> list[dict[str, Any]]:
    """Return rows that wait in quarantine, the newest first; of one dataset, or of all."""
    return _rows(connection, sql.SQL(_QUARANTINED), limit, dataset)


def _rows(connection: psycopg.Connection, query: sql.SQL, limit: int, dataset: str) -> list[dict[str, Any]]:
    # Before the first load there are no tables, and nothing to list.
    if not ops.complete(connection):
        return []
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, {"limit": limit, "dataset": dataset}).fetchall()
