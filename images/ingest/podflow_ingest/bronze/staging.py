"""From a chunk in landing to rows of text in a temporary table."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names
from podflow_ingest.bronze.connection import describe
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import WarehouseFlawError
from podflow_ingest.flaws.delimited import NO_QUOTE
from podflow_ingest.flaws.examined import copyable, examined
from podflow_ingest.flaws.record import Rejected
from podflow_ingest.flaws.rejects import staged_rejects
from podflow_ingest.landing import LandedChunk
from podflow_task.log import event

_COPY = "COPY {} ({}) FROM STDIN (FORMAT csv, HEADER {}, DELIMITER {}, QUOTE {}, NULL {}, ENCODING {})"
_PORTION = 65536
"""Bytes sent to the server at a time."""


@dataclass(frozen=True)
class Staged:
    """What is in staging: `rows` records, and `rejected` those that COPY would not take, read from landing again.

    `sifted` says that staging lacks the rejected records, so its record numbers skip them.
    """

    rows: int
    rejected: Iterable[Rejected]
    sifted: bool


def stage(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> Staged:
    """Copy the chunk's rows into a new staging table.

    COPY gets delimited text as it is, other formats as delimited text. Only if a record is refused, or other rows are
    counted than the manifest has, is the chunk read once more, record by record, to tell the good from the bad.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
        WarehouseFlawError: rows are unaccounted for.
    """
    set_aside = chunk.manifest.rejects.rows if chunk.manifest.rejects else 0
    expected = chunk.manifest.rows - set_aside
    create(connection, dataset)
    dialect, stream = copyable(dataset, chunk)
    try:
        with connection.transaction():
            copied = copy_text(connection, names.STAGING, dataset, dialect, stream)
        if copied == expected:
            return Staged(copied, staged_rejects(chunk), sifted=False)
        refusal = f"COPY counted {copied} rows, the manifest {expected}"
    except psycopg.DataError as error:
        refusal = describe(error)
    event("refused", level="warning", chunk=chunk.path, reason=refusal, then="reading each record")
    connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names.STAGING))
    sieve = _Sieve(dataset, chunk)
    copied = copy_text(connection, names.STAGING, dataset, dialect.model_copy(update={"header": False}), sieve.good())
    if copied + sieve.bad != expected:
        raise WarehouseFlawError(
            f"{dataset.full_name}: {chunk.name} has {expected} rows by its manifest, but {copied} were copied and "
            f"{sieve.bad} rejected; nothing was loaded. Please report this file's first and last lines"
        )
    return Staged(copied, itertools.chain(staged_rejects(chunk), sieve.rejected()), sifted=True)


def copy_text(
    connection: psycopg.Connection,
    table: sql.Identifier,
    dataset: Dataset,
    dialect: CsvFormat,
    stream: Iterable[bytes],
) -> int:
    """Copy delimited text into a table that has the declared columns; return how many rows the server counted.

    Raises:
        psycopg.DataError: the server refuses a record or a value.
        psycopg.IntegrityError: a value is missing, or a key is there already.
    """
    command = sql.SQL(_COPY).format(
        table,
        names.comma(names.columns(dataset)),
        sql.Literal(dialect.header),
        sql.Literal(dialect.delimiter),
        sql.Literal(dialect.quote or NO_QUOTE.decode()),
        sql.Literal(dialect.null),
        sql.Literal(dialect.postgres_encoding),
    )
    with connection.cursor() as cursor:
        with cursor.copy(command) as copy:
            for piece in stream:
                copy.write(piece)
        return cursor.rowcount


def create(connection: psycopg.Connection, dataset: Dataset) -> None:
    """Make the staging table, which numbers its rows from 1."""
    statement = "CREATE TEMPORARY TABLE {} ({} bigint GENERATED ALWAYS AS IDENTITY, {}) ON COMMIT DROP"
    texts = [sql.SQL("{} text").format(column) for column in names.columns(dataset)]
    connection.execute(sql.SQL(statement).format(names.STAGING, names.RECORD, names.comma(texts)))


class _Sieve:
    """Tells the good records of a chunk from the bad ones, which may be too many to keep in memory."""

    def __init__(self, dataset: Dataset, chunk: LandedChunk) -> None:
        self.bad = 0
        """Bad records passed so far."""
        self._dataset = dataset
        self._chunk = chunk

    def good(self) -> Iterator[bytes]:
        """Read the chunk; yield what COPY takes, in portions."""
        portion = bytearray()
        for record in examined(self._dataset, self._chunk):
            if record.flaw is not None:
                self.bad += 1
                continue
            portion += record.copied
            if len(portion) >= _PORTION:
                yield bytes(portion)
                portion.clear()
        yield bytes(portion)

    def rejected(self) -> Iterator[Rejected]:
        """Read the chunk again; yield what COPY does not take."""
        for record in examined(self._dataset, self._chunk):
            if record.flaw is not None:
                yield Rejected(record.line, record.text, record.flaw)
