"""What a table of the source has, compared with what is declared of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.postgres_origin import PostgresOrigin
from podflow_ingest.errors import SourceFlawError

_COLUMNS = """
WITH RECURSIVE base AS (
    SELECT attname, atttypid AS type, attnotnull FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT attname, typbasetype, attnotnull FROM base JOIN pg_type ON pg_type.oid = base.type WHERE typtype = 'd'
)
SELECT attname, typname, typcategory, format_type(base.type, NULL), attnotnull
FROM base JOIN pg_type ON pg_type.oid = base.type
WHERE typtype <> 'd'
"""

_TEXTS = frozenset({"text", "varchar", "bpchar", "name", "citext"})
_WHOLE = frozenset({"int2", "int4", "int8", "oid", "numeric"})
_NUMBERS = _WHOLE | {"float4", "float8"}
_ACCEPTED: Mapping[str, frozenset[str]] = {
    "smallint": _WHOLE,
    "integer": _WHOLE,
    "bigint": _WHOLE,
    "numeric": _NUMBERS,
    "real": _NUMBERS,
    "double precision": _NUMBERS,
    "boolean": frozenset({"bool"}),
    "date": frozenset({"date"}),
    "time": frozenset({"time"}),
    "timestamp": frozenset({"timestamp", "date"}),
    "timestamptz": frozenset({"timestamptz", "timestamp", "date"}),
    "uuid": frozenset({"uuid"}),
    "jsonb": frozenset({"json", "jsonb"}),
}
"""Source types whose text a declared type takes without loss. All take text, and text takes all: each value is tried
at load, and goes to quarantine if it does not fit. Times without a zone are UTC, as in files."""
_MADE_JSON = frozenset({"A", "C"})
"""Categories, arrays and composites, of which a declared jsonb is made by the source."""


@dataclass(frozen=True)
class SourceColumn:
    """A column as the source has it; of a domain `type` is the type below it, as in pg_type."""

    name: str
    type: str
    category: str
    full_type: str
    """As SQL names it."""
    required: bool


def source_columns(connection: psycopg.Connection, table: sql.Identifier) -> dict[str, SourceColumn]:
    """Return the table's columns by name."""
    rows = connection.execute(_COLUMNS, (table.as_string(connection),)).fetchall()
    return {row[0]: SourceColumn(*row) for row in rows}


def selected(dataset: Dataset, origin: PostgresOrigin, found: Mapping[str, SourceColumn]) -> sql.Composed:
    """Return the list of a SELECT that gives the declared columns, by their declared names and in their order.

    Raises:
        SourceFlawError: a column is missing, or has a type that the declared one cannot take.
    """
    expressions, problems = [], []
    for column in dataset.columns:
        name = origin.source_name(column.name)
        if name not in found:
            problems.append(f"column {name!r} is missing")
        elif not _fits(column, found[name]):
            problems.append(f"column {name!r} is {found[name].full_type}, declared {column.type}")
        else:
            expressions.append(_expression(column, found[name]))
    if problems:
        raise SourceFlawError(
            f"{dataset.full_name}: table {origin.table} does not fit the declaration: {'; '.join(problems)}; it has "
            f"{', '.join(sorted(found))}. Correct dags/catalog/{dataset.source}.yml; `names` maps other names, a view "
            "in the source other types"
        )
    return sql.SQL(", ").join(expressions)


def _fits(column: Column, found: SourceColumn) -> bool:
    declared = column.type.partition("(")[0]
    if declared in ("text", "char", "varchar") or found.type in _TEXTS or found.category == "E":
        return True
    return found.type in _ACCEPTED[declared] or _made_json(column, found)


def _made_json(column: Column, found: SourceColumn) -> bool:
    return column.type == "jsonb" and found.category in _MADE_JSON


def _expression(column: Column, found: SourceColumn) -> sql.Composed:
    template = "to_jsonb({}) AS {}" if _made_json(column, found) else "{} AS {}"
    return sql.SQL(template).format(sql.Identifier(found.name), sql.Identifier(column.name))
