"""What the ledger and quarantine hold, for people to read."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

_LOADS = """
SELECT load_id, dataset, chunk, finished_at, read, inserted, updated, unchanged, duplicate, rejected, run_id
FROM ops.load ORDER BY load_id DESC LIMIT {limit}
"""
_QUARANTINED = """
SELECT dataset, chunk, line, reason, raw, quarantined_at
FROM ops.quarantine ORDER BY quarantined_at DESC, dataset, chunk, line LIMIT {limit}
"""


def loads(connection: psycopg.Connection, limit: int) -> list[dict[str, Any]]:
    """Return the last loads, the newest first."""
    return _rows(connection, "ops.load", sql.SQL(_LOADS).format(limit=limit))


def quarantined(connection: psycopg.Connection, limit: int) -> list[dict[str, Any]]:
    """Return rows in quarantine, the newest first."""
    return _rows(connection, "ops.quarantine", sql.SQL(_QUARANTINED).format(limit=limit))


def _rows(connection: psycopg.Connection, table: str, query: sql.Composed) -> list[dict[str, Any]]:
    # Before the first load there are no tables, and nothing to list.
    if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() == (None,):
        return []
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()
