"""Orders: who bought what when, how it was paid, how long it took, and what was said about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from podflow_sources.olist.market import Place, Row, identity, places, products, sellers, share
from podflow_sources.seeds import happens, seeded

ORDERS = 99_441
"""As many as Olist published: at scale 1."""
FIRST, DAYS = datetime(2016, 9, 4), 773  # noqa: DTZ001  as published: local times without a zone
_STATUSES = ("delivered", "shipped", "canceled", "unavailable", "invoiced", "processing")
_SHARES = (970, 11, 6, 6, 4, 3)
_BEFORE_CARRIER = ("canceled", "unavailable", "invoiced", "processing")
_ITEMS, _ITEM_SHARES = (1, 2, 3, 4), (90, 7, 2, 1)
_PAYMENTS, _PAYMENT_SHARES = ("credit_card", "boleto", "voucher", "debit_card"), (74, 19, 5, 2)
_MESSAGES = ("Recebi bem antes do prazo", "Muito bom, recomendo", "Produto errado, aguardo troca", "Não recebi ainda")


@dataclass(frozen=True, slots=True)
class Order:
    """All rows that an order has, by table."""

    customer: Row
    order: Row
    items: tuple[Row, ...]
    payments: tuple[Row, ...]
    reviews: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Market:
    """What orders are drawn from."""

    places: list[Place]
    sellers: list[Row]
    products: list[Row]
    people: int


def orders(seed: int, scale: float) -> Iterator[Order]:
    """Yield all orders. Each pass gives the same ones, so a table can be written without keeping them."""
    count = share(ORDERS, scale)
    market = _Market(places(seed, scale), sellers(seed, scale), products(seed, scale), share(count, 0.966))
    for number in range(count):
        yield _order(seeded("olist order", seed, number), market)


def _order(random: Random, market: _Market) -> Order:
    number, customer_id = identity(random), identity(random)
    bought = FIRST + timedelta(seconds=round(DAYS * 86400 * random.triangular(0, 1, 0.85)))
    (status,) = random.choices(_STATUSES, _SHARES)
    items = () if status == "unavailable" else tuple(_items(random, number, bought, market))
    due = sum(cents for _, cents in items)
    return Order(
        customer=_customer(random, customer_id, market),
        order=(number, customer_id, status, bought, *_way(random, bought, status)),
        items=tuple(row for row, _ in items),
        payments=tuple(_payments(random, number, due)) if items else (),
        reviews=(_review(random, number, bought),) if happens(random, 0.99) else (),
    )


def _customer(random: Random, customer_id: str, market: _Market) -> Row:
    """Return a customer: an id for each order, and one for the person, who may come again and have moved."""
    person = identity(seeded("olist person", random.randrange(market.people)))
    place = random.choice(market.places)
    return (customer_id, person, place.zip_code_prefix, place.city, place.state)


def _way(random: Random, bought: datetime, status: str) -> Row:
    approved = bought + timedelta(minutes=random.randint(5, 2880))
    carried = approved + timedelta(hours=random.randint(4, 140))
    arrived = carried + timedelta(hours=round(random.lognormvariate(5.0, 0.7)))
    estimated = bought.replace(hour=0, minute=0, second=0) + timedelta(days=random.randint(10, 40))
    return (
        None if status in {"unavailable", "canceled"} and happens(random, 0.3) else approved,
        None if status in _BEFORE_CARRIER else carried,
        arrived if status == "delivered" else None,
        estimated,
    )


def _items(random: Random, order: str, bought: datetime, market: _Market) -> Iterator[tuple[Row, int]]:
    for line in range(1, random.choices(_ITEMS, _ITEM_SHARES)[0] + 1):
        product, seller = random.choice(market.products)[0], random.choice(market.sellers)[0]
        limit = bought + timedelta(days=random.randint(3, 9))
        price, freight = round(100 * random.lognormvariate(4.3, 0.9)), round(100 * random.lognormvariate(2.8, 0.6))
        yield (order, line, product, seller, limit, _money(price), _money(freight)), price + freight


def _payments(random: Random, order: str, due: int) -> Iterator[Row]:
    (kind,) = random.choices(_PAYMENTS, _PAYMENT_SHARES)
    first = due if happens(random, 0.95) else due // 3
    yield (order, 1, kind, random.randint(1, 10) if kind == "credit_card" else 1, _money(first))
    if first < due:
        yield (order, 2, "voucher", 1, _money(due - first))


def _review(random: Random, order: str, bought: datetime) -> Row:
    written = bought.replace(hour=0, minute=0, second=0) + timedelta(days=random.randint(5, 40))
    answered = written + timedelta(hours=random.randint(8, 120))
    (score,) = random.choices((1, 2, 3, 4, 5), (11, 3, 8, 19, 59))
    message = random.choice(_MESSAGES) if happens(random, 0.41) else None
    return (
        identity(random),
        order,
        score,
        "super recomendo" if happens(random, 0.12) else None,
        message,
        written,
        answered,
    )


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
