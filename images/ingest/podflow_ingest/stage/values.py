"""JSON values as values of the declared Postgres types, and what a Parquet file calls these types.

Each value becomes what Postgres would make of its text; what Postgres would refuse is refused here, with a reason.
"""

import datetime
import decimal
import math
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import pyarrow

Value = str | int | float | bool | decimal.Decimal | datetime.date | datetime.time | datetime.datetime
Converter = Callable[[Any], Value]

SHOWN = 60
"""Characters of a value that a reason shows."""
_INTEGERS = {"smallint": 16, "integer": 32, "bigint": 64}
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?)?", re.ASCII)
_KIND = re.compile(r"([a-z ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
_JSON = msgspec.json.Encoder(decimal_format="number")
_MOST_DIGITS = 76
"""Of Arrow's decimal256; a wider or unbounded numeric travels as text."""
_BOOLEANS = {"true": True, "false": False, "t": True, "f": False, "yes": True, "no": False, "1": True, "0": False}


class WrongValueError(ValueError):
    """A value does not fit the column's type; the message says why, without the column."""


def _kind(name: str) -> tuple[str, int | None, int | None]:
    """Split a declared type: `numeric(18,2)` is ("numeric", 18, 2)."""
    found = _KIND.fullmatch(name)
    if found is None:
        raise ValueError(name)
    return found[1], int(found[2]) if found[2] else None, int(found[3]) if found[3] else None


def converter(name: str) -> Converter:
    """Return the function that makes a value of a declared type from a JSON value that is not null.

    The function raises WrongValueError for what does not fit.
    """
    kind, size, scale = _kind(name)
    if kind in _INTEGERS:
        return _integers(kind, _INTEGERS[kind])
    if kind == "numeric":
        return _numerics(size, scale or 0)
    if kind in ("char", "varchar"):
        return _limited(name, size or 1)
    return _PLAIN[kind]


def arrow_type(name: str) -> "pyarrow.DataType":
    """Return the Parquet column's type for a declared type."""
    import pyarrow as pa

    kind, size, scale = _kind(name)
    if kind == "numeric":
        if size is None or size > _MOST_DIGITS:
            return pa.string()
        return pa.decimal128(size, scale or 0) if size <= 38 else pa.decimal256(size, scale or 0)
    plain = {
        "smallint": pa.int16(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "real": pa.float32(),
        "double precision": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "timestamp": pa.timestamp("us"),
        "timestamptz": pa.timestamp("us", tz="UTC"),
    }
    return plain.get(kind, pa.string())


def _text(value: Any) -> str:
    if isinstance(value, str):
        if "\0" in value:
            raise WrongValueError("a NUL character, which Postgres cannot keep")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | decimal.Decimal):
        return str(value)
    raise WrongValueError(f"{_called(value)} where a text is declared; declare jsonb, or a path into it")


def _limited(name: str, limit: int) -> Converter:
    def convert(value: Any) -> str:
        text = _text(value)
        # As Postgres: blanks beyond the limit are cut off, everything else is refused.
        if len(text) > limit and text[limit:].strip(" "):
            raise WrongValueError(f"{_shown(text)} is too long for {name}")
        return text[:limit]

    return convert


def _integers(kind: str, bits: int) -> Converter:
    limit = 1 << (bits - 1)

    def convert(value: Any) -> int:
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value) if len(value) < SHOWN else limit
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongValueError(f"{_shown(value)} is no {kind}")
        if not -limit <= value < limit:
            raise WrongValueError(f"{_shown(value)} is out of range for {kind}")
        return value

    return convert


