"""Documents of launches: when, how, with which core and crew, and how it went."""

import math
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from podflow_sources.seeds import happens

Document = dict[str, Any]

LAUNCHES, UPCOMING = 205, 18
_FIRST, _LAST = datetime(2006, 3, 24, 22, 30, tzinfo=UTC), datetime(2022, 12, 20, 16, 0, tzinfo=UTC)
_FIRST_FAILED = 3
_LANDING_FROM, _REUSED_FROM = 25, 60
_CREWED_FROM, _CREWED_EACH = 94, 17
_REASONS = ("merlin engine failure", "helium tank overpressure", "residual thrust of the first stage")


def identity(*what: object) -> str:
    """Return an id of the form of MongoDB's: 24 hexadecimal digits."""
    return sha256(" ".join(map(str, what)).encode()).hexdigest()[:24]


def launch(random: Random, number: int, rocket: str, launchpad: str) -> Document:
    """Return the document of the launch of that number, but for what it carries."""
    date = _date(random, number)
    upcoming = number > LAUNCHES - UPCOMING
    failed = number <= _FIRST_FAILED or (not upcoming and happens(random, 0.02))
    fire = None if upcoming else date - timedelta(days=random.randint(2, 9), seconds=random.randrange(86400))
    return {
        "id": identity("launch", number),
        "flight_number": number,
        "name": f"{random.choice(('Starlink', 'CRS', 'Transporter', 'SES', 'GPS III', 'NROL'))}-{number}",
        **_moments(date),
        "static_fire_date_utc": fire and _utc(fire),
        "static_fire_date_unix": fire and int(fire.timestamp()),
        "net": False, "tbd": False, "auto_update": True,
        "window": 0 if upcoming else random.choice((0, 0, 3600, 14400)),
        "date_precision": "month" if upcoming else "hour",
        "upcoming": upcoming,
        "success": None if upcoming else not failed,
        "failures": [_failure(random)] if failed else [],
        "details": None if happens(random, 0.3) else f"Flight {number}, as it was planned.",
        "rocket": rocket, "launchpad": launchpad, "launch_library_id": None,
        "fairings": _fairings(random, number),
        "cores": [_core(random, number, upcoming)],
        "crew": _crew(number), "ships": [], "capsules": [],
        "links": _links(number, upcoming),
    }  # fmt: skip


def _date(random: Random, number: int) -> datetime:
    """More and more launches a year: the share of the time that has gone by grows with the root of their number."""
    gone = math.sqrt((number - 1) / (LAUNCHES - 1))
    whole = (_FIRST + (_LAST - _FIRST) * gone).replace(second=0, microsecond=0)
    return whole + timedelta(minutes=random.randrange(600) if number > 1 else 0)


def _moments(date: datetime) -> Document:
    return {
        "date_utc": _utc(date),
        "date_unix": int(date.timestamp()),
        "date_local": date.isoformat(timespec="seconds"),
    }


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failure(random: Random) -> Document:
    height = random.choice((None, random.randint(1, 150)))
    return {"time": random.randint(10, 600), "altitude": height, "reason": random.choice(_REASONS)}


def _fairings(random: Random, number: int) -> Document | None:
    if _is_crewed(number):
        return None
    tried = number > _REUSED_FROM
    recovered = happens(random, 0.6) if tried else None
    return {"reused": tried and happens(random, 0.5), "recovery_attempt": tried, "recovered": recovered, "ships": []}


def _core(random: Random, number: int, upcoming: bool) -> Document:  # noqa: FBT001
    attempt = None if upcoming else number > _LANDING_FROM
    return {
        "core": None if upcoming else identity("core", number // 4),
        "flight": None if upcoming else number % 4 + 1,
        "gridfins": attempt, "legs": attempt,
        "reused": None if upcoming else number > _REUSED_FROM and number % 4 > 0,
        "landing_attempt": attempt,
        "landing_success": happens(random, 0.95) if attempt else None,
        "landing_type": random.choice(("ASDS", "RTLS")) if attempt else None,
        "landpad": identity("landpad", random.randint(1, 5)) if attempt else None,
    }  # fmt: skip


def _is_crewed(number: int) -> bool:
    return number >= _CREWED_FROM and (number - _CREWED_FROM) % _CREWED_EACH == 0


def _crew(number: int) -> list[Document]:
    roles = ("Commander", "Pilot", "Mission Specialist 1", "Mission Specialist 2")
    return [{"crew": identity("crew", number, role), "role": role} for role in roles] if _is_crewed(number) else []


def _links(number: int, upcoming: bool) -> Document:  # noqa: FBT001
    page = None if upcoming else f"https://example.com/launches/{number}"
    return {
        "patch": {"small": page and f"{page}/small.png", "large": page and f"{page}/large.png"},
        "reddit": {"campaign": None, "launch": page, "media": None, "recovery": None},
        "flickr": {"small": [], "original": [f"{page}/1.jpg", f"{page}/2.jpg"] if page else []},
        "presskit": None, "webcast": page, "youtube_id": None, "article": None, "wikipedia": page,
    }  # fmt: skip
