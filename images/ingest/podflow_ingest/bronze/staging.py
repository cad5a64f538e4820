"""From a chunk in landing to rows of text in a temporary table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import names
from podflow_ingest.bronze.connection import describe
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import DeclarationError, WarehouseFlawError
from podflow_ingest.flaws.examined import examined
from podflow_ingest.flaws.record import Record, Rejected
from podflow_ingest.landing import LandedChunk
from podflow_task.log import event


@dataclass(frozen=True)
class Staged:
    """What is in staging: `rows` records, and `rejected` those that COPY would not take.

    `sifted` says that staging lacks the rejected records, so its record numbers skip them.
    """

    rows: int
    rejected: list[Rejected]
    sifted: bool


def stage(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> Staged:
    """Copy the chunk's bytes into a new staging table.

    COPY gets the bytes as they are. Only if it refuses them, or counts other rows than the manifest, is
    the chunk read once more, record by record, to tell the good from the bad.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
        WarehouseFlawError: rows are unaccounted for.
    """
    expected = chunk.manifest.rows
    _create(connection, dataset)
    try:
        with connection.transaction():
            copied = _copy(connection, dataset, chunk.stream(), header=True)
        if copied == expected:
            return Staged(copied, [], sifted=False)
        refusal = f"COPY counted {copied} rows, the manifest {expected}"
    except psycopg.DataError as error:
        refusal = describe(error)
    event("refused", level="warning", chunk=chunk.path, reason=refusal, then="reading each record")
    connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names.STAGING))
    rejected: list[Rejected] = []
    good = _sift(examined(dataset, chunk), rejected)
    copied = _copy(connection, dataset, good, header=False)
    if copied + len(rejected) != expected:
        raise WarehouseFlawError(
            f"{dataset.full_name}: {chunk.name} has {expected} rows by its manifest, but {copied} were copied and "
            f"{len(rejected)} rejected; nothing was loaded. Please report this file's first and last lines"
        )
    return Staged(copied, rejected, sifted=True)


def _create(connection: psycopg.Connection, dataset: Dataset) -> None:
    statement = "CREATE TEMPORARY TABLE {} ({} bigint GENERATED ALWAYS AS IDENTITY, {}) ON COMMIT DROP"
    texts = [sql.SQL("{} text").format(column) for column in names.columns(dataset)]
    connection.execute(sql.SQL(statement).format(names.STAGING, names.RECORD, names.comma(texts)))


def _copy(connection: psycopg.Connection, dataset: Dataset, stream: Iterable[bytes], *, header: bool) -> int:
    form = dataset.landed_format
    if not isinstance(form, CsvFormat):
        raise DeclarationError(f"{dataset.full_name}: {form.type} cannot be loaded yet")
    statement = "COPY {} ({}) FROM STDIN (FORMAT csv, HEADER {}, DELIMITER {}, QUOTE {}, ENCODING {})"
    command = sql.SQL(statement).format(
        names.STAGING,
        names.comma(names.columns(dataset)),
        sql.Literal(header and form.header),
        sql.Literal(form.delimiter),
        sql.Literal(form.quote),
        sql.Literal(form.postgres_encoding),
    )
    with connection.cursor() as cursor:
        with cursor.copy(command) as copy:
            for piece in stream:
                copy.write(piece)
        return cursor.rowcount


def _sift(records: Iterable[Record], rejected: list[Rejected]) -> Iterator[bytes]:
    for record in records:
        if record.flaw is None:
            # One kind of line end: COPY refuses a mixture.
            yield record.data.removesuffix(b"\n").removesuffix(b"\r") + b"\n"
        else:
            rejected.append(Rejected(record.line, record.text, record.flaw))
