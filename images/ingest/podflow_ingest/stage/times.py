"""ISO 8601 texts as Postgres' date and time types. Every function raises WrongValueError for anything else."""

import datetime
import decimal
import re
from collections.abc import Callable
from typing import Any, TypeVar

from podflow_ingest.stage.reasons import WrongValueError, shown

Time = TypeVar("Time", datetime.date, datetime.time, datetime.datetime)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?)?", re.ASCII)


def date(value: Any) -> datetime.date:
    """Read a date."""
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise WrongValueError(f"{shown(value)} is no date such as 2026-11-20")
    return _read(datetime.date.fromisoformat, value.strip(), value, "date")


def time(value: Any) -> datetime.time:
    """Read a time of day without zone."""
    if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
        raise WrongValueError(f"{shown(value)} is no time such as 09:30:00")
    return _read(datetime.time.fromisoformat, value.strip(), value, "time")


def timestamp(value: Any) -> datetime.datetime:
    """Read a time without zone; a zone is ignored, as Postgres does."""
    return _moment(value).replace(tzinfo=None)


def timestamptz(value: Any) -> datetime.datetime:
    """Read a moment."""
    moment = _moment(value)
    if moment.tzinfo is None:
        # As in the warehouse's session.
        return moment.replace(tzinfo=datetime.UTC)
    return moment if moment.tzinfo is datetime.UTC else _in_utc(moment, value)


def _in_utc(moment: datetime.datetime, value: Any) -> datetime.datetime:
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise WrongValueError(f"{shown(value)} is out of range for timestamptz") from None


def _moment(value: Any) -> datetime.datetime:
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value.strip()):
        number, hint = ("a number, ", "; declare bigint") if isinstance(value, int | decimal.Decimal) else ("", "")
        raise WrongValueError(f"{shown(value)} is {number}no time such as 2026-11-20T09:30:00Z{hint}")
    return _read(datetime.datetime.fromisoformat, value.strip(), value, "time")


def _read(parse: Callable[[str], Time], text: str, value: Any, kind: str) -> Time:
    try:
        return parse(text)
    except ValueError as error:
        raise WrongValueError(f"{shown(value)} is no {kind}: {error}") from None
