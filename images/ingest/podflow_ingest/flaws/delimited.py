"""Records of delimited text: as COPY (FORMAT csv) takes them, and those that it refuses."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator

from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.record import Record, RefusedRecordError
from podflow_ingest.records import records

NO_QUOTE = b"\x01"
"""COPY wants a quote character. Where a format has none it gets this one, which texts do not contain, or are sifted."""


def copyable(stream: Iterable[bytes], form: CsvFormat) -> Iterator[bytes]:
    """Yield the bytes of a chunk as COPY takes them: as they are.

    Raises:
        RefusedRecordError: a character that means nothing in the file would mean something to COPY.
    """
    if not form.header:
        stream = _without_mark(stream)
    if form.quote is not None:
        yield from stream
        return
    for piece in stream:
        if NO_QUOTE in piece:
            raise RefusedRecordError("character 0x01 in a text without quotes")
        yield piece


def examined(stream: Iterable[bytes], form: CsvFormat, fields_declared: int, first_line: int) -> Iterator[Record]:
    """Read a chunk record by record, without its header, and examine each."""
    found = records(stream if form.header else _without_mark(stream), form.quote)
    if form.header:
        next(found, None)
    line = first_line
    prepared = _prepared(form)
    for data in found:
        reason = flaw(data, form, fields_declared)
        yield Record(line, data, reason, form.encoding, b"" if reason else prepared(data))
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
    unquoted = [body] if form.quote is None else body.split(form.quote.encode())[::2]
    fields = 1 + sum(part.count(form.delimiter.encode()) for part in unquoted)
    if fields != fields_declared:
        return f"{fields} fields, {fields_declared} are declared"
    if any(b"\r" in part for part in unquoted):
        return "carriage return outside quotes"
    # In Postgres 17 a line of these two characters ends the data, in a CSV too.
    return r"the end-of-data marker \." if body == rb"\." else None


def _prepared(form: CsvFormat) -> Callable[[bytes], bytes]:
    """Return what makes a record fit for COPY: one kind of line end, for it refuses a mixture."""
    delimiter = form.delimiter.encode()

    def one_line_end(record: bytes) -> bytes:
        return record.removesuffix(b"\n").removesuffix(b"\r") + b"\n"

    def without_quotes(record: bytes) -> bytes:
        fields = one_line_end(record)[:-1].split(delimiter)
        quoted = (NO_QUOTE + field.replace(NO_QUOTE, NO_QUOTE * 2) + NO_QUOTE for field in fields)
        kept = (whole if NO_QUOTE in field else field for field, whole in zip(fields, quoted, strict=True))
        return delimiter.join(kept) + b"\n"

    return one_line_end if form.quote is not None else without_quotes


def _without_mark(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out a byte order mark. In a header it does no harm, in a first field it would."""
    pieces = iter(stream)
    yield next(pieces, b"").removeprefix(BOM_UTF8)
    yield from pieces
