"""Rows of staging that cannot be cast or lack a value: why, and where in the source they are."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names, quarantine
from podflow_ingest.column_types import is_text
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.examined import examined
from podflow_ingest.flaws.record import Record, Rejected
from podflow_ingest.landing import LandedChunk

FLAWED = sql.Identifier("pg_temp", "flawed")
"""Rows of staging that do not fit, with the reason, their key as text in key_1, key_2, ..., and if it is `readable`."""
BATCH = 5_000
"""Flawed rows held in memory at a time."""

_FIND = """
CREATE TEMPORARY TABLE {flawed} ON COMMIT DROP AS
SELECT * FROM (
    SELECT {record} AS record, concat_ws('; ', {checks}) AS reason, {key_readable} AS readable {key} FROM {staging}
) AS checked
WHERE reason <> ''
"""
_TAKE_OUT = "DELETE FROM {staging} USING {flawed} WHERE {staging}.{record} = {flawed}.record"
_COUNT = "SELECT count(*), count(*) FILTER (WHERE NOT readable) FROM {flawed}"
_REASONS = "SELECT record, reason FROM {flawed}"
_NEXT = "SELECT record, reason FROM {flawed} WHERE record > %s ORDER BY record LIMIT {batch}"

_CHECK_REQUIRED = "CASE WHEN {column} IS NULL THEN {missing} END"
_CHECK_TYPE = """
CASE WHEN NOT pg_input_is_valid({column}, {type})
THEN {name} || ': ' || (pg_input_error_info({column}, {type})).message END
"""


@dataclass(frozen=True)
class Found:
    """How many flawed rows there were, and how many of them have a key that cannot be read."""

    rows: int
    keyless: int


def set_aside(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk, *, sifted: bool) -> Found:
    """Take the flawed rows out of staging, and put them as they came into quarantine's temporary table."""
    connection.execute(_find(dataset))
    parts = {"staging": names.STAGING, "flawed": FLAWED, "record": names.RECORD}
    connection.execute(sql.SQL(_TAKE_OUT).format(**parts))
    rows, keyless = connection.execute(sql.SQL(_COUNT).format(flawed=FLAWED)).fetchone() or (0, 0)
    if rows:
        _locate(connection, _numbered(dataset, chunk, sifted=sifted))
    return Found(rows, keyless)


def reasons(connection: psycopg.Connection, dataset: Dataset) -> dict[int, str]:
    """Return what does not fit in staging's rows, by their number."""
    connection.execute(_find(dataset))
    return dict(connection.execute(sql.SQL(_REASONS).format(flawed=FLAWED)).fetchall())


def numbers_of(dataset: Dataset, chunk: LandedChunk, lines: Collection[int], *, sifted: bool) -> list[int]:
    """Return how staging numbers the records that begin on these lines of the source."""
    return [number for number, record in _numbered(dataset, chunk, sifted=sifted) if record.line in lines]


def _numbered(dataset: Dataset, chunk: LandedChunk, *, sifted: bool) -> Iterator[tuple[int, Record]]:
    """Number the chunk's records as staging does: `sifted` as in staging.Staged."""
    return enumerate((record for record in examined(dataset, chunk) if not (sifted and record.flaw)), start=1)


def _locate(connection: psycopg.Connection, numbered: Iterator[tuple[int, Record]]) -> None:
    last = 0
    while reasons := _next_reasons(connection, last):
        last = max(reasons)
        quarantine.add(connection, _described(numbered, reasons))


def _next_reasons(connection: psycopg.Connection, last: int) -> dict[int, str]:
    statement = sql.SQL(_NEXT).format(flawed=FLAWED, batch=BATCH)
    return dict(connection.execute(statement, (last,)).fetchall())


def _described(numbered: Iterator[tuple[int, Record]], reasons: Mapping[int, str]) -> Iterator[Rejected]:
    left = len(reasons)
    for number, record in numbered:
        if number in reasons:
            yield Rejected(record.line, record.text, reasons[number])
            left -= 1
            if not left:
                return


def _find(dataset: Dataset) -> sql.Composed:
    checks = [check for column in dataset.columns for check in _checks(column)]
    key = names.key_columns(dataset)
    key_checks = [check for column in key for check in _checks(column)]
    key_texts = [
        sql.SQL(", {} AS {}").format(sql.Identifier(column.name), number)
        for column, number in zip(key, names.key_numbers(dataset), strict=True)
    ]
    return sql.SQL(_FIND).format(
        flawed=FLAWED,
        staging=names.STAGING,
        record=names.RECORD,
        checks=names.comma([*checks, sql.SQL("NULL")]),
        key_readable=sql.SQL("coalesce({}) IS NULL").format(names.comma([*key_checks, sql.SQL("NULL")])),
        key=sql.SQL("").join(key_texts),
    )


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
