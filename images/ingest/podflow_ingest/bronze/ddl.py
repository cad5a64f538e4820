"""A dataset's table: made on first use, and brought up with its declaration where nothing can be lost."""

import psycopg
from psycopg import sql

from podflow_ingest.bronze import evolution, names, ops
from podflow_ingest.declaration.dataset import Dataset

# COPY straight into the table (see direct) fills the loader's columns by their defaults. Whoever inserts without saying
# which load it is gets an error. Neither default is volatile, as clock_timestamp() is: COPY would insert row by row
# instead of page by page, with a fifth more of CPU time and of write-ahead log.
_CREATE = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {table} (
    {columns},
    load_timestamp timestamptz NOT NULL DEFAULT statement_timestamp(),
    _load_id bigint NOT NULL DEFAULT (current_setting('podflow.load_id'))::bigint
    {rest}
)
"""
# What is new is found by it, however long the table is. BRIN, because rows that come together lie together, and an
# update that changes no key stays on its page (heap-only) as it would without the index.
_INDEX_ARRIVALS = "CREATE INDEX ON {table} USING brin (load_timestamp)"
_FORGET_LOADS = "UPDATE ops.load SET table_gone_at = now() WHERE dataset = %s AND table_gone_at IS NULL"
_FORGET_DELIVERIES = "DELETE FROM ops.delivery WHERE dataset = %s"
_FORGET_OFFSETS = "DELETE FROM ops.kafka_offset WHERE dataset = %s"


def ensure_tables(connection: psycopg.Connection, dataset: Dataset) -> None:
    """Make the dataset's table and the tables of schema ops if they are absent, and add new columns.

    Raises:
        WarehouseFlawError: the table has other columns than those declared, and changing it could lose something.
    """
    ops.ensure(connection)
    if not _exists(connection, dataset):
        with connection.transaction():
            ops.lock_definitions(connection)
            if not _exists(connection, dataset):
                _create(connection, dataset)
    evolution.evolve(connection, dataset)


def _exists(connection: psycopg.Connection, dataset: Dataset) -> bool:
    qualified = names.table(dataset).as_string(connection)
    return connection.execute("SELECT to_regclass(%s) IS NOT NULL", (qualified,)).fetchone() == (True,)


def _create(connection: psycopg.Connection, dataset: Dataset) -> None:
    rest: list[sql.Composable] = []
    if dataset.mode == "full":
        rest.append(sql.SQL("_deleted_at timestamptz"))
    if dataset.mode != "append":
        rest.append(sql.SQL("PRIMARY KEY ({})").format(names.key(dataset)))
    statement = sql.SQL(_CREATE).format(
        schema=sql.Identifier(names.schema(dataset)),
        table=names.table(dataset),
        columns=names.comma([names.definition(column) for column in dataset.columns]),
        rest=sql.SQL("").join(sql.SQL(", {}").format(part) for part in rest),
    )
    connection.execute(statement)
    connection.execute(sql.SQL(_INDEX_ARRIVALS).format(table=names.table(dataset)))
    # What was loaded before was loaded into a table that is gone: append, full and sinks must not go by it.
    for statement_of_ops in (_FORGET_LOADS, _FORGET_DELIVERIES, _FORGET_OFFSETS):
        connection.execute(statement_of_ops, (dataset.full_name,))
