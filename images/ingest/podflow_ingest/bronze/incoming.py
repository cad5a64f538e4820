"""The chunk's rows with their declared types, in a temporary table: what is merged into bronze."""

from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import flawed, names, quarantine, staging
from podflow_ingest.bronze.connection import describe
from podflow_ingest.bronze.staging import copy_text
from podflow_ingest.column_types import cast_type
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.examined import copyable
from podflow_ingest.flaws.rejects import staged_rejects
from podflow_ingest.landing import LandedChunk
from podflow_task.log import event

_CAST = "INSERT INTO {incoming} ({columns}) SELECT {casts} FROM {staging} ORDER BY {record}"
_KEEP_ONLY = "DELETE FROM {staging} WHERE {record} <> ALL (%s)"


@dataclass(frozen=True)
class Received:
    """How many rows are in `incoming`, and how many wait in quarantine's temporary table."""

    rows: int
    rejected: int
    keyless: int
    """Rejected rows of which not even the key can be read."""


def receive(
    connection: psycopg.Connection,
    dataset: Dataset,
    chunk: LandedChunk,
    *,
    flawed_surely: bool = False,
    only_lines: Collection[int] | None = None,
) -> Received:
    """Bring the chunk's good rows into a new table `incoming`, and the bad ones to quarantine's temporary table.

    Postgres casts while it copies. Only if it refuses something, the chunk is staged as text, where each value can be
    tried by itself. `flawed_surely`: it did refuse something. `only_lines`: leave out all other lines of the source.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
        WarehouseFlawError: rows are unaccounted for.
    """
    create(connection, dataset, names.INCOMING)
    quarantine.create(connection)
    if not flawed_surely and only_lines is None and (rows := _copied(connection, dataset, chunk)) is not None:
        set_aside = quarantine.add(connection, staged_rejects(chunk))
        return Received(rows, set_aside, set_aside)
    staged = staging.stage(connection, dataset, chunk)
    refused = (row for row in staged.rejected if only_lines is None or row.line in only_lines)
    rejected = quarantine.add(connection, refused)
    if only_lines is not None:
        _keep_only(connection, flawed.numbers_of(dataset, chunk, only_lines, sifted=staged.sifted))
    # A chunk that was not sifted has a value that does not fit; in one that was, all others may do.
    if staged.sifted and (cast_rows := _cast(connection, dataset)) is not None:
        return Received(cast_rows, rejected, rejected)
    found = flawed.set_aside(connection, dataset, chunk, sifted=staged.sifted)
    cast_rows = _cast(connection, dataset, tried=True) or 0
    return Received(cast_rows, rejected + found.rows, rejected + found.keyless)


def create(connection: psycopg.Connection, dataset: Dataset, table: sql.Identifier) -> None:
    """Make a temporary table with the declared columns."""
    statement = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
    definitions = names.comma([names.definition(column) for column in dataset.columns])
    connection.execute(statement.format(table, definitions))


def _copied(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> int | None:
    """Copy the chunk into `incoming`; return the number of its rows, or None if something does not fit."""
    expected = chunk.manifest.rows - (chunk.manifest.rejects.rows if chunk.manifest.rejects else 0)
    try:
        with connection.transaction() as savepoint:
            copied = copy_text(connection, names.INCOMING, dataset, *copyable(dataset, chunk))
            if copied == expected:
                return copied
            reason = f"COPY counted {copied} rows, the manifest {expected}"
            raise psycopg.Rollback(savepoint)
    except (psycopg.DataError, psycopg.errors.NotNullViolation) as error:
        reason = describe(error)
    event("refused", level="warning", chunk=chunk.path, reason=reason, then="checking each row")
    return None


def _keep_only(connection: psycopg.Connection, numbers: list[int]) -> None:
    statement = sql.SQL(_KEEP_ONLY).format(staging=names.STAGING, record=names.RECORD)
    connection.execute(statement, (numbers,))


def _cast(connection: psycopg.Connection, dataset: Dataset, *, tried: bool = False) -> int | None:
    """Cast all of staging into `incoming`; return the number of rows, or None if a value does not fit."""
    statement = sql.SQL(_CAST).format(
        incoming=names.INCOMING,
        columns=names.comma(names.columns(dataset)),
        casts=names.comma([cast(column) for column in dataset.columns]),
        staging=names.STAGING,
        record=names.RECORD,
    )
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount
    except (psycopg.DataError, psycopg.errors.NotNullViolation):
        if tried:
            raise
        return None


def cast(column: Column) -> sql.Composed:
    """Return the expression that makes a declared value of staging's text."""
    # The type comes from a closed list (column_types), so it is safe as text.
    return sql.SQL("{}::" + cast_type(column.type)).format(sql.Identifier(column.name))
