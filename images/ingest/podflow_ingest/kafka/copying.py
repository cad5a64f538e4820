"""Rows into the bronze table: at the speed of COPY, without those that Postgres would not take.

COPY skips a value that does not fit its type (ON_ERROR ignore), so one bad message costs a look at which it was. What
fails the whole of COPY, such as nesting deeper than the server's stack, is found by halving.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import flawed, names, staging
from podflow_ingest.bronze.connection import describe
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws import json_lines
from podflow_ingest.kafka.table import bronze

REFUSED = (
    psycopg.DataError,
    psycopg.errors.NotNullViolation,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
)
"""What a row can do to the whole of COPY."""
_COPY = "COPY {} ({}) FROM STDIN (FORMAT csv, NULL 'null', ENCODING 'UTF8', ON_ERROR ignore)"
_PRESENT = """
SELECT _offset FROM {table}
WHERE _topic = %(topic)s AND _generation = %(generation)s AND _partition = %(partition)s
    AND _offset BETWEEN %(first)s AND %(last)s
"""


@dataclass(frozen=True)
class Place:
    """Consecutive messages of one partition."""

    topic: str
    generation: int
    partition: int
    first: int
    last: int


def copy(connection: psycopg.Connection, dataset: Dataset, blocks: Iterable[Sequence[bytes]]) -> int:
    """Copy lines into the table as they come; return how many the server took.

    Raises:
        one of REFUSED: the server would not go on; the transaction is to be undone.
        psycopg.errors.UniqueViolation: a message is there already.
    """
    whole = bronze(dataset)
    command = sql.SQL(_COPY).format(names.table(dataset), names.comma(names.columns(whole)))
    with connection.cursor() as cursor:
        with cursor.copy(command) as copying:
            for lines in blocks:
                if lines:
                    copying.write(b"\n".join(lines) + b"\n")
        return cursor.rowcount


def copy_halving(
    connection: psycopg.Connection, dataset: Dataset, lines: Sequence[bytes]
) -> tuple[int, dict[int, str]]:
    """Copy what can be copied; return how many the server took, and by their index why it failed over others."""
    try:
        with connection.transaction():
            return copy(connection, dataset, [lines]), {}
    except REFUSED as error:
        if len(lines) == 1:
            return 0, {0: describe(error)}
    half = len(lines) // 2
    taken, flaws = copy_halving(connection, dataset, lines[:half])
    more, others = copy_halving(connection, dataset, lines[half:])
    return taken + more, {**flaws, **{half + index: why for index, why in others.items()}}


def present(connection: psycopg.Connection, dataset: Dataset, place: Place) -> set[int]:
    """Return the offsets that the table has of a range."""
    statement = sql.SQL(_PRESENT).format(table=names.table(dataset))
    return {offset for (offset,) in connection.execute(statement, vars(place))}


def reasons(connection: psycopg.Connection, dataset: Dataset, records: Sequence[bytes]) -> list[str]:
    """Return why Postgres took none of these lines of declared columns."""
    with connection.transaction() as savepoint:
        staging.create(connection, dataset)
        lines = [b"\n".join(records) + b"\n"]
        staging.copy_text(connection, names.STAGING, dataset, json_lines.DIALECT, lines)
        found = flawed.reasons(connection, dataset)
        raise psycopg.Rollback(savepoint)
    return [found.get(number, "Postgres does not take it") for number in range(1, len(records) + 1)]
