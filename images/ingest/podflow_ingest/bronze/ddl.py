"""Schemas and tables that loading needs, made on first use and compared with the declaration afterwards."""

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import LOADER_COLUMNS, Dataset
from podflow_ingest.errors import WarehouseFlawError

_OPS = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.load (
    load_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset text NOT NULL,
    chunk text NOT NULL,
    sha256 text NOT NULL,
    dag_id text NOT NULL,
    run_id text NOT NULL,
    task_id text NOT NULL,
    map_index integer NOT NULL,
    try_number integer NOT NULL,
    pod text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    read bigint CHECK (read >= 0),
    inserted bigint CHECK (inserted >= 0),
    updated bigint CHECK (updated >= 0),
    unchanged bigint CHECK (unchanged >= 0),
    duplicate bigint CHECK (duplicate >= 0),
    rejected bigint CHECK (rejected >= 0),
    CONSTRAINT every_row_is_accounted_for
        CHECK (read = inserted + updated + unchanged + duplicate + rejected)
);
COMMENT ON TABLE ops.load IS 'Ledger: one row for each load of a chunk into bronze, with where its rows went';
CREATE TABLE IF NOT EXISTS ops.quarantine (
    load_id bigint NOT NULL,
    dataset text NOT NULL,
    chunk text NOT NULL,
    line bigint NOT NULL,
    raw text NOT NULL,
    reason text NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, chunk, line)
);
COMMENT ON TABLE ops.quarantine IS 'Rows that bronze could not take';
COMMENT ON COLUMN ops.quarantine.line IS 'Physical line of the source file on which the row begins';
"""

_DIFFERENCES = """
WITH declared AS (
    SELECT
        name,
        format_type(to_regtype(kind), to_regtypemod(kind)) || CASE WHEN required THEN ' not null' ELSE '' END AS type
    FROM unnest(%(names)s::text[], %(types)s::text[], %(required)s::bool[]) AS c (name, kind, required)
), actual AS (
    SELECT
        attname::text AS name,
        format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END AS type
    FROM pg_attribute
    WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (%(own)s)
)
SELECT name, declared.type, actual.type
FROM declared FULL JOIN actual USING (name)
WHERE declared.type IS DISTINCT FROM actual.type
ORDER BY name
"""


def ensure_tables(connection: psycopg.Connection, dataset: Dataset) -> None:
    """Make the dataset's table and the tables of schema ops if they are absent.

    Pods of one run start together: an advisory lock lets one of them create, the others then find it done.

    Raises:
        WarehouseFlawError: the table exists with other columns than those declared.
    """
    qualified = names.table(dataset).as_string(connection)
    wanted = ["ops.load", "ops.quarantine", qualified]
    found = connection.execute("SELECT bool_and(to_regclass(t) IS NOT NULL) FROM unnest(%s::text[]) t", (wanted,))
    if found.fetchone() != (True,):
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('podflow ddl', 0))")
            connection.execute(_OPS)
            connection.execute(_create_bronze(dataset))
    _compare(connection, dataset, qualified)


def _create_bronze(dataset: Dataset) -> sql.Composed:
    statement = """
        CREATE SCHEMA IF NOT EXISTS {schema};
        CREATE TABLE IF NOT EXISTS {table} (
            {columns},
            load_timestamp timestamptz NOT NULL,
            _load_id bigint NOT NULL,
            PRIMARY KEY ({key})
        )"""
    return sql.SQL(statement).format(
        schema=sql.Identifier(names.schema(dataset)),
        table=names.table(dataset),
        columns=sql.SQL(", ").join(_definition(column) for column in dataset.columns),
        key=sql.SQL(", ").join(map(sql.Identifier, dataset.key)),
    )


def _definition(column: Column) -> sql.Composed:
    # The type comes from a closed list (column_types), so it is safe as text.
    constraint = "" if column.nullable else " NOT NULL"
    return sql.SQL("{} " + column.type + constraint).format(sql.Identifier(column.name))


def _compare(connection: psycopg.Connection, dataset: Dataset, qualified: str) -> None:
    parameters = {
        "names": dataset.column_names,
        "types": [column.type for column in dataset.columns],
        "required": [not column.nullable for column in dataset.columns],
        "table": qualified,
        "own": list(LOADER_COLUMNS),
    }
    different = connection.execute(_DIFFERENCES, parameters).fetchall()
    if different:
        listed = "; ".join(
            f"{name} is declared {declared or 'nowhere'}, the table has {actual or 'no such column'}"
            for name, declared, actual in different
        )
        raise WarehouseFlawError(
            f"{dataset.full_name}: the table {qualified} does not fit the declaration: {listed}; nothing was "
            f"loaded. Alter the table, or correct dags/catalog/{dataset.source}.yml"
        )
