"""JSON values as values of the declared Postgres types.

Each value becomes what Postgres would make of its text; what Postgres would refuse is refused here, with a reason.
"""

import datetime
import decimal
import re
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from podflow_ingest.stage import times
from podflow_ingest.stage.numbers import floats, integers, number, numerics
from podflow_ingest.stage.reasons import WrongValueError, called, shown

Value = str | int | float | bool | decimal.Decimal | datetime.date | datetime.time | datetime.datetime
Converter = Callable[[Any], Value]

INTEGER_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_KIND = re.compile(r"([a-z ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
_JSON = msgspec.json.Encoder(decimal_format="number")
_BOOLEANS = {"true": True, "false": False, "t": True, "f": False, "yes": True, "no": False, "1": True, "0": False}


def kind(name: str) -> tuple[str, int | None, int | None]:
    """Split a declared type: `numeric(18,2)` is ("numeric", 18, 2)."""
    found = _KIND.fullmatch(name)
    if found is None:
        raise ValueError(name)
    return found[1], int(found[2]) if found[2] else None, int(found[3]) if found[3] else None


def converter(name: str) -> Converter:
    """Return the function that makes a value of a declared type from a JSON value that is not null.

    The function raises WrongValueError for what does not fit.
    """
    base, size, scale = kind(name)
    if base in INTEGER_BITS:
        return integers(base, INTEGER_BITS[base])
    if base == "numeric":
        return numerics(size, scale or 0)
    if base in ("char", "varchar"):
        return _limited(name, size or 1)
    return _PLAIN[base]


def _text(value: Any) -> str:
    if isinstance(value, str):
        if "\0" in value:
            raise WrongValueError("a NUL character, which Postgres cannot keep")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | decimal.Decimal):
        return str(value)
    raise WrongValueError(f"{called(value)} where a text is declared; declare jsonb, or a path into it")


def _limited(name: str, limit: int) -> Converter:
    def convert(value: Any) -> str:
        text = _text(value)
        # As Postgres: blanks beyond the limit are cut off, everything else is refused.
        if len(text) > limit and text[limit:].strip(" "):
            raise WrongValueError(f"{shown(text)} is too long for {name}")
        return text[:limit]

    return convert


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise WrongValueError(f"{shown(value)} is no boolean")
    return found


def _uuid(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise WrongValueError(f"{shown(value)} is no uuid") from None


def _json(value: Any) -> str:
    _check_json(value)
    return _JSON.encode(value).decode()


def _check_json(value: Any) -> None:
    """Find what JSON allows and jsonb does not."""
    if isinstance(value, dict):
        for name, member in value.items():
            _check_json(name)
            _check_json(member)
    elif isinstance(value, list):
        for element in value:
            _check_json(element)
    elif isinstance(value, str):
        _text(value)
    elif isinstance(value, decimal.Decimal):
        number(value, "number")


_PLAIN: dict[str, Converter] = {
    "text": _text,
    "real": floats("real", 3.4028235e38, 1.4e-45),
    "double precision": floats("double precision", 1.7976931348623157e308, 5e-324),
    "boolean": _boolean,
    "date": times.date,
    "time": times.time,
    "timestamp": times.timestamp,
    "timestamptz": times.timestamptz,
    "uuid": _uuid,
    "jsonb": _json,
}
