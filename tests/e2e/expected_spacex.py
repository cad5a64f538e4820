"""The gold tables of spacex, computed from the API's documents by plain Python: nothing here knows of SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

Row = tuple[object, ...]
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Flights:
    """The documents of the API by collection."""

    launches: Sequence[Document]
    rockets: Sequence[Document]
    launchpads: Sequence[Document]
    payloads: Sequence[Document]

    @property
    def flown(self) -> list[Document]:
        """Launches that flew, in the order of time."""
        return sorted((each for each in self.launches if not each["upcoming"]), key=at)


def at(launch: Document) -> datetime:
    """When it was launched."""
    return datetime.fromisoformat(launch["date_utc"]).astimezone(UTC)


def rocket_success_by_year(flights: Flights) -> set[Row]:
    """All columns of the table."""
    names = {each["id"]: each["name"] for each in flights.rockets}
    by_year: defaultdict[tuple[str, int], list[Document]] = defaultdict(list)
    for launch in flights.flown:
        by_year[launch["rocket"], at(launch).year].append(launch)
    to_date: defaultdict[str, list[Document]] = defaultdict(list)
    result: set[Row] = set()
    for (rocket, year), launches in sorted(by_year.items()):
        to_date[rocket] += launches
        succeeded, failed = _ends(launches)
        counted = (len(launches), succeeded, failed, _rate(succeeded, failed))
        result.add((rocket, names[rocket], year, *counted, len(to_date[rocket]), _rate(*_ends(to_date[rocket]))))
    return result


def payload_mass_by_orbit(flights: Flights) -> set[Row]:
    """All columns of the table."""
    pads = {each["id"]: each["name"] for each in flights.launchpads}
    well = {each["id"]: each["launchpad"] for each in flights.flown if each["success"]}
    groups: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
    for payload in flights.payloads:
        if payload["launch"] in well:
            groups[well[payload["launch"]], payload["orbit"] or "UNKNOWN"].append(payload)
    result: set[Row] = set()
    for (pad, orbit), payloads in groups.items():
        masses = [rounded(Decimal(str(each["mass_kg"])), "0.01") for each in payloads if each["mass_kg"]]
        launches = len({each["launch"] for each in payloads})
        counted = (launches, len(payloads), len(payloads) - len(masses))
        result.add((pad, pads[pad], orbit, *counted, sum(masses, Decimal("0.00")), max(masses, default=None)))
    return result


def launch_cadence(flights: Flights) -> set[Row]:
    """All columns of the table."""
    moments = [at(each) for each in flights.flown]
    waits: defaultdict[date, list[timedelta]] = defaultdict(list)
    for before, moment in pairwise(moments):
        waits[_month(moment)].append(moment - before)
    flown = Counter(map(_month, moments))
    planned = Counter(_month(at(each)) for each in flights.launches if each["upcoming"])
    result: set[Row] = set()
    month, last = min(flown | planned), max(flown | planned)
    year: list[int] = []
    while month <= last:
        year = [*year[-11:], flown[month]]
        result.add((month, flown[month], planned[month], sum(year), _mean_days(waits[month])))
        month = (month + timedelta(days=31)).replace(day=1)
    return result


def core_reuse(flights: Flights) -> set[Row]:
    """All columns of the table."""
    uses: defaultdict[str, list[tuple[date, Document]]] = defaultdict(list)
    for launch in flights.flown:
        for core in launch["cores"]:
            if core["core"]:
                uses[core["core"]].append((at(launch).date(), core))
    result: set[Row] = set()
    for core, flown in uses.items():
        days = [day for day, _ in flown]
        between = [(after - before).days for before, after in pairwise(days)]
        tried = [use for _, use in flown if use["landing_attempt"]]
        landed = [use for use in tried if use["landing_success"]]
        result.add((core, len(flown), len(tried), len(landed), days[0], days[-1], min(between, default=None)))
    return result


def rounded(value: Decimal, unit: str) -> Decimal:
    """Round half away from zero, as Postgres' numeric does."""
    return value.quantize(Decimal(unit), ROUND_HALF_UP)


def _ends(launches: Iterable[Document]) -> tuple[int, int]:
    ends = Counter(launch["success"] for launch in launches)
    return ends[True], ends[False]


def _rate(succeeded: int, failed: int) -> Decimal | None:
    return rounded(Decimal(succeeded) / (succeeded + failed), "0.0001") if succeeded + failed else None


def _mean_days(waits: Sequence[timedelta]) -> Decimal | None:
    if not waits:
        return None
    return rounded(Decimal(int(sum(waits, timedelta()).total_seconds())) / len(waits) / 86400, "0.01")


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)
