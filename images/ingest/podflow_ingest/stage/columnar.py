"""Rows as a Parquet file with the declared schema."""

import io
from typing import TYPE_CHECKING

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import ROW_NUMBER
from podflow_ingest.stage.flatten import Row
from podflow_ingest.stage.values import arrow_type

if TYPE_CHECKING:
    import pyarrow

GROUP_ROWS = 20_000
"""Rows of a Parquet row group: what is in memory at a time, here and where it is loaded."""


def schema(dataset: Dataset) -> "pyarrow.Schema":
    """Return the Parquet schema of a dataset: the row's number in what was staged, then the declared columns."""
    import pyarrow as pa

    declared = [pa.field(column.name, arrow_type(column.type), column.nullable) for column in dataset.columns]
    return pa.schema([pa.field(ROW_NUMBER, pa.int64(), nullable=False), *declared])


class ColumnarFile:
    """A Parquet file in memory that grows by rows."""

    def __init__(self, dataset: Dataset) -> None:
        import pyarrow.parquet as pq

        self._schema = schema(dataset)
        self._buffer = io.BytesIO()
        self._writer = pq.ParquetWriter(self._buffer, self._schema, compression="zstd")
        self._numbers: list[int] = []
        self._rows: list[Row] = []

    def add(self, number: int, row: Row) -> None:
        """Append a row with its number."""
        self._numbers.append(number)
        self._rows.append(row)
        if len(self._rows) == GROUP_ROWS:
            self._flush()

    def finished(self) -> bytes:
        """Return the whole file."""
        self._flush()
        self._writer.close()
        return self._buffer.getvalue()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._rows:
            return
        columns = [self._numbers, *map(list, zip(*self._rows, strict=True))]
        arrays = [pa.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._numbers, self._rows = [], []
