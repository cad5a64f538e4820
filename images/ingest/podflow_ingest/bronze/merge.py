"""From `incoming` to the bronze table: of rows with one key the right one, and of those what is new or changed."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names, span
from podflow_ingest.bronze.incoming import Received
from podflow_ingest.bronze.span import Span
from podflow_ingest.declaration.dataset import Dataset

_MERGE = """
WITH merged AS (
    MERGE INTO {table} AS target
    USING {incoming} AS incoming
    ON {same_key} {within}
    {clauses}
    WHEN NOT MATCHED THEN
        INSERT ({columns}, load_timestamp, _load_id)
        VALUES ({values}, clock_timestamp(), %(load_id)s)
    RETURNING merge_action() AS action
)
SELECT count(*) FILTER (WHERE action = 'INSERT'), count(*) FILTER (WHERE action = 'UPDATE') FROM merged
"""
_WHEN_CHANGED = """
WHEN MATCHED AND {newer} (({target}) IS DISTINCT FROM ({values}) {or_gone}) THEN
    UPDATE SET {assignments}, load_timestamp = clock_timestamp(), _load_id = %(load_id)s {back}
"""
# A row that the source has again, though in an older version than the table.
_WHEN_BACK = """
WHEN MATCHED AND target._deleted_at IS NOT NULL THEN
    UPDATE SET load_timestamp = clock_timestamp(), _load_id = %(load_id)s, _deleted_at = NULL
"""
_APPEND = """
INSERT INTO {table} ({columns}, load_timestamp, _load_id)
SELECT {columns}, clock_timestamp(), %(load_id)s FROM {incoming}
"""
_REPEATED = "SELECT EXISTS (SELECT FROM {incoming} GROUP BY {key} HAVING count(*) > 1)"
# Rows stand in a fresh temporary table as they were copied, so ctid is the order of the chunk.
_DROP_DUPLICATES = """
DELETE FROM {incoming} AS incoming USING (
    SELECT ctid AS place, row_number() OVER (PARTITION BY {key} ORDER BY {newest} ctid DESC) AS rank FROM {incoming}
) AS ranked
WHERE incoming.ctid = ranked.place AND ranked.rank > 1
"""


@dataclass(frozen=True)
class Merged:
    """Where the received rows went. The rest of them the table had already, or has in a newer version."""

    inserted: int
    updated: int
    duplicate: int
    span: Span | None = None


def lock(connection: psycopg.Connection, dataset: Dataset, *, alone: bool) -> None:
    """Enter the dataset's table for writing, until the end of the transaction; wait while another is there `alone`.

    Two transactions that write the same keys at once can make each other fail: with a unique violation, or in a
    deadlock. Chunks of one delivery have different keys as a rule, so they may be there together; whoever failed
    tries again alone.
    """
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    connection.execute(f"SELECT {function}(hashtextextended(%s, 0))", (lock_name(dataset),))


def lock_name(dataset: Dataset) -> str:
    """Return what the advisory lock of the dataset's table is made of."""
    return f"podflow merge {dataset.full_name}"


def merge(connection: psycopg.Connection, dataset: Dataset, received: Received, load_id: int) -> Merged:
    """Merge `incoming` into the table by key, or in mode append add it.

    Of rows with one key the one with the highest cursor counts, without a cursor the last one. A row whose cursor is
    lower than that of the table's row changes nothing.
    """
    if not received.rows:
        return Merged(0, 0, 0)
    if dataset.mode == "append":
        return Merged(connection.execute(_append(dataset), {"load_id": load_id}).rowcount, 0, 0)
    duplicate = _drop_duplicates(connection, dataset)
    reach = span.of_incoming(connection, dataset)
    inserted, updated = connection.execute(_merge(dataset, reach), {"load_id": load_id}).fetchone() or (0, 0)
    return Merged(inserted, updated, duplicate, reach)


def _drop_duplicates(connection: psycopg.Connection, dataset: Dataset) -> int:
    parts = {"incoming": names.INCOMING, "key": names.key(dataset)}
    if connection.execute(sql.SQL(_REPEATED).format(**parts)).fetchone() == (False,):
        return 0
    newest = sql.SQL("{} DESC NULLS LAST,").format(sql.Identifier(dataset.cursor)) if dataset.cursor else sql.SQL("")
    return connection.execute(sql.SQL(_DROP_DUPLICATES).format(**parts, newest=newest)).rowcount


def _append(dataset: Dataset) -> sql.Composed:
    columns = names.comma(names.columns(dataset))
    return sql.SQL(_APPEND).format(table=names.table(dataset), columns=columns, incoming=names.INCOMING)


def _merge(dataset: Dataset, reach: Span | None) -> sql.Composed:
    return sql.SQL(_MERGE).format(
        table=names.table(dataset),
        incoming=names.INCOMING,
        same_key=names.same_key(dataset, "target", "incoming"),
        within=_within(dataset, reach),
        clauses=_when_matched(dataset),
        columns=names.comma(names.columns(dataset)),
        values=names.comma(names.columns(dataset, "incoming")),
    )


def _within(dataset: Dataset, reach: Span | None) -> sql.Composable:
    """Return the condition that lets only a part of a large table be read, not all of it."""
    if reach is None:
        return sql.SQL("")
    return sql.SQL("AND {}").format(reach.condition(dataset, sql.Identifier("target", dataset.key[0])))


def _when_matched(dataset: Dataset) -> sql.Composed:
    incoming = names.columns(dataset, "incoming")
    pairs = zip(names.columns(dataset), incoming, strict=True)
    full = dataset.mode == "full"
    changed = sql.SQL(_WHEN_CHANGED).format(
        newer=_newer(dataset),
        target=names.comma(names.columns(dataset, "target")),
        values=names.comma(incoming),
        or_gone=sql.SQL("OR target._deleted_at IS NOT NULL" if full else ""),
        assignments=names.comma([sql.SQL("{} = {}").format(column, value) for column, value in pairs]),
        back=sql.SQL(", _deleted_at = NULL" if full else ""),
    )
    return sql.Composed([changed, sql.SQL(_WHEN_BACK if full and dataset.cursor else "")])


def _newer(dataset: Dataset) -> sql.Composable:
    if dataset.cursor is None:
        return sql.SQL("")
    parts = {"incoming": sql.Identifier("incoming", dataset.cursor), "target": sql.Identifier("target", dataset.cursor)}
    return sql.SQL("({incoming} >= {target} OR {target} IS NULL) AND").format(**parts)
