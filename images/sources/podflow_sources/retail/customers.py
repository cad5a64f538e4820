"""Customers: some move, are promoted or marry, so that their history is worth keeping."""

from datetime import date, datetime
from functools import lru_cache
from random import Random

from pydantic import BaseModel, Field

from podflow_sources.retail.days import arrival_day, days_from, moment
from podflow_sources.seeds import seeded

CUSTOMERS = 1200
FROM_THE_BEGINNING = 500
DAYS_BETWEEN_CHANGES = (15, 150)

_FIRST = (
    "Ada",
    "Ben",
    "Carla",
    "Dario",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Inés",
    "Jonas",
    "Kira",
    "Luca",
    "Mira",
    "Nils",
)
_LAST = (
    "Aydin",
    "Brandt",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Horvat",
    "Ivanova",
    "Jansen",
    "Kaya",
    "Rossi",
)
_STREETS = ("Bahnhofstrasse", "Church Lane", "Mill Road", "Rue de la Gare", "Station Street", "Via Roma", "Am Markt")
_CITIES = (
    ("Amsterdam", "NL"), ("Berlin", "DE"), ("Brno", "CZ"), ("Dublin", "IE"), ("Graz", "AT"), ("Lyon", "FR"),
    ("Malmö", "SE"), ("Porto", "PT"), ("Rome", "IT"), ("Seville", "ES"), ("Turku", "FI"), ("Zürich", "CH"),
)  # fmt: skip
_TIERS = ("bronze", "silver", "gold", "platinum")


class Customer(BaseModel):
    """A customer as the chain knows them at the end of a day."""

    customer_id: int
    first_name: str
    last_name: str
    email: str
    street: str
    postal_code: str
    city: str
    country: str = Field(description="ISO 3166, two letters")
    loyalty_tier: str = Field(description="bronze, silver, gold or platinum")
    created_on: date
    updated_at: datetime = Field(description="When the record last changed")


@lru_cache(maxsize=8)
def customers(seed: int, day: date) -> list[Customer]:
    """Return those who have joined by the end of that day, by rising number."""
    found = (_customer(seed, number, day) for number in range(1, CUSTOMERS + 1))
    return [customer for customer in found if customer is not None]


def _customer(seed: int, number: int, day: date) -> Customer | None:
    random = seeded("retail customer", seed, number)
    created_on = arrival_day(random, number, FROM_THE_BEGINNING)
    if created_on > day:
        return None
    first_name, last_name = random.choice(_FIRST), random.choice(_LAST)
    known: dict[str, object] = {
        "customer_id": number,
        "first_name": first_name,
        **_named(first_name, last_name, number),
        **_address(random),
        "loyalty_tier": random.choices(_TIERS, (60, 25, 12, 3))[0],
        "created_on": created_on,
        "updated_at": moment(random, created_on),
    }
    for changed_on in days_from(random, created_on, day, DAYS_BETWEEN_CHANGES):
        known |= _change(random, first_name, number) | {"updated_at": moment(random, changed_on)}
    return Customer.model_validate(known)


def _change(random: Random, first_name: str, number: int) -> dict[str, object]:
    (what,) = random.choices(("moves", "tier", "marries"), (60, 30, 10))
    if what == "moves":
        return _address(random)
    if what == "tier":
        return {"loyalty_tier": random.choice(_TIERS)}
    return _named(first_name, random.choice(_LAST), number)


def _named(first_name: str, last_name: str, number: int) -> dict[str, object]:
    return {"last_name": last_name, "email": f"{first_name}.{last_name}.{number}@example.com".lower()}


def _address(random: Random) -> dict[str, object]:
    city, country = random.choice(_CITIES)
    street = f"{random.choice(_STREETS)} {random.randint(1, 180)}"
    return {"street": street, "postal_code": str(random.randint(1000, 99999)), "city": city, "country": country}
