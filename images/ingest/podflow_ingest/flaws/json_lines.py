"""Records of JSON lines: as COPY (FORMAT csv) takes them, and those that are no JSON object.

A value of JSON is nearly a field of CSV: a string without escapes is a quoted field, a number or a boolean an unquoted
one, and COPY's NULL option takes care of null. So values are never parsed: they go on as the bytes they are, and
numbers keep all their digits. Only strings with escapes, lists and objects are written anew.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.record import Record, RefusedRecordError
from podflow_ingest.records import blocks_of_records, records

DIALECT = CsvFormat(header=False, null="null")
Convert = Callable[[bytes], bytes]
"""Returns a value of JSON as a field of CSV."""


def copyable(stream: Iterable[bytes], columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the declared members of each line as a line of DIALECT.

    Raises:
        RefusedRecordError: a line is no JSON object, or has what a text in Postgres cannot have.
    """
    lines = _Lines(columns)
    for block in blocks_of_records(_without_mark(stream), None):
        try:
            yield lines.as_csv(block.data)
        except (UnicodeDecodeError, msgspec.DecodeError, RecursionError, ValueError) as error:
            raise RefusedRecordError(str(error)) from None


def examined(stream: Iterable[bytes], columns: Sequence[Column], first_line: int) -> Iterator[Record]:
    """Read a chunk line by line, and examine each."""
    lines = _Lines(columns)
    for line, data in enumerate(records(_without_mark(stream), None), start=first_line):
        try:
            row = lines.as_csv(data)
        except UnicodeDecodeError as error:
            yield Record(line, data, f"byte {error.start + 1} (0x{data[error.start]:02x}) is not utf-8")
        except msgspec.ValidationError as error:
            yield Record(line, data, f"not a JSON object: {error}")
        except msgspec.DecodeError as error:
            yield Record(line, data, f"not JSON: {error}" if data.strip() else "an empty line")
        except (RecursionError, ValueError) as error:
            yield Record(line, data, str(error))
        else:
            yield Record(line, data, None, copied=row)


class _Lines:
    """Turns lines of JSON into lines of CSV."""

    def __init__(self, columns: Sequence[Column]) -> None:
        # Members are numbered, because a column may be called like a word of Python.
        members = {f"c{place}": column.name for place, column in enumerate(columns)}
        fields = [(member, msgspec.Raw, msgspec.field(default=msgspec.Raw(b"null"))) for member in members]
        row = msgspec.defstruct("Row", fields, rename=members, gc=False)
        self._decode = msgspec.json.Decoder(row).decode
        self._convert: list[Convert] = [json_field if column.type == "jsonb" else text_field for column in columns]
        self._plain = json_field not in self._convert

    def as_csv(self, data: bytes) -> bytes:
        """Return whole lines as CSV. Raises what msgspec raises, UnicodeDecodeError, and ValueError."""
        data.decode()
        # Not decode_lines: it takes two objects on a line, one on two lines, and empty lines.
        lines = data.removesuffix(b"\n").split(b"\n")
        decode, values, join = self._decode, msgspec.structs.astuple, b",".join
        # In most lines nothing is nested or escaped: their values need no more than being joined.
        return (
            b"\n".join(
                [
                    join(values(decode(line)))
                    if b"\\" not in line and b"[" not in line and b"{" not in line[1:] and self._plain
                    else join(map(_converted, self._convert, values(decode(line))))
                    for line in lines
                ]
            )
            + b"\n"
        )


def _converted(convert: Convert, raw: msgspec.Raw) -> bytes:
    return convert(bytes(raw))


def text_field(value: bytes) -> bytes:
    """Return a field for a column of text, or of what text is cast to."""
    if value[:1] == b'"':
        return _unescaped(value) if b"\\" in value else value
    return _quoted(value) if value[:1] in (b"{", b"[") else value


def json_field(value: bytes) -> bytes:
    """Return a field for a column of jsonb, where a string stays one of JSON."""
    return _quoted(value) if value[:1] in (b'"', b"{", b"[") else value


def _unescaped(value: bytes) -> bytes:
    text: str = json.loads(value)
    if "\0" in text:
        raise ValueError(r"\u0000 in a string: Postgres has no such character")
    return _quoted(text.encode())


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b'"', b'""') + b'"'


def _without_mark(stream: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(stream)
    yield next(pieces, b"").removeprefix(BOM_UTF8)
    yield from pieces
