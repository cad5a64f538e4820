"""Parquet files: which of their columns fit a declaration, and their rows as delimited text.

pyarrow is imported by those who call, so that a pod without Parquet does without its 50 MB of memory.
"""

import io
import json
from collections.abc import Iterator, Sequence
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv
from pyarrow import types as kinds

from podflow_ingest.declaration.columns import Column

BATCH_ROWS = 4096
"""Rows in memory at a time."""
_BUFFERS = 8 * 1024 * 1024
"""Bytes read ahead, of all columns together; without buffers pyarrow would read a whole row group."""
_LEAST_BUFFER, _LARGEST_BUFFER = 16 * 1024, 256 * 1024
_WRITE = csv.WriteOptions(include_header=False)
_BINARY = (kinds.is_binary, kinds.is_large_binary, kinds.is_fixed_size_binary, kinds.is_binary_view)
_TEXT = (kinds.is_string, kinds.is_large_string, kinds.is_string_view)
_WHOLE = (kinds.is_integer,)
_NUMBER = (kinds.is_integer, kinds.is_floating, kinds.is_decimal)
_TAKEN = {
    "smallint": (kinds.is_integer,),
    "integer": (kinds.is_integer,),
    "bigint": (kinds.is_integer,),
    "numeric": _NUMBER,
    "real": _NUMBER,
    "double precision": _NUMBER,
    "boolean": (kinds.is_boolean,),
    "date": (kinds.is_date,),
    "time": (kinds.is_time,),
    "timestamp": (kinds.is_timestamp, kinds.is_date),
    "timestamptz": (kinds.is_timestamp, kinds.is_date),
    "uuid": (),
    "jsonb": (kinds.is_nested,),
}
"""What a declared type takes beside text, whose values are tried one by one."""


class NotParquetError(ValueError):
    """The bytes are no Parquet file, or not a whole one."""


def open_parquet(file: IO[bytes], columns: int) -> pq.ParquetFile:
    """Open a Parquet file of which so many columns will be read.

    Raises:
        NotParquetError: it is none.
    """
    # Arrow's own pools keep what was freed: 40 MB more for the same file.
    pa.set_memory_pool(pa.system_memory_pool())
    buffer = min(max(_BUFFERS // columns, _LEAST_BUFFER), _LARGEST_BUFFER)
    try:
        return pq.ParquetFile(file, buffer_size=buffer, pre_buffer=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise NotParquetError(str(error).splitlines()[0]) from None


def unfit(schema: pa.Schema, columns: Sequence[Column]) -> list[str]:
    """Return what stands between a file's schema and the declared columns; undeclared ones are no matter."""
    problems = []
    for column in columns:
        places = schema.get_all_field_indices(column.name)
        if len(places) != 1:
            problems.append(f"column {column.name!r} {'appears twice' if places else 'is missing'}")
        elif not _taken(column.type, found := _stored(schema.field(places[0]).type)):
            problems.append(f"column {column.name!r} is declared {column.type}, the file has {found}")
    return problems


def delimited(file: pq.ParquetFile, columns: Sequence[Column], number: str) -> Iterator[tuple[bytes, list[int] | None]]:
    """Yield batches of rows as CSV without header, and their numbers if the file has a column `number`.

    A missing value is an empty field, an empty text a quoted one.

    Raises:
        NotParquetError: the file is damaged.
    """
    names = [column.name for column in columns]
    numbered = number in file.schema_arrow.names
    wanted = [*names, number] if numbered else names
    try:
        for batch in file.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False):
            out = io.BytesIO()
            arrays = [_writable(batch.column(name)) for name in names]
            csv.write_csv(pa.record_batch(arrays, names=names), out, _WRITE)
            yield out.getvalue(), batch.column(number).to_pylist() if numbered else None
    except (pa.ArrowInvalid, OSError) as error:
        raise NotParquetError(str(error).splitlines()[0]) from None


def _stored(found: pa.DataType) -> pa.DataType:
    return found.value_type if kinds.is_dictionary(found) else found


def _taken(declared: str, found: pa.DataType) -> bool:
    if any(kind(found) for kind in _TEXT) or kinds.is_null(found):
        return True
    base = declared.partition("(")[0].strip()
    if base in ("text", "char", "varchar"):
        return not any(kind(found) for kind in _BINARY)
    return any(kind(found) for kind in _TAKEN[base])


def _writable(array: pa.Array) -> pa.Array:
    """Return the array as one that write_csv takes and Postgres reads."""
    if kinds.is_dictionary(array.type):
        array = array.dictionary_decode()
    if kinds.is_nested(array.type):
        texts = (None if value is None else json.dumps(value, default=str) for value in array.to_pylist())
        return pa.array(texts, pa.string())
    if kinds.is_string_view(array.type):
        return array.cast(pa.string())
    if kinds.is_timestamp(array.type) and array.type.tz is not None:
        # The same moments; any other zone's clock would need the database of zones, and be read as it shows.
        return array.cast(pa.timestamp(array.type.unit, tz="UTC"))
    return array
