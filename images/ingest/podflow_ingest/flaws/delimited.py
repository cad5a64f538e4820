"""Records of delimited text that COPY (FORMAT csv) refuses."""

from collections.abc import Iterator

from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.record import Record
from podflow_ingest.landing import LandedChunk
from podflow_ingest.records import records


def examined(form: CsvFormat, fields_declared: int, chunk: LandedChunk) -> Iterator[Record]:
    """Read the chunk record by record, without its header, and examine each."""
    stream = records(chunk.stream(), form.quote)
    if form.header:
        next(stream, None)
    line = chunk.manifest.first_line
    for data in stream:
        yield Record(line, data, flaw(data, form, fields_declared), form.encoding)
        line += data.count(b"\n")


def flaw(record: bytes, form: CsvFormat, fields_declared: int) -> str | None:
    """Return why COPY refuses the record, None if it takes it."""
    body = record.removesuffix(b"\n").removesuffix(b"\r")
    if b"\0" in body:
        return f"NUL byte at byte {body.index(0) + 1}"
    try:
        body.decode(form.encoding)
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} (0x{body[error.start]:02x}) is not {form.encoding}"
    unquoted = body.split(form.quote.encode())[::2]
    fields = 1 + sum(part.count(form.delimiter.encode()) for part in unquoted)
    if fields != fields_declared:
        return f"{fields} fields, {fields_declared} are declared"
    if any(b"\r" in part for part in unquoted):
        return "carriage return outside quotes"
    # In Postgres 17 a line of these two characters ends the data, in a CSV too.
    return r"the end-of-data marker \." if body == rb"\." else None
