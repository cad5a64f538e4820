"""Filling the source database once: all nine tables in one transaction, or none."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import psycopg
from psycopg import sql

from podflow_sources.errors import DeliveryError
from podflow_sources.olist.market import Row
from podflow_sources.olist.tables import TABLES, Table, schema
from podflow_sources.outbox import Outbox

_LOCK = 20_160_904
"""Whoever comes second waits, and then finds the tables."""


class Content(Protocol):
    """Where the rows of a table come from."""

    def copy(self, cursor: psycopg.Cursor, table: Table) -> None:
        """Write them into the table, which is empty."""


class MadeUp:
    """Rows of a seed, as many as a scale says; 1 is as many as Olist published."""

    def __init__(self, seed: int, scale: float) -> None:
        self._make: Callable[[Table], Iterator[Row]] = lambda table: iter(table.rows(seed, scale))

    def copy(self, cursor: psycopg.Cursor, table: Table) -> None:
        """Write the made-up rows."""
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))) as copy:
            for row in self._make(table):
                copy.write_row(row)


class Published:
    """Olist's own CSV files in a folder."""

    def __init__(self, folder: Outbox) -> None:
        self._folder = folder

    def copy(self, cursor: psycopg.Cursor, table: Table) -> None:
        """Write the file's lines as they are; the server reads CSV."""
        statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(sql.Identifier(table.name))
        with cursor.copy(statement) as copy:
            for piece in self._folder.read(table.file):
                copy.write(piece)


def fill(url: str, content: Content, wait: float = 0) -> dict[str, int] | None:
    """Make and fill the tables in the database at a libpq URL; return their rows, or None if they are there already.

    A server that does not let us in is asked again for `wait` seconds: it may be starting.

    Raises:
        DeliveryError: the database refuses, or a file is missing; nothing is left of the tables.
    """
    with _errors_explained(url), _connect(url, wait) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT to_regclass('orders') IS NOT NULL")
        if cursor.fetchone() == (True,):
            return None
        cursor.execute(schema().encode())
        rows = {}
        for table in TABLES:
            content.copy(cursor, table)
            rows[table.name] = cursor.rowcount
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
        return rows


def _connect(url: str, wait: float) -> psycopg.Connection:
    deadline = time.monotonic() + wait
    while True:
        try:
            return psycopg.connect(url, connect_timeout=10)
        except psycopg.OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(1)


@contextmanager
def _errors_explained(url: str) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        shown = url.rpartition("@")[2].partition("?")[0]
        raise DeliveryError(f"{shown}: {' '.join(str(error).split())}") from error
