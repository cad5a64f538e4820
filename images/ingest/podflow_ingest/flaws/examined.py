"""A chunk of any format: as COPY takes it, and record by record."""

from collections.abc import Iterator

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat, JsonLinesFormat, ParquetFormat
from podflow_ingest.flaws import delimited, json_lines
from podflow_ingest.flaws.record import Record
from podflow_ingest.landing import LandedChunk


def check(dataset: Dataset, chunk: LandedChunk) -> None:
    """Find out before the warehouse is touched what is wrong with a Parquet file: its bytes, or its schema.

    What is text is compared with its manifest while it is copied, inside the transaction that then is rolled back.

    Raises:
        LandingError: the chunk is missing, not what its manifest says, or does not have the declared columns.
    """
    if isinstance(dataset.landed_format, ParquetFormat):
        from podflow_ingest.flaws import parquet  # noqa: PLC0415 - as below

        parquet.check(chunk, dataset.columns)


def copyable(dataset: Dataset, chunk: LandedChunk) -> tuple[CsvFormat, Iterator[bytes]]:
    """Return the rows of a chunk that was checked as delimited text for one COPY, and the dialect of it.

    While it is read it raises:
        RefusedRecordError: (a psycopg.DataError) a record cannot be copied: go on with `examined`.
        LandingError: the chunk is missing or not what its manifest says.
    """
    form = dataset.landed_format
    if isinstance(form, CsvFormat):
        return form, delimited.copyable(chunk.stream(), form)
    if isinstance(form, JsonLinesFormat):
        return json_lines.DIALECT, json_lines.copyable(chunk.stream(), dataset.columns)
    # Imported only where it is needed: pyarrow takes 50 MB and half a second.
    from podflow_ingest.flaws import parquet  # noqa: PLC0415

    return parquet.DIALECT, parquet.copyable(chunk, dataset.columns)


def examined(dataset: Dataset, chunk: LandedChunk) -> Iterator[Record]:
    """Read the chunk record by record and examine each. A header is no record. Raises LandingError as copyable."""
    form = dataset.landed_format
    first_line = chunk.manifest.first_line
    if isinstance(form, CsvFormat):
        return delimited.examined(chunk.stream(), form, len(dataset.columns), first_line)
    if isinstance(form, JsonLinesFormat):
        return json_lines.examined(chunk.stream(), dataset.columns, first_line)
    from podflow_ingest.flaws import parquet  # noqa: PLC0415 - as above

    return parquet.examined(chunk, dataset.columns)
