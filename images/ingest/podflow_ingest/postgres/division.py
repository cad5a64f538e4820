"""Dividing a table into ranges that are read at the same time, each into a chunk of its own."""

from collections.abc import Sequence
from itertools import pairwise

import psycopg
from psycopg import sql

# Partitions and children are read with the table; the range of pages is theirs as well.
_PAGES = """
WITH RECURSIVE family AS (
    SELECT %s::regclass::oid AS id
    UNION
    SELECT inhrelid FROM pg_inherits JOIN family ON inhparent = id
)
SELECT
    bool_and(relkind IN ('r', 'm', 'p')),
    max(pg_relation_size(oid) / current_setting('block_size')::bigint) FILTER (WHERE relkind IN ('r', 'm'))
FROM pg_class JOIN family ON id = oid
"""
# Bounds of equally many rows each, made by ANALYZE; those of a whole family are `inherited`.
_BOUNDS = """
SELECT histogram_bounds::text::text[] FROM pg_stats
WHERE schemaname = %s AND tablename = %s AND attname = %s
ORDER BY inherited DESC LIMIT 1
"""
_PAGE_RANGES_FROM = 140000
"""Server version that reads a range of pages without reading the others."""

WHOLE: tuple[sql.Composable, ...] = (sql.SQL("true"),)


def by_pages(connection: psycopg.Connection, table: sql.Identifier, parts: int) -> Sequence[sql.Composable]:
    """Return conditions on ctid, each true for about the same number of pages, that divide the table.

    Within one snapshot every row is in one place. One condition if the relation has no pages of its own (a view, a
    foreign table), or the server is too old to seek in them.
    """
    row = connection.execute(_PAGES, (table.as_string(connection),)).fetchone()
    stored, pages = row or (False, 0)
    if not stored or not pages or connection.info.server_version < _PAGE_RANGES_FROM:
        return WHOLE
    parts = min(parts, pages)
    bounds = [sql.SQL("{}::tid").format(sql.Literal(f"({pages * part // parts},0)")) for part in range(1, parts)]
    return _between(sql.Identifier("ctid"), bounds, may_be_null=False)


def by_column(
    connection: psycopg.Connection, table: tuple[str, str], column: str, parts: int
) -> Sequence[sql.Composable]:
    """Return conditions on a column, each true for about the same number of rows, that divide the table.

    The server's statistics know the bounds; one condition if there are none yet (ANALYZE makes them).
    """
    row = connection.execute(_BOUNDS, (*table, column)).fetchone()
    known = (row[0] if row else None) or []
    parts = min(parts, max(len(known) - 1, 1))
    chosen = [known[(len(known) - 1) * part // parts] for part in range(1, parts)]
    return _between(sql.Identifier(column), [sql.Literal(bound) for bound in chosen], may_be_null=True)


def _between(
    column: sql.Identifier, bounds: Sequence[sql.Composable], *, may_be_null: bool
) -> Sequence[sql.Composable]:
    if not bounds:
        return WHOLE
    first = sql.SQL("{} < {}").format(column, bounds[0])
    last = sql.SQL("{} >= {}").format(column, bounds[-1])
    inner = [sql.SQL("{0} >= {1} AND {0} < {2}").format(column, low, high) for low, high in pairwise(bounds)]
    if may_be_null:
        first = sql.SQL("({} OR {} IS NULL)").format(first, column)
    return [first, *inner, last]
