"""Repaired rows: read from what somebody corrected, written as a chunk of landing."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ValidationError

from podflow_ingest import landing
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat, ParquetFormat
from podflow_ingest.errors import DeclarationError
from podflow_ingest.landing import Manifest
from podflow_ingest.objects import Root
from podflow_ingest.records import UnclosedRecordError, records


class RepairedRow(BaseModel):
    """A line of `ingest quarantine list` whose `raw` somebody corrected."""

    chunk: str
    line: int
    raw: str


def parse(lines: Iterable[str]) -> list[RepairedRow]:
    """Read the output of `ingest quarantine list` back.

    Raises:
        DeclarationError: a line is something else; the message names it.
    """
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows += [RepairedRow.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            raise DeclarationError(
                f"line {number} of what was given is not a row as `ingest quarantine list` prints it to a file: "
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from None
    return rows


def write(root: Root, dataset: Dataset, rows: Sequence[RepairedRow]) -> str:
    """Write the rows to today's partition; return the chunk's name.

    Raises:
        DeclarationError: a row is not one record of the dataset's format, or the format has no single rows.
    """
    form = dataset.landed_format
    if isinstance(form, ParquetFormat):
        raise DeclarationError(
            f"{dataset.full_name}: single rows of Parquet cannot be resubmitted. Correct the declaration and run "
            "`ingest replay`, or have the source deliver the rows again"
        )
    encoding, quote = (form.landed.encoding, form.quote) if isinstance(form, CsvFormat) else ("utf-8", None)
    header = []
    if isinstance(form, CsvFormat) and form.header:
        header = [form.delimiter.join(dataset.column_names).encode(encoding)]
    data = b"".join(record + b"\n" for record in [*header, *(_record(row, encoding, quote) for row in rows)])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    sha256 = hashlib.sha256(data).hexdigest()
    chunk = f"dt={today}/{dataset.name}-resubmitted-{sha256[:12]}.{form.extension}"
    path = landing.chunk_path(dataset, chunk)
    landing.write_data(root, path, [data])
    manifest = Manifest(bytes=len(data), rows=len(rows), sha256=sha256, first_line=1 + len(header), source="quarantine")
    landing.write_manifest(root, path, manifest)
    return chunk


def _record(row: RepairedRow, encoding: str, quote: str | None) -> bytes:
    where = f"line {row.line} of {row.chunk}"
    try:
        record = row.raw.encode(encoding)
        found = len(list(records([record + b"\n"], quote)))
    except UnicodeEncodeError as error:
        raise DeclarationError(f"{where}: {row.raw[error.start]!r} cannot be written as {encoding}") from None
    except UnclosedRecordError:
        raise DeclarationError(f"{where}: a quoted field begins and never ends") from None
    if found != 1:
        raise DeclarationError(f"{where}: {found} records, resubmit one for one")
    return record
