"""Rows as a Parquet file with the declared schema."""

from typing import IO, Self

import pyarrow as pa
import pyarrow.parquet as pq

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import ROW_NUMBER
from podflow_ingest.stage.flatten import Row
from podflow_ingest.stage.numbers import MOST_DIGITS
from podflow_ingest.stage.values import kind

GROUP_ROWS = 10_000
GROUP_SIZE = 4 * 1024 * 1024
"""Rows and bytes of source of a Parquet row group at most: what is in memory at a time, here and in `load`."""


_DECIMAL128_DIGITS = 38
_PLAIN = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


def arrow_type(name: str) -> pa.DataType:
    """Return the Parquet column's type for a declared type."""
    base, precision, scale = kind(name)
    if base != "numeric":
        return _PLAIN.get(base, pa.string())
    if precision is None or precision > MOST_DIGITS:
        return pa.string()
    decimals = pa.decimal128 if precision <= _DECIMAL128_DIGITS else pa.decimal256
    return decimals(precision, scale or 0)


def schema(dataset: Dataset) -> pa.Schema:
    """Return the Parquet schema of a dataset: the row's number in what was staged, then the declared columns."""
    declared = [pa.field(column.name, arrow_type(column.type), column.nullable) for column in dataset.columns]
    return pa.schema([pa.field(ROW_NUMBER, pa.int64(), nullable=False), *declared])


class ColumnarFile:
    """A Parquet file that grows by rows."""

    def __init__(self, dataset: Dataset, file: IO[bytes]) -> None:
        self._schema = schema(dataset)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._numbers: list[int] = []
        self._rows: list[Row] = []
        self._size = 0

    def add(self, number: int, row: Row, size: int) -> None:
        """Append a row with its number; `size` is about its bytes."""
        self._numbers.append(number)
        self._rows.append(row)
        self._size += size
        if len(self._rows) >= GROUP_ROWS or self._size >= GROUP_SIZE:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Write the rest, and what a reader needs. The file stays open."""
        if error is None:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [self._numbers, *map(list, zip(*self._rows, strict=True))]
        arrays = [pa.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._numbers, self._rows, self._size = [], [], 0
