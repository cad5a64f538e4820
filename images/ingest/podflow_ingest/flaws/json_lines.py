"""Records of JSON lines: as COPY (FORMAT csv) takes them, and those that are no JSON object.

A value of JSON is nearly a field of CSV: a string without escapes is a quoted field, a number or a boolean an unquoted
one, and COPY's NULL option takes care of null. So values are never parsed: they go on as the bytes they are, and
numbers keep all their digits. Only strings with escapes, lists and objects are written anew.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.record import Record, RefusedRecordError
from podflow_ingest.records import blocks_of_records, records

DIALECT = CsvFormat(header=False, null="null")
_MARK = b"\xef\xbb\xbf"

Decoder = msgspec.json.Decoder[Any]
"""Gives the values of a line's declared members, each as the bytes it is written in."""


def copyable(stream: Iterable[bytes], columns: Sequence[str]) -> Iterator[bytes]:
    """Yield the declared members of each line as a line of DIALECT.

    Raises:
        RefusedRecordError: a line is no JSON object, or has what a text in Postgres cannot have.
    """
    decode = _decoder(columns).decode
    for block in blocks_of_records(_without_mark(stream), None):
        data = block.data
        try:
            data.decode()
            # Not decode_lines: it takes two objects on a line, one on two lines, and empty lines.
            rows = [decode(line) for line in data.removesuffix(b"\n").split(b"\n")]
            # Nothing in the block is nested or escaped: values need no more than being joined.
            plain = b"\\" not in data and b"[" not in data and data.count(b"{") == len(rows)
            fields: Callable[[Any], Iterable[Any]] = msgspec.structs.astuple if plain else _fields
            yield b"\n".join([b",".join(fields(row)) for row in rows]) + b"\n"
        except (UnicodeDecodeError, msgspec.DecodeError, RecursionError, ValueError) as error:
            raise RefusedRecordError(str(error)) from None


def examined(stream: Iterable[bytes], columns: Sequence[str], first_line: int) -> Iterator[Record]:
    """Read a chunk line by line, and examine each."""
    decoder = _decoder(columns)
    for line, data in enumerate(records(_without_mark(stream), None), start=first_line):
        try:
            data.decode()
            row = b",".join(_fields(decoder.decode(data))) + b"\n"
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


def _decoder(columns: Sequence[str]) -> Decoder:
    # Members are numbered, because a column may be called like a word of Python.
    members = {f"c{place}": name for place, name in enumerate(columns)}
    fields = [(member, msgspec.Raw, msgspec.field(default=msgspec.Raw(b"null"))) for member in members]
    return msgspec.json.Decoder(msgspec.defstruct("Row", fields, rename=members, gc=False))


def _fields(row: Any) -> Iterator[bytes]:
    for raw in msgspec.structs.astuple(row):
        value = bytes(raw)
        first = value[:1]
        if first == b'"':
            yield _string(value) if b"\\" in value else value
        elif first in (b"{", b"["):
            yield _quoted(value)
        else:
            yield value


def _string(value: bytes) -> bytes:
    text: str = json.loads(value)
    if "\0" in text:
        raise ValueError(r"\u0000 in a string: Postgres has no such character")
    return _quoted(text.encode())


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b'"', b'""') + b'"'


def _without_mark(stream: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(stream)
    yield next(pieces, b"").removeprefix(_MARK)
    yield from pieces
