"""Records of nested JSON as flat rows of typed values, or the reason why a record cannot be one."""

import decimal
from collections.abc import Iterator
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


class FlawedRecordError(ValueError):
    """A record cannot become rows; the message says why."""


@dataclass(frozen=True)
class _Field:
    name: str
    nullable: bool
    path: FieldPath
    convert: Converter

    def value(self, record: Any, element: Any, number: int) -> Value | None:
        """Return the field's value in a row.

        Raises:
            WrongValueError: it is missing, or not of the declared type.
        """
        found: Any
        if self.path.numbered:
            found = number
        elif self.path.exploded:
            found = value_at(element, self.path.inner)
        else:
            found = value_at(record, self.path.outer)
        if found is not None:
            return self.convert(found)
        if not self.nullable:
            raise WrongValueError("required, but missing")
        return None


class Flattener:
    """Makes rows of a dataset's records."""

    def __init__(self, dataset: Dataset, origin: HttpOrigin) -> None:
        self._decoder = msgspec.json.Decoder(float_hook=decimal.Decimal)
        self._fields = [_field(column, origin) for column in dataset.columns]
        self._list = exploded_list(field.path for field in self._fields)

    def rows(self, raw: msgspec.Raw) -> Iterator[tuple[Row | None, str]]:
        """Yield a record's rows, each as (values, "") or (None, why it is rejected).

        A record without `[]` in its paths is one row; with it, as many as the list has elements, which may be none.
        """
        try:
            record = self._decode(raw)
            elements = _elements(record, self._list)
        except FlawedRecordError as flaw:
            yield None, str(flaw)
            return
        for number, element in enumerate(elements, start=1):
            yield self._row(record, element, number)

    def _decode(self, raw: msgspec.Raw) -> Any:
        try:
            record = self._decoder.decode(raw)
        except RecursionError:
            raise FlawedRecordError("nested too deeply") from None
        except (msgspec.DecodeError, ValueError) as error:
            raise FlawedRecordError(f"not JSON: {error}") from None
        if not isinstance(record, dict | list):
            raise FlawedRecordError("neither an object nor a list")
        return record

    def _row(self, record: Any, element: Any, number: int) -> tuple[Row | None, str]:
        row: Row = []
        try:
            for field in self._fields:
                row.append(field.value(record, element, number))
        except WrongValueError:
            return None, "; ".join(self._reasons(record, element, number))
        return row, ""

    def _reasons(self, record: Any, element: Any, number: int) -> Iterator[str]:
        for field in self._fields:
            try:
                field.value(record, element, number)
            except WrongValueError as error:
                yield f"{field.name}: {error}"


def _field(column: Column, origin: HttpOrigin) -> _Field:
    path = field_path(origin.fields.get(column.name, column.name))
    return _Field(column.name, column.nullable, path, converter(column.type))


def _elements(record: Any, path: Steps | None) -> list[Any]:
    if path is None:
        return [None]
    found = value_at(record, path)
    if found is None:
        return []
    if not isinstance(found, list):
        raise FlawedRecordError(f"{'.'.join(map(str, path)) or 'the record'} is no list")
    return found
