"""JSON numbers, and texts that are numbers, as Postgres' numeric types."""

import decimal
import math
import re
from collections.abc import Callable
from typing import Any

from podflow_ingest.stage.reasons import SHOWN, WrongValueError, shown

MOST_DIGITS = 76
"""Of Arrow's decimal256; a wider or unbounded numeric travels as text."""
_WHOLE_OR_TEXT = (int, str)
"""A union of types would be made anew for each value."""
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
# Of Postgres' numeric (documentation, table 8.2). Written out, 1e100000 would have 100,001 digits.
_DIGITS_BEFORE_POINT = 131_072
_DIGITS_AFTER_POINT = 16_383


def integers(kind: str, bits: int) -> Callable[[Any], int]:
    """Return the converter for an integer type of so many bits."""
    limit = 1 << (bits - 1)

    def convert(value: Any) -> int:
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value) if len(value) < SHOWN else limit
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongValueError(f"{shown(value)} is no {kind}")
        if not -limit <= value < limit:
            raise WrongValueError(f"{shown(value)} is out of range for {kind}")
        return value

    return convert


def numerics(precision: int | None, scale: int) -> Callable[[Any], decimal.Decimal | str]:
    """Return the converter for numeric(precision, scale), or for numeric; it gives texts where Arrow has no decimal."""
    context = decimal.Context(prec=2000, rounding=decimal.ROUND_HALF_UP, traps=[decimal.InvalidOperation])
    step = decimal.Decimal(1).scaleb(-scale)

    def convert(value: Any) -> decimal.Decimal | str:
        found = number(value, "numeric")
        if precision is None:
            return format(found, "f")
        try:
            # Rounds half away from zero, as Postgres does.
            fitted = found.quantize(step, context=context)
        except decimal.InvalidOperation:
            raise WrongValueError(f"{shown(value)} is out of range for numeric({precision},{scale})") from None
        if fitted and fitted.adjusted() >= precision - scale:
            raise WrongValueError(f"{shown(value)} is out of range for numeric({precision},{scale})")
        return format(fitted, "f") if precision > MOST_DIGITS else fitted

    return convert


def floats(kind: str, largest: float, smallest: float) -> Callable[[Any], float]:
    """Return the converter for a binary floating type with these limits."""

    def convert(value: Any) -> float:
        if isinstance(value, str) and value.strip().lower() in ("nan", "infinity", "-infinity"):
            return float(value)
        found = number(value, kind)
        converted = float(found)
        if not math.isfinite(converted) or abs(converted) > largest or (found and abs(converted) < smallest):
            raise WrongValueError(f"{shown(value)} is out of range for {kind}")
        return converted

    return convert


def number(value: Any, kind: str) -> decimal.Decimal:
    """Return a number that Postgres' numeric can hold.

    Raises:
        WrongValueError: it is none.
    """
    found = value if isinstance(value, decimal.Decimal) else _number_of(value)
    if found is None or not found.is_finite():
        raise WrongValueError(f"{shown(value)} is no {kind}")
    if found and not -_DIGITS_AFTER_POINT <= found.adjusted() < _DIGITS_BEFORE_POINT:
        raise WrongValueError(f"{shown(value)} is out of range for {kind}")
    return found


def _number_of(value: Any) -> decimal.Decimal | None:
    # Decimal takes 1_000, which neither JSON nor Postgres does.
    if isinstance(value, bool) or not isinstance(value, _WHOLE_OR_TEXT) or (isinstance(value, str) and "_" in value):
        return None
    try:
        return decimal.Decimal(value)
    except decimal.InvalidOperation:
        return None
