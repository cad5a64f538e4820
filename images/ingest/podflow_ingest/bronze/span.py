"""From which key to which the rows of a load reach: loads whose spans do not meet did not touch each other's rows."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names
from podflow_ingest.declaration.dataset import Dataset

# Read once: a second look at a million rows costs as much as a tenth of their COPY.
_REACH = "SELECT count(*), min({first})::text, max({first})::text FROM {table} AS source WHERE {rows}"
_WITHOUT_MIN = ("boolean", "jsonb", "uuid")
"""Types for which Postgres 17 has no min() and max()."""
# A bare name in ORDER BY would be the text.
_REACH_WITHOUT_MIN = """
SELECT (SELECT count(*) FROM {table} AS source WHERE {rows}),
    (SELECT {first}::text FROM {table} AS source WHERE {rows} ORDER BY source.{first} LIMIT 1),
    (SELECT {first}::text FROM {table} AS source WHERE {rows} ORDER BY source.{first} DESC LIMIT 1)
"""
_AHEAD = 1024
"""Blocks: COPY extends a table by up to 64 at once for each that waits, and leaves to the next what it did not fill."""
_BLOCKS = "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::bigint"


@dataclass(frozen=True)
class Span:
    """The lowest and the highest value of the key's first column, as Postgres writes them."""

    lowest: str
    highest: str

    def condition(self, dataset: Dataset, column: sql.Identifier) -> sql.Composed:
        """Return the condition that `column`, of the type of the key's first one, lies within."""
        # The type comes from a closed list (column_types), so it is safe as text.
        kind = names.key_columns(dataset)[0].type
        parts = {"column": column, "lowest": sql.Literal(self.lowest), "highest": sql.Literal(self.highest)}
        return sql.SQL("{column} BETWEEN {lowest}::" + kind + " AND {highest}::" + kind).format(**parts)

    def joined(self, connection: psycopg.Connection, dataset: Dataset, other: "Span | None") -> "Span":
        """Return the span that reaches over both."""
        if other is None:
            return self
        kind = names.key_columns(dataset)[0].type
        statement = sql.SQL(f"SELECT least(%s::{kind}, %s::{kind})::text, greatest(%s::{kind}, %s::{kind})::text")
        ends = (self.lowest, other.lowest, self.highest, other.highest)
        return Span(*(connection.execute(statement, ends).fetchone() or (self.lowest, self.highest)))


def of_incoming(connection: psycopg.Connection, dataset: Dataset) -> Span | None:
    """Return the span of the rows in `incoming`, None if there are none."""
    return _reach(connection, dataset, names.INCOMING, sql.SQL("true"))[1]


def blocks(connection: psycopg.Connection, dataset: Dataset) -> int:
    """Return how many blocks the dataset's table has."""
    row = connection.execute(_BLOCKS, (names.table(dataset).as_string(connection),)).fetchone()
    return int(row[0]) if row else 0


def of_copied(
    connection: psycopg.Connection, dataset: Dataset, load_id: int, rows: int, blocks_before: int
) -> Span | None:
    """Return the span of the rows that a load added to a table of so many blocks; None if they are not at its end."""
    added = sql.SQL("source.ctid >= {}::tid AND source._load_id = {}").format(
        sql.Literal(f"({max(blocks_before - _AHEAD, 0)},0)"), sql.Literal(load_id)
    )
    found, reach = _reach(connection, dataset, names.table(dataset), added)
    return reach if found == rows else None


def _reach(
    connection: psycopg.Connection, dataset: Dataset, table: sql.Identifier, rows: sql.Composable
) -> tuple[int, Span | None]:
    """Return how many rows of a table these are, and from which key to which they reach."""
    first = names.key_columns(dataset)[0]
    statement = sql.SQL(_REACH_WITHOUT_MIN if first.type in _WITHOUT_MIN else _REACH)
    parts = {"first": sql.Identifier(first.name), "table": table, "rows": rows}
    count, lowest, highest = connection.execute(statement.format(**parts)).fetchone() or (0, None, None)
    return count, Span(lowest, highest) if lowest is not None else None
