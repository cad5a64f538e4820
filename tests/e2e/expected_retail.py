"""The tables of retail, computed from what the API answers, by plain Python: nothing here knows of SQL."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from podflow_sources.api import SHIPPED_SEED
from podflow_sources.retail.customers import Customer, customers
from podflow_sources.retail.products import Product, products
from podflow_sources.retail.sales import Sale, sales

Row = tuple[object, ...]
DESCRIBED = (
    "first_name",
    "last_name",
    "email",
    "street",
    "postal_code",
    "city",
    "country",
    "loyalty_tier",
    "created_on",
)
"""What makes a version of a customer."""


@dataclass(frozen=True)
class Days:
    """What the API said of each day."""

    customers: Mapping[date, Sequence[Customer]]
    products: Mapping[date, Sequence[Product]]
    sales: Mapping[date, Sequence[Sale]]


def answered(days: Iterable[date], seed: int = SHIPPED_SEED) -> Days:
    """Return what the API that comes with podflow says of some days."""
    asked = list(days)
    return Days(
        {day: customers(seed, day) for day in asked},
        {day: products(seed, day) for day in asked},
        {day: sales(seed, day) for day in asked},
    )


@dataclass
class Version:
    """A customer as they were from one day to another."""

    customer_id: int
    described: tuple[object, ...]
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> uuid.UUID:
        """Its surrogate key."""
        return surrogate(self.customer_id, self.valid_from)


def surrogate(*parts: object) -> uuid.UUID:
    """Return the key that dbt/macros/surrogate_key.sql makes."""
    return uuid.UUID(hashlib.md5("|".join(map(str, parts)).encode()).hexdigest())


def history(snapshots: Mapping[date, Sequence[Customer]]) -> list[Version]:
    """Go through the days in order, as somebody would who keeps a card for each customer."""
    made: list[Version] = []
    current: dict[int, Version] = {}
    for day in sorted(snapshots):
        seen = {each.customer_id: tuple(getattr(each, name) for name in DESCRIBED) for each in snapshots[day]}
        for customer_id, version in list(current.items()):
            if seen.get(customer_id) != version.described:
                version.valid_to = day - timedelta(days=1)
                del current[customer_id]
        for customer_id, described in seen.items():
            if customer_id not in current:
                current[customer_id] = Version(customer_id, described, day)
                made.append(current[customer_id])
    return made


def dim_customer(days: Days) -> set[Row]:
    """All columns of the table."""
    return {
        (each.key, each.customer_id, *each.described, each.valid_from, each.valid_to, each.valid_to is None)
        for each in history(days.customers)
    }


def dim_product(days: Days) -> set[Row]:
    """All columns of the table."""
    latest: dict[int, tuple[date, Product]] = {}
    for day in sorted(days.products):
        latest |= {each.product_id: (day, each) for each in days.products[day]}
    return {
        (
            *(surrogate(each.product_id), each.product_id, each.sku, each.name, each.category, each.subcategory),
            *(each.brand, _euros(each.list_price), each.active and day == max(days.products), each.launched_on),
        )
        for day, each in latest.values()
    }


def fact_sales(days: Days) -> set[Row]:
    """All columns of the table but changed_at."""
    versions = defaultdict(list)
    for version in history(days.customers):
        versions[version.customer_id].append(version)
    return set(_facts(days, versions))


def fact_sales_aggregate(days: Days) -> set[Row]:
    """All columns of the table."""
    category = {row[0]: row[4] for row in dim_product(days)}
    customer = {row[0]: row[1] for row in dim_customer(days)}
    groups: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for fact in fact_sales(days):
        groups[fact[1], fact[6], category[fact[3]]].append(fact)
    return {
        (
            *(*key, len(facts), len({customer[fact[2]] for fact in facts})),
            *(_sum(fact[column] for fact in facts) for column in (9, 12, 13, 14)),
        )
        for key, facts in groups.items()
    }


def _facts(days: Days, versions: Mapping[int, Sequence[Version]]) -> Iterator[Row]:
    latest: dict[str, Sale] = {}
    for sale in (sale for day in days.sales.values() for sale in day):
        known = latest.get(sale.sale_id)
        if known is None or sale.updated_at > known.updated_at:
            latest[sale.sale_id] = sale
    for sale in latest.values():
        begun = [each for each in versions[sale.customer_id] if each.valid_from <= sale.sale_date]
        version = begun[-1] if begun else versions[sale.customer_id][0]
        gross = sale.quantity * _euros(sale.unit_price)
        yield (
            surrogate(sale.sale_id),
            int(f"{sale.sale_date:%Y%m%d}"),
            *(version.key, surrogate(sale.product_id), sale.sale_id, sale.sold_at, sale.store, sale.store == "WEB"),
            *(sale.payment, sale.quantity, _euros(sale.unit_price), sale.discount_percent),
            *(gross, gross - _euros(sale.amount), _euros(sale.amount)),
        )


def _euros(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _sum(values: Iterable[object]) -> object:
    return sum(values)  # type: ignore[arg-type]
