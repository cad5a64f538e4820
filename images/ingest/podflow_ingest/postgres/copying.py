"""COPY out of the source: rows as CSV, as they come."""

from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.abc import Buffer

from podflow_ingest.errors import SourceError

PORTION = 1024 * 1024
"""Bytes handed on at a time, at least."""


class CopyOut:
    """The rows of a SELECT as CSV with a header. Iterating runs it, once."""

    def __init__(self, connection: psycopg.Connection, select: sql.Composable) -> None:
        self.rows = 0
        """Rows handed on so far."""
        self.failure: Exception | None = None
        """What ended the iteration early: whoever iterates may hide it behind an error of its own."""
        self._connection = connection
        self._command = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER true)").format(select)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the CSV in portions of whole records.

        Raises:
            psycopg.Error: the server failed.
            SourceError: the server counted other rows than came.
        """
        try:
            yield from self._portions()
        except Exception as error:
            self.failure = error
            raise

    def _portions(self) -> Iterator[bytes]:
        header = 1
        portion: list[Buffer] = []
        size = 0
        with self._connection.cursor() as cursor:
            with cursor.copy(self._command) as copy:
                # The protocol has one row in each message ("Messages sent from the backend will always correspond
                # to single data rows"), so rows are counted without looking for newlines in quotes.
                for message in copy:
                    portion.append(message)
                    size += len(message)
                    if size >= PORTION:
                        self.rows += len(portion) - header
                        yield b"".join(portion)
                        portion, size, header = [], 0, 0
            self.rows += len(portion) - header
            if cursor.rowcount != self.rows:
                raise SourceError(
                    f"the server counted {cursor.rowcount} rows, {self.rows} came; landing counts nothing of this run"
                )
            yield b"".join(portion)