def _numerics(precision: int | None, scale: int) -> Converter:
    context = decimal.Context(prec=2000, rounding=decimal.ROUND_HALF_UP, traps=[decimal.InvalidOperation])
    step = decimal.Decimal(1).scaleb(-scale)

    def convert(value: Any) -> decimal.Decimal | str:
        number = _number(value, "numeric")
        if precision is None:
            return format(number, "f")
        try:
            # Rounds half away from zero, as Postgres does.
            fitted = number.quantize(step, context=context)
        except decimal.InvalidOperation:
            raise WrongValueError(f"{_shown(value)} is out of range for numeric({precision},{scale})") from None
        if fitted and fitted.adjusted() >= precision - scale:
            raise WrongValueError(f"{_shown(value)} is out of range for numeric({precision},{scale})")
        return format(fitted, "f") if precision > _MOST_DIGITS else fitted

    return convert


def _number(value: Any, kind: str) -> decimal.Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | decimal.Decimal):
        raise WrongValueError(f"{_shown(value)} is no {kind}")
    try:
        number = decimal.Decimal(value)
    except decimal.InvalidOperation:
        raise WrongValueError(f"{_shown(value)} is no {kind}") from None
    if not number.is_finite() or "_" in str(value):
        raise WrongValueError(f"{_shown(value)} is no {kind}")
    # Written out, 1e100000 would have 100,001 digits; Postgres ends at 131,072 before the point.
    if number and not -16_383 <= number.adjusted() < 131_072:
        raise WrongValueError(f"{_shown(value)} is out of range for {kind}")
    return number


def _floats(kind: str, largest: float, smallest: float) -> Converter:
    def convert(value: Any) -> float:
        if isinstance(value, str) and value.strip().lower() in ("nan", "infinity", "-infinity"):
            return float(value)
        number = _number(value, kind)
        converted = float(number)
        if not math.isfinite(converted) or abs(converted) > largest or (number and abs(converted) < smallest):
            raise WrongValueError(f"{_shown(value)} is out of range for {kind}")
        return converted

    return convert


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise WrongValueError(f"{_shown(value)} is no boolean")
    return found


def _date(value: Any) -> datetime.date:
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise WrongValueError(f"{_shown(value)} is no date such as 2026-11-20")
    return _read(datetime.date.fromisoformat, value.strip(), value, "date")


def _time(value: Any) -> datetime.time:
    if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
        raise WrongValueError(f"{_shown(value)} is no time such as 09:30:00")
    return _read(datetime.time.fromisoformat, value.strip(), value, "time")


def _timestamp(value: Any) -> datetime.datetime:
    # As Postgres: a timestamp without time zone ignores the zone of what it is given.
    return _moment(value).replace(tzinfo=None)


def _timestamptz(value: Any) -> datetime.datetime:
    moment = _moment(value)
    # As in the warehouse's session: without a zone it is UTC.
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else _in_utc(moment, value)


def _in_utc(moment: datetime.datetime, value: Any) -> datetime.datetime:
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise WrongValueError(f"{_shown(value)} is out of range for timestamptz") from None


def _moment(value: Any) -> datetime.datetime:
    if isinstance(value, int | decimal.Decimal):
        raise WrongValueError(f"{_shown(value)} is a number, no time such as 2026-11-20T09:30:00Z; declare bigint")
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value.strip()):
        raise WrongValueError(f"{_shown(value)} is no time such as 2026-11-20T09:30:00Z")
    return _read(datetime.datetime.fromisoformat, value.strip(), value, "time")


def _read(parse: Callable[[str], Any], text: str, value: Any, kind: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise WrongValueError(f"{_shown(value)} is no {kind}: {error}") from None


def _uuid(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise WrongValueError(f"{_shown(value)} is no uuid") from None


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
        _number(value, "number")


def _called(value: Any) -> str:
    return {dict: "an object", list: "a list"}.get(type(value), type(value).__name__)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _called(value)
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


_PLAIN: dict[str, Converter] = {
    "text": _text,
    "real": _floats("real", 3.4028235e38, 1.4e-45),
    "double precision": _floats("double precision", 1.7976931348623157e308, 5e-324),
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "timestamp": _timestamp,
    "timestamptz": _timestamptz,
    "uuid": _uuid,
    "jsonb": _json,
}
