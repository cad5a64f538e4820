"""All that the launches' API knows, drawn from a seed: as many launches as when the real one stood still."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from podflow_sources.seeds import seeded
from podflow_sources.spacex.launches import LAUNCHES, Document, identity, launch
from podflow_sources.spacex.payloads import payload

_SMALL, _HEAVY_FROM, _HEAVY_EACH = 5, 60, 45


@dataclass(frozen=True)
class Flights:
    """All documents of the API, by collection; each list in the order of time."""

    rockets: tuple[Document, ...]
    launchpads: tuple[Document, ...]
    launches: tuple[Document, ...]
    payloads: tuple[Document, ...]


@cache
def flights(seed: int) -> Flights:
    """Return the documents that the seed makes. They are shared: nobody may change them."""
    rockets, pads = _shipped("rockets"), _shipped("launchpads")
    launches, payloads = [], []
    for number in range(1, LAUNCHES + 1):
        random = seeded("launch", seed, number)
        rocket = rockets[_rocket(number)]
        planned = launch(random, number, rocket["id"], pads[_pad(random, number, rocket)]["id"])
        parts = range(random.choice((1, 1, 1, 2)))
        carried = [payload(random, planned, identity("payload", number, part)) for part in parts]
        payloads += carried
        launches.append({**planned, "payloads": [each["id"] for each in carried]})
    return Flights(rockets, tuple(_visited(pad, launches) for pad in pads), tuple(launches), tuple(payloads))


def _shipped(collection: str) -> tuple[Document, ...]:
    found = json.loads((files("podflow_sources") / "spacex" / f"{collection}.json").read_text())
    return tuple({**each, "id": identity(collection, each["name"])} for each in found)


def _rocket(number: int) -> int:
    if number <= _SMALL:
        return 0
    return 2 if number > _HEAVY_FROM and number % _HEAVY_EACH == 0 else 1


def _pad(random: Random, number: int, rocket: Document) -> int:
    if number <= _SMALL:
        return 0
    return 2 if rocket["boosters"] else random.choices((1, 2, 3), (55, 25, 20))[0]


def _visited(pad: Document, launches: list[Document]) -> Document:
    there = [each for each in launches if each["launchpad"] == pad["id"]]
    flown = [each for each in there if not each["upcoming"]]
    return {
        **pad,
        "launch_attempts": len(flown),
        "launch_successes": sum(each["success"] for each in flown),
        "rockets": sorted({each["rocket"] for each in there}),
        "launches": [each["id"] for each in there],
    }
