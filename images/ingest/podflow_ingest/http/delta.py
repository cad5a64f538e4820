"""Where a delta begins: at the cursor of the newest delivery of an earlier day."""

import datetime
import decimal
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from podflow_ingest import landing, objects
from podflow_ingest.column_types import is_number
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.errors import DeclarationError
from podflow_ingest.objects import Root
from podflow_ingest.stage.numbers import number
from podflow_ingest.stage.paths import Steps, field_path, value_at
from podflow_ingest.stage.reasons import WrongValueError
from podflow_ingest.stage.values import converter

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FRACTION = re.compile(r":\d\d\.(\d+)")
_PRECISION = {3: "milliseconds", 6: "microseconds"}
_PARTITION = re.compile(r"/dt=(\d{4}-\d\d-\d\d)/")


def newest_cursors(dataset: Dataset, date: datetime.date, root: Root) -> list[str]:
    """Return how far the deliveries of the newest day before `date` came.

    The day itself does not count, nor any after it: a run that is repeated asks for all that it asked for before,
    so that clearing a run in Airflow never leaves out what an earlier try landed and did not load.

    Raises:
        LandingError: landing does not answer.
    """
    days: dict[str, list[str]] = {}
    for path in objects.names(root, landing.chunk_path(dataset, "").rstrip("/")):
        found = _PARTITION.search(path)
        if found and path.endswith(landing.MANIFEST) and found[1] < date.isoformat():
            days.setdefault(found[1], []).append(path.removesuffix(landing.MANIFEST))
    for day in sorted(days, reverse=True):
        cursors = [landing.find_chunk(root, path).manifest.cursor for path in days[day]]
        if known := [cursor for cursor in cursors if cursor is not None]:
            return known
    return []


class Furthest:
    """The highest value of the cursor column seen so far, by the column's type, in the words of the source."""

    def __init__(self, type_name: str, path: Steps) -> None:
        self._convert = converter(type_name)
        self._path = path
        self._decoder = msgspec.json.Decoder(float_hook=decimal.Decimal)
        self._highest: Any = None
        self.text: str | None = None

    def see(self, value: object) -> None:
        """Look at a value. One that the column cannot take is left to the stage step, which rejects its record."""
        if value is None:
            return
        try:
            found = self._convert(value)
        except WrongValueError:
            return
        if self._highest is None or found > self._highest:
            self._highest = found
            self.text = str(value)

    def see_all(self, records: Iterable[msgspec.Raw]) -> None:
        """Look at the cursor of each record."""
        for raw in records:
            with suppress(msgspec.DecodeError, ValueError, RecursionError):
                self.see(value_at(self._decoder.decode(raw), self._path))


def furthest(dataset: Dataset, origin: HttpOrigin) -> Furthest | None:
    """Return what watches the cursor, None if the dataset is no delta by cursor."""
    if origin.since is None:
        return None
    column = next(column for column in dataset.columns if column.name == dataset.cursor)
    path = field_path(origin.fields.get(column.name, column.name))
    return Furthest(column.type, path.outer)


def asked_from(dataset: Dataset, origin: HttpOrigin, cursor: str | None) -> str | decimal.Decimal | None:
    """Return the value of the parameter `since`: the cursor less the overlap, or the declared beginning.

    A body has numbers where the cursor is one: APIs do not compare numbers with texts.

    Raises:
        DeclarationError: an overlap is declared, but the cursor is no time.
    """
    text = _asked_from(dataset, origin, cursor)
    if text is None or origin.method == "GET":
        return text
    column = next(column for column in dataset.columns if column.name == dataset.cursor)
    return number(text, column.type) if is_number(column.type) else text


def _asked_from(dataset: Dataset, origin: HttpOrigin, cursor: str | None) -> str | None:
    since = origin.since
    if since is None or cursor is None:
        return since.initial if since else None
    if since.overlap is None:
        return cursor
    back = datetime.timedelta(**{_UNITS[since.overlap[-1]]: int(since.overlap[:-1])})
    try:
        at = datetime.datetime.fromisoformat(cursor)
    except ValueError:
        raise DeclarationError(
            f"{dataset.full_name}: `overlap` needs a cursor that is a date or a time, {cursor!r} is none; "
            f"correct dags/catalog/{dataset.source}.yml"
        ) from None
    # With as many digits as the source has: to some, times are texts.
    digits = _FRACTION.search(cursor)
    earlier = (at - back).isoformat(timespec=_PRECISION.get(len(digits[1]) if digits else 0, "auto"))
    if len(cursor) == len("2026-11-20"):
        return earlier[: len(cursor)]
    return earlier.replace("+00:00", "Z") if cursor.endswith("Z") else earlier
