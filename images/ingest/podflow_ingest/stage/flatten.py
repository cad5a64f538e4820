"""Records of nested JSON as flat rows of typed values, or the reason why a record cannot be one."""

import decimal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.stage.paths import FieldPath, Steps, exploded_list, field_path, value_at
from podflow_ingest.stage.reasons import WrongValueError
from podflow_ingest.stage.values import Converter, Value, converter

Row = list[Value | None]
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class _FlawedRecordError(ValueError):
    """A record cannot become rows; the message says why."""


@dataclass(frozen=True)
class Flawed:
    """A row that cannot be: all that is wrong with it, and how it came."""

    reason: str
    raw: bytes


@dataclass(frozen=True)
class _Field:
    name: str
    nullable: bool
    path: FieldPath
    date: str
    convert: Converter

    def found(self, record: Any, element: Any, number: int) -> Any:
        """Return what stands at the field's path for a row."""
        if self.path.dated:
            return self.date
        if self.path.numbered:
            return number
        return value_at(element, self.path.inner) if self.path.exploded else value_at(record, self.path.outer)

    def check(self, record: Any, element: Any, number: int) -> None:
        """Raise WrongValueError if the value is missing, or not of the declared type."""
        found = self.found(record, element, number)
        if found is not None:
            self.convert(found)
        elif not self.nullable:
            raise WrongValueError("required, but missing")


class Flattener:
    """Makes rows of the records of a dataset's delivery of one day (yyyy-mm-dd)."""

    def __init__(self, dataset: Dataset, origin: HttpOrigin, date: str) -> None:
        self._decoder = msgspec.json.Decoder(float_hook=decimal.Decimal)
        self._fields = [_field(column, origin, date) for column in dataset.columns]
        self._list = exploded_list(field.path for field in self._fields)
        self._converters = [field.convert for field in self._fields]
        self._required = [place for place, field in enumerate(self._fields) if not field.nullable]
        self._members = _members(self._fields)

    def rows(self, raw: msgspec.Raw) -> Iterator[Row | Flawed]:
        """Yield a record's rows, or what is wrong with them.

        A record without `[]` in its paths is one row; with it, as many as the list has elements, which may be none.
        """
        try:
            record = self._decode(raw)
            elements = _elements(record, self._list)
        except _FlawedRecordError as flaw:
            yield Flawed(str(flaw), bytes(raw))
            return
        for number, element in enumerate(elements, start=1):
            try:
                yield self._row(record, element, number)
            except WrongValueError:
                reason = "; ".join(self._reasons(record, element, number))
                yield Flawed(reason, bytes(raw) if self._list is None else self._shortened(record, element, number))

    def _row(self, record: Any, element: Any, number: int) -> Row:
        # There are millions of values: no call of a function that is not needed.
        if self._members and type(record) is dict:
            found: Iterable[Any] = map(record.get, self._members)
        else:
            found = [field.found(record, element, number) for field in self._fields]
        values = zip(found, self._converters, strict=True)
        row = [None if value is None else convert(value) for value, convert in values]
        for place in self._required:
            if row[place] is None:
                raise WrongValueError("required, but missing")
        return row

    def _decode(self, raw: msgspec.Raw) -> Any:
        try:
            record = self._decoder.decode(raw)
        except RecursionError:
            raise _FlawedRecordError("nested too deeply") from None
        except (msgspec.DecodeError, ValueError) as error:
            raise _FlawedRecordError(f"not JSON: {error}") from None
        if not isinstance(record, dict | list):
            raise _FlawedRecordError("neither an object nor a list")
        return record

    def _shortened(self, record: Any, element: Any, number: int) -> bytes:
        """Return a row's values as JSON: its record would come again with each of its rows."""
        return _ENCODER.encode({field.name: field.found(record, element, number) for field in self._fields})

    def _reasons(self, record: Any, element: Any, number: int) -> Iterator[str]:
        for field in self._fields:
            try:
                field.check(record, element, number)
            except WrongValueError as error:
                yield f"{field.name}: {error}"


def _field(column: Column, origin: HttpOrigin, date: str) -> _Field:
    path = field_path(origin.fields.get(column.name, column.name))
    return _Field(column.name, column.nullable, path, date, converter(column.type))


def _members(fields: Sequence[_Field]) -> list[str]:
    """Return the members of the record that are the row, none if the row takes more than members."""
    names = [field.path.outer[0] for field in fields if field.path.is_member]
    return [str(name) for name in names] if len(names) == len(fields) else []


def _elements(record: Any, path: Steps | None) -> list[Any]:
    if path is None:
        return [None]
    found = value_at(record, path)
    if found is None:
        return []
    if not isinstance(found, list):
        raise _FlawedRecordError(f"{'.'.join(map(str, path)) or 'the record'} is no list")
    return found
