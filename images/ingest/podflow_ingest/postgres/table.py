"""One table in a snapshot: which of its rows are wanted, and in how many chunks."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.postgres_origin import PostgresOrigin
from podflow_ingest.errors import DeclarationError, SourceFlawError
from podflow_ingest.postgres import division
from podflow_ingest.postgres.columns import SourceColumn, selected, source_columns
from podflow_ingest.postgres.database import Database

_TIMES = frozenset({"date", "timestamp", "timestamptz"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric"})
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WINDOW = "SELECT ({previous}::{type} - {overlap})::text"
# A row dated in the future must not keep the next delta from what comes before it.
_HIGHEST = "SELECT greatest(least(max({cursor}), {limit}), {previous})::text FROM {table} WHERE {condition}"
_NOT_AN_ORDER = frozenset({"NaN", "Infinity", "infinity"})


@dataclass(frozen=True)
class Declared:
    """A dataset of the source, and the cursor up to which bronze has it (None: read it whole)."""

    dataset: Dataset
    origin: PostgresOrigin
    loaded_up_to: str | None = None

    @property
    def table(self) -> sql.Identifier:
        """The table's name in SQL."""
        return sql.Identifier(*self.origin.schema_and_table)

    def name_in(self, source: Database) -> str:
        """Return the table's URL, for messages and manifests."""
        return f"{source.url}/{self.origin.table}"


def declared(dataset: Dataset) -> Declared:
    """Take a declaration of a table.

    Raises:
        DeclarationError: it is of another kind of source.
    """
    if not isinstance(dataset.origin, PostgresOrigin):
        raise DeclarationError(
            f"{dataset.full_name}: it comes from {dataset.origin.type}, not from postgres; "
            f"correct dags/catalog/{dataset.source}.yml"
        )
    return Declared(dataset, dataset.origin)


@dataclass(frozen=True)
class Table:
    """What is wanted of a table: `columns` of its rows with `condition`."""

    declared: Declared
    columns: sql.Composed
    condition: sql.Composable
    cursor: str | None
    """Highest value of the cursor column, for the next delta."""
    estimate: int
    """Bytes, as the server's planner expects."""

    def parts(self, bytes_times: float) -> int:
        """Return in how many chunks to read it, if chunks are that much larger than declared."""
        return max(1, math.ceil(self.estimate / self.declared.origin.chunk_bytes / bytes_times))

    def selects(self, connection: psycopg.Connection, parts: int) -> list[sql.Composed]:
        """Return at most `parts` SELECTs that together give every wanted row once."""
        return [
            _select(self.columns, self.declared.table, sql.SQL("{} AND {}").format(self.condition, each))
            for each in self._ranges(connection, parts)
        ]

    def _ranges(self, connection: psycopg.Connection, parts: int) -> Sequence[sql.Composable]:
        origin = self.declared.origin
        if parts == 1:
            return division.WHOLE
        if origin.split_by is None:
            return division.by_pages(connection, self.declared.table, parts)
        column = origin.source_name(origin.split_by)
        return division.by_column(connection, origin.schema_and_table, column, parts)


def examine(connection: psycopg.Connection, declared: Declared, now: datetime.datetime) -> Table:
    """Look a table up in the snapshot `now` and compare it with its declaration.

    Raises:
        SourceFlawError: a column is missing or has another type.
        DeclarationError: the declared delta cannot be made of the cursor's type.
    """
    origin = declared.origin
    found = source_columns(connection, declared.table)
    columns = selected(declared.dataset, origin, found)
    if origin.split_by is not None and origin.source_name(origin.split_by) not in found:
        raise SourceFlawError(
            f"{declared.dataset.full_name}: {origin.table} has no column to split by: {origin.split_by}"
        )
    condition: sql.Composable = sql.SQL("true")
    highest = None
    if origin.delta is not None and declared.dataset.cursor is not None:
        cursor = found[origin.source_name(declared.dataset.cursor)]
        condition, highest = _window(connection, declared, cursor, now)
    estimate = _estimate(connection, _select(columns, declared.table, condition))
    return Table(declared, columns, condition, highest, estimate)


def _window(
    connection: psycopg.Connection, declared: Declared, cursor: SourceColumn, now: datetime.datetime
) -> tuple[sql.Composable, str | None]:
    """Return the condition on the cursor, and how far the delta will have come."""
    column = sql.Identifier(cursor.name)
    overlap = _overlap(declared, cursor)
    condition: sql.Composable = sql.SQL("true")
    previous: sql.Composable = sql.NULL
    if declared.loaded_up_to is not None:
        previous = sql.Literal(declared.loaded_up_to)
        window = sql.SQL(_WINDOW).format(previous=previous, type=sql.SQL(cursor.full_type), overlap=overlap)
        (low,) = connection.execute(window).fetchone() or (None,)
        condition = sql.SQL("{} >= {}").format(column, sql.Literal(low))
        if not cursor.required:
            condition = sql.SQL("({} OR {} IS NULL)").format(condition, column)
    limit = sql.Literal(now.isoformat()) if cursor.type in _TIMES else sql.NULL
    parts = {"cursor": column, "limit": limit, "previous": previous, "table": declared.table, "condition": condition}
    (highest,) = connection.execute(sql.SQL(_HIGHEST).format(**parts)).fetchone() or (None,)
    if highest in _NOT_AN_ORDER:
        raise SourceFlawError(
            f"{declared.dataset.full_name}: column {cursor.name!r} of {declared.origin.table} has the value {highest}, "
            "after which no delta finds anything; correct the row, or read the table whole (without `delta`)"
        )
    return condition, highest


def _overlap(declared: Declared, cursor: SourceColumn) -> sql.Composable:
    delta = declared.origin.delta
    overlap = delta.overlap if delta else 0
    if isinstance(overlap, int) and cursor.type in _NUMBERS:
        return sql.Literal(overlap)
    if isinstance(overlap, str) and cursor.type in _TIMES:
        return sql.SQL("interval {}").format(sql.Literal(f"{overlap[:-1]} {_UNITS[overlap[-1]]}"))
    raise DeclarationError(
        f"{declared.dataset.full_name}: overlap {overlap!r} does not go with the cursor {cursor.name!r}, which is "
        f"{cursor.full_type} in the source: a duration (15m) for dates and times, a number for numbers; "
        f"correct dags/catalog/{declared.dataset.source}.yml"
    )


def _estimate(connection: psycopg.Connection, select: sql.Composed) -> int:
    row = connection.execute(sql.SQL("EXPLAIN (FORMAT JSON) {}").format(select)).fetchone()
    node = row[0][0]["Plan"] if row else {}
    return int(node.get("Plan Rows", 0) * node.get("Plan Width", 0))


def _select(columns: sql.Composed, table: sql.Identifier, condition: sql.Composable) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {} WHERE {}").format(columns, table, condition)
