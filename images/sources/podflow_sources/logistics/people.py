"""Who the customers are: the same person in every export of a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from podflow_shop import CUSTOMER_IDS, customer_key
from podflow_sources.seeds import seeded

_WOMEN = ("Ana", "Chloe", "Destiny", "Emma", "Grace", "Ingrid", "Jasmine", "Julia", "Latoya", "Maria", "Olivia", "Zoë")
_MEN = ("Adam", "Carlos", "Devin", "Eugene", "Ian", "Jon", "José", "Lucas", "Marco", "Noah", "Shannon", "Wyatt")
_FAMILIES = (
    "Alonso", "Bennett", "Carlson", "Diaz", "Ferrier", "Gutierrez", "Huang", "Johnson", "Kowalski", "Mehta", "Müller",
    "Navarro", "O'Brien", "Powell", "Ruiz", "Serrano", "Suarez", "Torres", "Verhoff", "Walker", "Xu", "Yang", "Zhu",
)  # fmt: skip
_COUNTRIES = ("Australia", "Canada", "France", "Germany", "United Kingdom", "United States")
_SHARES = (19, 8, 10, 10, 10, 43)
_OLDEST, _DAYS_OF_BIRTHS = date(1945, 1, 1), 58 * 365
_FIRST_ENTRY, _DAYS_OF_ENTRIES = date(2024, 1, 1), 2 * 365


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, as nobody mistyped it."""

    customer_id: int
    key: str
    first_name: str
    last_name: str
    married: bool
    female: bool
    born: date
    country: str
    entered: date
    """When CRM got to know the customer."""


def people(seed: int) -> Iterator[Person]:
    """Yield all customers of podflow_shop, by rising number."""
    random = seeded(seed, "people")
    for customer_id in CUSTOMER_IDS:
        female = random.choice((True, False))
        (country,) = random.choices(_COUNTRIES, _SHARES)
        yield Person(
            customer_id=customer_id,
            key=customer_key(customer_id),
            first_name=random.choice(_WOMEN if female else _MEN),
            last_name=random.choice(_FAMILIES),
            married=random.choice((True, False)),
            female=female,
            born=_OLDEST + timedelta(days=random.randrange(_DAYS_OF_BIRTHS)),
            country=country,
            entered=_FIRST_ENTRY + timedelta(days=random.randrange(_DAYS_OF_ENTRIES)),
        )
