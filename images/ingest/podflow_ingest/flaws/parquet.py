"""Rows of a Parquet chunk: as COPY (FORMAT csv) takes them, and those that it refuses."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import pyarrow.parquet as pq

from podflow_ingest import landing
from podflow_ingest.columnar import NotParquetError, delimited, open_parquet, unfit
from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import LandingFlawError
from podflow_ingest.flaws.delimited import flaw
from podflow_ingest.flaws.record import Record
from podflow_ingest.landing import LandedChunk
from podflow_ingest.records import records

DIALECT = CsvFormat(header=False)
_MOST_COPIED = 64 * 1024 * 1024
"""Bytes of a chunk that is read from the pod's disk: in the store, every 256 KiB of every column are a request."""


def check(chunk: LandedChunk, columns: Sequence[Column]) -> None:
    """Compare the chunk with its manifest, and its schema with the declared columns.

    Raises: as copyable.
    """
    # Rows are read by columns, not from the file's beginning to its end: what its bytes are is checked before. Whoever
    # copies has read them all.
    if not _is_copied(chunk):
        chunk.verify()
    with _opened(chunk, columns):
        pass


def copyable(chunk: LandedChunk, columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the rows of a chunk that was checked as lines of DIALECT.

    Raises:
        LandingFlawError: the chunk is not what its manifest says, or does not have the declared columns.
    """
    return (data for data, _ in _batches(chunk, columns))


def examined(chunk: LandedChunk, columns: Sequence[Column]) -> Iterator[Record]:
    """Read the chunk row by row, and examine each. Rows without numbers of their own are counted from 1."""
    before = 0
    for data, numbers in _batches(chunk, columns):
        rows = list(records([data], DIALECT.quote))
        counted = numbers or range(before + 1, before + 1 + len(rows))
        for number, row in zip(counted, rows, strict=True):
            reason = flaw(row, DIALECT, len(columns))
            yield Record(number, row, reason, copied=b"" if reason else row)
        before += len(rows)


def _batches(chunk: LandedChunk, columns: Sequence[Column]) -> Iterator[tuple[bytes, list[int] | None]]:
    with _opened(chunk, columns) as file:
        yield from delimited(file, columns, landing.ROW_NUMBER)


@contextmanager
def _opened(chunk: LandedChunk, columns: Sequence[Column]) -> Iterator[pq.ParquetFile]:
    try:
        with _readable(chunk) as opened:
            file = open_parquet(opened, len(columns))
            if problems := unfit(file.schema_arrow, columns):
                raise LandingFlawError(
                    f"{chunk.name}: {'; '.join(problems)}; nothing was loaded. "
                    "Was the declaration changed since? Run extract (and stage) again"
                )
            yield file
    except NotParquetError as error:
        raise LandingFlawError(f"{chunk.name}: not a Parquet file: {error}; nothing was loaded") from None


def _is_copied(chunk: LandedChunk) -> bool:
    return chunk.manifest.bytes <= _MOST_COPIED


@contextmanager
def _readable(chunk: LandedChunk) -> Iterator[IO[bytes]]:
    if not _is_copied(chunk):
        with chunk.open() as there:
            yield there
        return
    with tempfile.TemporaryFile() as copy:
        copy.writelines(chunk.stream())
        copy.seek(0)
        yield copy
