"""Pieces of JSON made in advance, to put orders together from: a million a second, where Faker makes some thousands.

A list has 256 or 65,536 entries, so that one or two random bytes are the index of one. Small lists matter: what the
processor's cache does not hold makes orders a fifth slower.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TypeVar

from faker import Faker

from podflow_shop import CUSTOMER_IDS, customer_key, products

_SLOTS = 65_536
_ADDRESSES = 256
_PROVIDERS = ("faker.providers.person", "faker.providers.address")
_DAYS_TO_DUE = 12
_LONGEST_SHIPPING = 7
_QUANTITIES = (1,) * 12 + (2,) * 4 + (3,) * 2 + (4, 5)

DAYS_TO_SHIP = bytes(1 + value % _LONGEST_SHIPPING for value in range(256))
"""Translates a random byte into the days between order and shipping."""
LAST_DIGITS = [b'%03d","order_date":"' % number for number in range(1000)]
SECONDS = [b"%02d." % second for second in range(60)]
MILLISECONDS = [b'%03dZ","customer_key":"' % millisecond for millisecond in range(1000)]

_Piece = TypeVar("_Piece")


@cache
def customers() -> list[bytes]:
    """Return the keys of all customers."""
    return _slots([customer_key(number).encode() for number in CUSTOMER_IDS])


@cache
def items() -> list[bytes]:
    """Return products with quantity, list price and the product of both, exact to the cent; most orders are of one."""
    pieces = [
        b'","product_key":"%b","quantity":%d,"price":"%b","sales":"%b","ship_to":'
        % (product.key.encode(), quantity, _amount(product.list_price), _amount(product.list_price * quantity))
        for product in products()
        for quantity in _QUANTITIES
    ]
    return _slots(pieces)


@lru_cache(maxsize=4)
def recipients(seed: int) -> list[bytes]:
    """Return who an order is shipped to, in which street, as Faker makes it up from the seed."""
    faker = _faker(seed)
    people = [{"name": faker.name(), "street": faker.street_address()} for _ in range(_ADDRESSES)]
    return [_json(person).removesuffix(b"}") + b"," for person in people]


@lru_cache(maxsize=4)
def places(seed: int) -> list[bytes]:
    """Return where that is; the end of an order."""
    faker = _faker(seed)
    towns = [{"city": faker.city(), "postcode": faker.postcode()} for _ in range(_ADDRESSES)]
    return [_json(town).removeprefix(b"{") + b"}" for town in towns]


@lru_cache(maxsize=65_536)
def minute(number: int, days_to_ship: int) -> bytes:
    """Return the dates of an order, and the time of order up to the minute; counted from 1970."""
    at = datetime.fromtimestamp(number * 60, UTC)
    ship, due = (at.date() + timedelta(days=days) for days in (days_to_ship, _DAYS_TO_DUE))
    text = f'{at.date()}","ship_date":"{ship}","due_date":"{due}","ordered_at":"{at:%Y-%m-%dT%H:%M}:'
    return text.encode()


def _slots(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Return each piece as often as any other, but for one time."""
    return [pieces[slot * len(pieces) // _SLOTS] for slot in range(_SLOTS)]


def _faker(seed: int) -> Faker:
    # Without weighting Faker is ten times faster; other providers would want languages that the image lacks.
    faker = Faker("en_US", providers=list(_PROVIDERS), use_weighting=False)
    faker.seed_instance(seed)
    return faker


def _json(value: dict[str, str]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _amount(cents: int) -> bytes:
    return b"%d.%02d" % divmod(cents, 100)
