"""Messages as lines for COPY, or what is wrong with them.

As for JSON lines (flaws/json_lines.py), values of JSON become fields of CSV as the bytes they are. A thousand messages
go through C code at once; only those that it stumbles over, or that hold what CSV takes otherwise, are looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.flaws.json_lines import json_field, text_field

NULL = b"null"
_MISSING = msgspec.Raw(NULL)
_REFUSED = (msgspec.DecodeError, UnicodeError, RecursionError, ValueError)
_SUSPECT = (b"\\", b"{", b"[")
"""Bytes in a line of CSV that say that a value has to be written anew: an escape, an object, a list."""


class NullError(ValueError):
    """A column that is not nullable has no value."""


@dataclass(frozen=True)
class Lines:
    """A line of CSV for each message, without line end; what stands for a message in `flaws` is not to be used."""

    lines: list[bytes]
    flaws: dict[int, str]
    """Index of the message to the reason."""


class Values:
    """Turns values of messages into lines."""

    def __init__(self, columns: Sequence[Column], origin: KafkaOrigin) -> None:
        self._paths = [origin.path(column.name) for column in columns]
        members: dict[str, Any] = {}
        for column, path in zip(columns, self._paths, strict=True):
            _plant(members, path, required=not column.nullable)
        row, places = _struct(members)
        self._places = [places[path] for path in self._paths]
        self._decode = msgspec.json.Decoder(row).decode
        get: Callable[[Any], Any] = attrgetter(*self._places)
        # attrgetter of one name gives the value, not a tuple.
        self._get: Callable[[Any], Iterable[msgspec.Raw]] = get if len(columns) > 1 else lambda found: [get(found)]
        self._convert = [json_field if column.type == "jsonb" else text_field for column in columns]
        self._required = {place: column.name for place, column in enumerate(columns) if not column.nullable}
        self._always = json_field in self._convert
        self._suspect = (*_SUSPECT, NULL) if self._required else _SUSPECT

    def lines(self, values: Sequence[bytes | None]) -> Lines:
        """Return a line for each value."""
        if None in values:
            return self._lines([value or b"" for value in values], {
                index: "a tombstone: a message without a value" for index, value in enumerate(values) if value is None
            })  # fmt: skip
        return self._lines(values, {})  # type: ignore[arg-type]  # no None is in it

    def fields(self, value: bytes) -> list[bytes]:
        """Return one value's fields as CSV has them; raises what has a reason (see `reason`)."""
        value.decode()
        fields = []
        for place, (raw, convert) in enumerate(zip(self._raws(self._decode(value)), self._convert, strict=True)):
            field = bytes(raw)
            if field == NULL and place in self._required:
                raise NullError(f"{self._required[place]}: required, but null")
            fields.append(convert(field))
        return fields

    def _lines(self, values: Sequence[bytes], flaws: dict[int, str]) -> Lines:
        lines, odd = self._joined(values)
        try:
            b"\n".join(values).decode()
        except UnicodeDecodeError:
            odd = range(len(values))
        together = b"\n".join(lines)
        if self._always:
            odd = range(len(values))
        elif any(mark in together for mark in self._suspect):
            odd = {*odd, *(index for index, line in enumerate(lines) if any(mark in line for mark in self._suspect))}
        for index in odd:
            if index in flaws:
                continue
            try:
                lines[index] = b",".join(self.fields(values[index]))
            except _REFUSED as error:
                flaws[index] = reason(error, values[index])
        return Lines(lines, flaws)

    def _joined(self, values: Sequence[bytes]) -> tuple[list[bytes], Iterable[int]]:
        """Join each value's fields as they are; return also which ones cannot be read that way."""
        lines: list[bytes] = []
        odd: list[int] = []
        rest = iter(values)
        while True:
            try:
                lines.extend(map(b",".join, map(self._get, map(self._decode, rest))))
            except (*_REFUSED, AttributeError):  # the latter where an object is null
                # What came before is in the list, and `rest` goes on behind.
                odd.append(len(lines))
                lines.append(b"")
            else:
                return lines, odd

    def _raws(self, found: Any) -> list[msgspec.Raw]:
        """Return the columns' values, missing ones of an object that is null."""
        raws = []
        for place in self._places:
            value = found
            for name in place.split("."):
                value = _MISSING if value is None else getattr(value, name)
                if value is _MISSING:
                    break
            raws.append(value)
        return raws


def reason(error: Exception, value: bytes) -> str:
    """Say why a value was refused."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} (0x{value[error.start]:02x}) is not utf-8"
    if isinstance(error, UnicodeError):
        return "half of a surrogate pair, which is no character"
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    if isinstance(error, msgspec.DecodeError):
        return f"not JSON: {error}" if value.strip() else "an empty message"
    return str(error)


def _plant(members: dict[str, Any], path: tuple[str, ...], *, required: bool) -> None:
    """Enter a path into a tree whose leaves say if they are required."""
    for name in path[:-1]:
        members = members.setdefault(name, {})
    members[path[-1]] = required


def _struct(members: dict[str, Any]) -> tuple[type[msgspec.Struct], dict[tuple[str, ...], str]]:
    """Return a struct of a tree of members, and where in it each path is.

    Members are numbered, because one may be called like a word of Python. An object is required if anything in it is.
    """
    fields: list[Any] = []
    places: dict[tuple[str, ...], str] = {}
    names: dict[str, str] = {}
    for number, (name, below) in enumerate(members.items()):
        attribute = f"c{number}"
        names[attribute] = name
        if isinstance(below, bool):
            places[(name,)] = attribute
            fields.append((attribute, msgspec.Raw) if below else (attribute, msgspec.Raw, _MISSING))
            continue
        inner, inner_places = _struct(below)
        places |= {(name, *path): f"{attribute}.{place}" for path, place in inner_places.items()}
        needed = _needed(below)
        fields.append((attribute, inner) if needed else (attribute, inner | None, None))
    # kw_only: required ones may follow others.
    return msgspec.defstruct("Value", fields, rename=names, gc=False, kw_only=True), places


def _needed(members: dict[str, Any]) -> bool:
    return any(below if isinstance(below, bool) else _needed(below) for below in members.values())
