"""SQL names of one dataset, and parts of statements made of them."""

from collections.abc import Sequence

from psycopg import sql

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset

STAGING = sql.Identifier("pg_temp", "staging")
"""The chunk's rows as text. A temporary table: not in the write-ahead log, and gone even after a crash."""
RECORD = sql.Identifier("_record")
"""Staging's column with the number of the record in the chunk, from 1."""
INCOMING = sql.Identifier("pg_temp", "incoming")
"""The chunk's good rows with their declared types, in the order of the chunk."""


def schema(dataset: Dataset) -> str:
    """Return the name of the dataset's schema in bronze."""
    return f"bronze_{dataset.source}"


def table(dataset: Dataset) -> sql.Identifier:
    """Return the dataset's table in bronze."""
    return sql.Identifier(schema(dataset), dataset.name)


def columns(dataset: Dataset, prefix: str | None = None) -> list[sql.Identifier]:
    """Return the declared columns, each with `prefix` as its table where given."""
    return [sql.Identifier(*filter(None, (prefix, name))) for name in dataset.column_names]


def key_columns(dataset: Dataset) -> list[Column]:
    """Return the columns of the key, in the order of the key."""
    declared = {column.name: column for column in dataset.columns}
    return [declared[name] for name in dataset.key]


def key(dataset: Dataset, prefix: str | None = None) -> sql.Composed:
    """Return the columns of the key, with commas between them."""
    return comma([sql.Identifier(*filter(None, (prefix, name))) for name in dataset.key])


def key_numbers(dataset: Dataset) -> list[sql.Identifier]:
    """Return what the columns of the key are called in podflow's own tables: no declared name."""
    return [sql.Identifier(f"key_{place}") for place in range(1, len(dataset.key) + 1)]


def same_key(dataset: Dataset, left: str, right: str) -> sql.Composed:
    """Return the condition that two tables' rows have the same key."""
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(left, name), sql.Identifier(right, name)) for name in dataset.key]
    return sql.SQL(" AND ").join(pairs)


def definition(column: Column) -> sql.Composed:
    """Return a declared column as CREATE TABLE writes it."""
    # The type comes from a closed list (column_types), so it is safe as text.
    constraint = "" if column.nullable else " NOT NULL"
    return sql.SQL("{} " + column.type + constraint).format(sql.Identifier(column.name))


def comma(parts: Sequence[sql.Composable]) -> sql.Composed:
    """Join SQL parts with commas."""
    return sql.SQL(", ").join(parts)
