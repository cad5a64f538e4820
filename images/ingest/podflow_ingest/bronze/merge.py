"""From staging to the bronze table: cast, drop duplicates of a key, write what is new or changed."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names
from podflow_ingest.column_types import cast_type, is_text
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset

_MERGE = """
WITH merged AS (
    MERGE INTO {table} AS target
    USING (SELECT {casts} FROM {staging}) AS incoming
    ON {same_key}
    WHEN MATCHED AND ({target_columns}) IS DISTINCT FROM ({incoming_columns}) THEN
        UPDATE SET {assignments}, load_timestamp = clock_timestamp(), _load_id = %(load_id)s
    WHEN NOT MATCHED THEN
        INSERT ({columns}, load_timestamp, _load_id)
        VALUES ({incoming_columns}, clock_timestamp(), %(load_id)s)
    RETURNING merge_action() AS action
)
SELECT count(*) FILTER (WHERE action = 'INSERT'), count(*) FILTER (WHERE action = 'UPDATE') FROM merged
"""

_DROP_DUPLICATES = """
DELETE FROM {staging} AS staged
USING (
    SELECT {key_casts}, max({record}) AS last FROM {staging} GROUP BY {ordinals} HAVING count(*) > 1
) AS repeated
WHERE {same_key} AND staged.{record} < repeated.last
"""

_DROP_FLAWED = """
WITH examined AS (SELECT {record} AS record, concat_ws('; ', {checks}) AS reason FROM {staging})
DELETE FROM {staging} AS staged USING examined
WHERE staged.{record} = examined.record AND examined.reason <> ''
RETURNING examined.record, examined.reason
"""

_CHECK_REQUIRED = "CASE WHEN {column} IS NULL THEN {missing} END"
_CHECK_TYPE = """
CASE WHEN NOT pg_input_is_valid({column}, {type})
THEN {name} || ': ' || (pg_input_error_info({column}, {type})).message END
"""


@dataclass(frozen=True)
class Merged:
    """Where the staged rows went. The rest of them are equal to what the table had."""

    inserted: int
    updated: int
    duplicate: int


def lock(connection: psycopg.Connection, dataset: Dataset) -> None:
    """Wait until no other transaction merges into the dataset's table; held until the end of this one.

    Two merges at once could both find a key absent, and the second insert would fail.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"podflow merge {dataset.full_name}",))


def merge(connection: psycopg.Connection, dataset: Dataset, load_id: int) -> Merged:
    """Merge staging into the table. Of rows with one key the last one counts.

    Raises:
        psycopg.DataError: a value does not fit its declared type.
        psycopg.errors.NotNullViolation: a required value is missing.
    """
    duplicate = connection.execute(_drop_duplicates(dataset)).rowcount
    counted = connection.execute(_merge(dataset), {"load_id": load_id}).fetchone()
    inserted, updated = counted or (0, 0)
    return Merged(inserted, updated, duplicate)


def drop_flawed(connection: psycopg.Connection, dataset: Dataset) -> dict[int, str]:
    """Delete from staging what cannot be cast or lacks a required value; return reasons by record number."""
    checks = [check for column in dataset.columns for check in _checks(column)]
    statement = sql.SQL(_DROP_FLAWED).format(
        staging=names.STAGING, record=names.RECORD, checks=sql.SQL(", ").join([*checks, sql.SQL("NULL")])
    )
    return dict(connection.execute(statement).fetchall())


def _checks(column: Column) -> list[sql.Composed]:
    identifier = sql.Identifier(column.name)
    checks = []
    if not column.nullable:
        missing = sql.Literal(f"{column.name}: required, but empty")
        checks.append(sql.SQL(_CHECK_REQUIRED).format(column=identifier, missing=missing))
    if not is_text(column.type):
        parts = {"column": identifier, "type": sql.Literal(column.type), "name": sql.Literal(column.name)}
        checks.append(sql.SQL(_CHECK_TYPE).format(**parts))
    return checks


def _cast(column: Column) -> sql.Composed:
    # The type comes from a closed list (column_types), so it is safe as text.
    return sql.SQL("{}::" + cast_type(column.type)).format(sql.Identifier(column.name))


def _same_key(dataset: Dataset, left: str, right: str) -> sql.Composed:
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(left, k), sql.Identifier(right, k)) for k in dataset.key]
    return sql.SQL(" AND ").join(pairs)


def _drop_duplicates(dataset: Dataset) -> sql.Composed:
    key = [column for column in dataset.columns if column.name in dataset.key]
    casts = [sql.SQL("{cast} AS {name}").format(cast=_cast(c), name=sql.Identifier(c.name)) for c in key]
    equal = [
        sql.SQL("staged.{cast} = {other}").format(cast=_cast(c), other=sql.Identifier("repeated", c.name)) for c in key
    ]
    return sql.SQL(_DROP_DUPLICATES).format(
        staging=names.STAGING,
        record=names.RECORD,
        key_casts=names.comma(casts),
        ordinals=sql.SQL(", ").join(sql.Literal(number) for number in range(1, len(key) + 1)),
        same_key=sql.SQL(" AND ").join(equal),
    )


def _merge(dataset: Dataset) -> sql.Composed:
    casts = [sql.SQL("{} AS {}").format(_cast(c), sql.Identifier(c.name)) for c in dataset.columns]
    incoming = names.columns(dataset, "incoming")
    assignments = [
        sql.SQL("{} = {}").format(column, value) for column, value in zip(names.columns(dataset), incoming, strict=True)
    ]
    return sql.SQL(_MERGE).format(
        table=names.table(dataset),
        staging=names.STAGING,
        casts=names.comma(casts),
        same_key=_same_key(dataset, "target", "incoming"),
        columns=names.comma(names.columns(dataset)),
        target_columns=names.comma(names.columns(dataset, "target")),
        incoming_columns=names.comma(incoming),
        assignments=names.comma(assignments),
    )
