"""SQL names and advisory locks of one dataset."""

from psycopg import sql

from podflow_ingest.declaration.dataset import Dataset

STAGING = sql.Identifier("pg_temp", "staging")
"""The chunk's rows as text. A temporary table: not in the write-ahead log, and gone even after a crash."""
RECORD = sql.Identifier("_record")
"""Staging's column with the number of the record in the chunk, from 1."""


def schema(dataset: Dataset) -> str:
    """Return the name of the dataset's schema in bronze."""
    return f"bronze_{dataset.source}"


def table(dataset: Dataset) -> sql.Identifier:
    """Return the dataset's table in bronze."""
    return sql.Identifier(schema(dataset), dataset.name)


def columns(dataset: Dataset, prefix: str | None = None) -> list[sql.Identifier]:
    """Return the declared columns, each with `prefix` as its table where given."""
    return [sql.Identifier(*filter(None, (prefix, name))) for name in dataset.column_names]


def comma(parts: list[sql.Identifier] | list[sql.Composed]) -> sql.Composed:
    """Join SQL parts with commas."""
    return sql.SQL(", ").join(parts)
