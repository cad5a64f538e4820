"""What becomes of a table when its dataset is declared otherwise.

A new column is added. Everything else is refused with the statement that would do it, since it loses data, takes long,
or breaks models that read the table.
"""

import time
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names, ops
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import LOADER_COLUMNS, Dataset
from podflow_ingest.errors import WarehouseError, WarehouseFlawError
from podflow_task.log import event

LOCK_TRIES = 120
LOCK_TIMEOUT = 250
"""Milliseconds to wait for a table's lock at a time: whoever reads the table meanwhile waits behind us."""
LOCK_PAUSE = 0.5

_DIFFERENCES = """
WITH declared AS (
    SELECT name, format_type(to_regtype(kind), to_regtypemod(kind)) AS type, required
    FROM unnest(%(names)s::text[], %(types)s::text[], %(required)s::bool[]) AS c (name, kind, required)
), actual AS (
    SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required
    FROM pg_attribute
    WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (%(own)s)
)
SELECT name, declared.type, actual.type, declared.required, actual.required
FROM declared FULL JOIN actual USING (name)
WHERE (declared.type, declared.required) IS DISTINCT FROM (actual.type, actual.required)
ORDER BY name
"""
_KEY = """
SELECT coalesce(array_agg(attname::text ORDER BY place), '{}')
FROM pg_index, unnest(indkey) WITH ORDINALITY AS part (attnum, place)
JOIN pg_attribute USING (attnum)
WHERE indrelid = %(table)s::regclass AND attrelid = indrelid AND indisprimary
"""
# Earlier versions had a volatile default, which COPY is slower with (see ddl).
_OWN = """
SELECT attname::text, coalesce(pg_get_expr(adbin, adrelid) <> 'clock_timestamp()', false)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %(table)s::regclass AND attname = ANY (%(own)s) AND NOT attisdropped
"""


@dataclass(frozen=True)
class _Difference:
    """A column that is not as it is declared; None where declaration or table lack it."""

    name: str
    declared: str | None
    actual: str | None
    declared_required: bool | None
    actual_required: bool | None


def evolve(connection: psycopg.Connection, dataset: Dataset) -> None:
    """Compare the table with its declaration, and add what is new.

    Raises:
        WarehouseFlawError: something else differs; the message says how to go on.
        WarehouseError: the table was in use all the time.
    """
    qualified = names.table(dataset).as_string(connection)
    changes = _changes(connection, dataset, qualified)
    if not changes:
        return
    statement = sql.SQL("ALTER TABLE {} {}").format(names.table(dataset), names.comma(changes))
    for _ in range(LOCK_TRIES):
        try:
            with connection.transaction():
                ops.lock_definitions(connection)
                # Another pod of the run may have been faster.
                if _changes(connection, dataset, qualified) == changes:
                    connection.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}")
                    connection.execute(statement)
        except psycopg.errors.LockNotAvailable:
            time.sleep(LOCK_PAUSE)
        else:
            event("altered", dataset=dataset.full_name, statement=statement.as_string(connection))
            return
    raise WarehouseError(
        f"{dataset.full_name}: {qualified} was in use for {LOCK_TRIES * LOCK_PAUSE:.0f} s and more, so this had to "
        f"wait: {statement.as_string(connection)}; running again is safe"
    )


def _changes(connection: psycopg.Connection, dataset: Dataset, qualified: str) -> list[sql.Composable]:
    """Return the clauses of ALTER TABLE that bring the table up; an empty list if it is as it should be."""
    parameters = {
        "names": dataset.column_names,
        "types": [column.type for column in dataset.columns],
        "required": [not column.nullable for column in dataset.columns],
        "table": qualified,
        "own": list(LOADER_COLUMNS),
    }
    differences = [_Difference(*row) for row in connection.execute(_DIFFERENCES, parameters)]
    declared = {column.name: column for column in dataset.columns}
    added = [declared[each.name] for each in differences if each.actual is None]
    problems = [_problem(each, qualified) for each in differences if each.actual is not None]
    if any(not column.nullable for column in added) and not _empty(connection, dataset):
        problems += [_required_but_new(column) for column in added if not column.nullable]
    own: dict[str, bool] = dict(connection.execute(_OWN, parameters).fetchall())
    (key,) = connection.execute(_KEY, parameters).fetchone() or ([],)
    problems += _problems_of_mode(dataset, qualified, key, own)
    if problems:
        raise WarehouseFlawError(
            f"{dataset.full_name}: the table {qualified} does not fit dags/catalog/{dataset.source}.yml, nothing was "
            f"loaded: {'; '.join(problems)}"
        )
    return [*(sql.SQL("ADD COLUMN {}").format(names.definition(column)) for column in added), *_own(dataset, own)]


def _empty(connection: psycopg.Connection, dataset: Dataset) -> bool:
    statement = sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(names.table(dataset))
    return connection.execute(statement).fetchone() == (True,)


def _own(dataset: Dataset, own: dict[str, bool]) -> list[sql.Composable]:
    """Return what the loader's own columns lack: those of a table that an earlier version made."""
    clauses: list[sql.Composable] = []
    if dataset.mode == "full" and "_deleted_at" not in own:
        clauses.append(sql.SQL("ADD COLUMN _deleted_at timestamptz"))
    if not own.get("load_timestamp"):
        clauses.append(sql.SQL("ALTER COLUMN load_timestamp SET DEFAULT statement_timestamp()"))
    if not own.get("_load_id"):
        clauses.append(sql.SQL("ALTER COLUMN _load_id SET DEFAULT (current_setting('podflow.load_id'))::bigint"))
    return clauses


def _problem(column: _Difference, qualified: str) -> str:
    alter = f"ALTER TABLE {qualified}"
    if column.declared is None:
        return (
            f"column {column.name} is declared no more. Declare it again (nullable, if the source stopped giving it), "
            f"or, if its values may go: {alter} DROP COLUMN {column.name}"
        )
    if column.declared != column.actual:
        return (
            f"column {column.name} is declared {column.declared}, the table has {column.actual}. Declare "
            f"{column.actual} again, or convert what is there: {alter} ALTER COLUMN {column.name} "
            f"TYPE {column.declared} USING {column.name}::{column.declared}"
        )
    verb, declared = ("SET", "not nullable") if column.declared_required else ("DROP", "nullable")
    return (
        f"column {column.name} is declared {declared}, in the table it is not. Declare it as before, or: "
        f"{alter} ALTER COLUMN {column.name} {verb} NOT NULL"
    )


def _required_but_new(column: Column) -> str:
    return (
        f"column {column.name} is new and declared not nullable, but the table has rows, which would have no value. "
        "Declare it nullable"
    )


def _problems_of_mode(dataset: Dataset, qualified: str, key: list[str], own: dict[str, bool]) -> list[str]:
    problems = []
    wanted = [] if dataset.mode == "append" else list(dataset.key)
    if key != wanted:
        problems.append(
            f"mode {dataset.mode} needs {_key_text(wanted)}, the table has {_key_text(key)}. Declare it as before; or "
            f"make it anew from landing, if no model reads it: DROP TABLE {qualified}, then `ingest replay`"
        )
    if dataset.mode != "full" and "_deleted_at" in own:
        problems.append(
            f"the table was loaded in mode full, and marks rows that vanished. Declare mode full again, or, if the "
            f"marks may go: ALTER TABLE {qualified} DROP COLUMN _deleted_at"
        )
    return problems


def _key_text(key: list[str]) -> str:
    return f"the key ({', '.join(key)})" if key else "no key"
