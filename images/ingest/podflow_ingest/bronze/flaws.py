"""Which records of a chunk COPY would refuse, and why: only asked when it refused the chunk as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from podflow_ingest.catalogue import CsvFormat, Dataset
from podflow_ingest.landing import LandedChunk
from podflow_ingest.records import records


@dataclass(frozen=True)
class Record:
    """One record of a chunk, and the physical line of the source file on which it begins."""

    line: int
    data: bytes
    flaw: str | None
    """Why COPY refuses it, None if it does not."""

    def text(self, encoding: str) -> str:
        """The record as text that Postgres can keep: what it cannot is written as an escape."""
        text = self.data.rstrip(b"\r\n").decode(encoding, errors="backslashreplace")
        return text.replace("\0", "\\x00")


@dataclass(frozen=True)
class Rejected:
    """A row for quarantine."""

    line: int
    raw: str
    reason: str


def examined(dataset: Dataset, chunk: LandedChunk) -> Iterator[Record]:
    """Read the chunk record by record, without its header, and examine each."""
    stream = records(chunk.stream(), dataset.format.quote)
    next(stream, None)
    line = chunk.manifest.first_line
    for data in stream:
        yield Record(line, data, flaw(data, dataset.format, len(dataset.columns)))
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
