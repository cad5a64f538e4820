"""The gold tables of olist, computed from the rows of the source by plain Python: nothing here knows of dbt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = tuple[object, ...]
Record = dict[str, Any]
ZERO = Decimal("0.00")
TABLES = (
    "customers",
    "geolocation",
    "sellers",
    "product_category_name_translation",
    "products",
    "orders",
    "order_items",
    "order_payments",
    "order_reviews",
)
GOLD = ("fct_sales_by_category", "fct_avg_delivery_time", "fct_orders_by_state", "fct_orders")


@dataclass(frozen=True)
class Market:
    """All rows of the source, by table."""

    tables: Mapping[str, list[Record]]
    customers: Mapping[str, Record]
    """By customer_id."""

    def by(self, table: str, column: str) -> dict[str, list[Record]]:
        """Group a table's rows by a column."""
        groups: defaultdict[str, list[Record]] = defaultdict(list)
        for row in self.tables[table]:
            groups[row[column]].append(row)
        return groups

    def state(self, order: Record) -> str:
        """The state that an order came from."""
        return str(self.customers[order["customer_id"]]["customer_state"])

    def person(self, order: Record) -> str:
        """Who placed an order."""
        return str(self.customers[order["customer_id"]]["customer_unique_id"])


def read(source: psycopg.Connection) -> Market:
    """Read all nine tables."""
    with source.cursor(row_factory=dict_row) as cursor:
        select = sql.SQL("SELECT * FROM public.{}")
        tables = {name: cursor.execute(select.format(sql.Identifier(name))).fetchall() for name in TABLES}
    return Market(tables, {row["customer_id"]: row for row in tables["customers"]})


def fct_sales_by_category(market: Market) -> set[Row]:
    """All columns of the table."""
    lost = {row["order_id"] for row in market.tables["orders"] if not _sold(row)}
    categories = _categories(market)
    sold: defaultdict[str, list[Record]] = defaultdict(list)
    for item in market.tables["order_items"]:
        if item["order_id"] not in lost:
            sold[categories[item["product_id"]]].append(item)
    sales = {category: sum(item["price"] for item in items) for category, items in sold.items()}
    whole = sum(sales.values())
    return {
        (
            category,
            len({item["order_id"] for item in items}),
            len(items),
            sales[category],
            sum(item["freight_value"] for item in items),
            rounded(Fraction(sales[category]) / len(items), 2),
            rounded(Fraction(sales[category]) / Fraction(whole), 6),
            1 + sum(other > sales[category] for other in sales.values()),
        )
        for category, items in sold.items()
    }


def fct_avg_delivery_time(market: Market) -> set[Row]:
    """All columns of the table."""
    times: defaultdict[str, list[Fraction]] = defaultdict(list)
    late: defaultdict[str, int] = defaultdict(int)
    for order in market.tables["orders"]:
        if _delivered(order):
            times[market.state(order)].append(_seconds(order))
            late[market.state(order)] += _late(order)
    overall = _average(seconds for group in times.values() for seconds in group)
    return {
        (
            state,
            len(group),
            late[state],
            *(rounded(_average(group) / unit, 2) for unit in (60, 3600, 86400)),
            rounded(overall / 86400, 2),
        )
        for state, group in times.items()
    }


def fct_orders_by_state(market: Market) -> set[Row]:
    """All columns of the table."""
    states: defaultdict[str, list[Record]] = defaultdict(list)
    for order in market.tables["orders"]:
        states[market.state(order)].append(order)
    whole = len(market.tables["orders"])
    result: set[Row] = set()
    for state, orders in states.items():
        delivered = sum(_delivered(order) for order in orders)
        lost = sum(not _sold(order) for order in orders)
        people = {market.person(order) for order in orders}
        shares = rounded(Fraction(len(orders), whole), 6), rounded(Fraction(delivered, len(orders)), 6)
        result.add((state, len(orders), delivered, lost, len(people), *shares))
    return result


def fct_orders(market: Market) -> set[Row]:
    """All columns of the table."""
    return set(_orders(market))


def rounded(value: Fraction, digits: int) -> Decimal:
    """Round half away from zero, as Postgres' numeric does; no value here is negative."""
    return Decimal((int(value * 10**digits * 2) + 1) // 2).scaleb(-digits)


def _orders(market: Market) -> Iterator[Row]:
    items, payments, reviews = (
        market.by(table, "order_id") for table in ("order_items", "order_payments", "order_reviews")
    )
    for order in market.tables["orders"]:
        number = order["order_id"]
        said = sorted(reviews.get(number, []), key=lambda row: row["review_id"])
        last = max(said, key=lambda row: row["review_answer_timestamp"], default=None)
        pieces = items.get(number, [])
        delivered = _delivered(order)
        yield (
            *(number, market.person(order), market.state(order), order["order_status"]),
            *(order["order_purchase_timestamp"], order["order_purchase_timestamp"].date()),
            *(len(pieces), len({row["seller_id"] for row in pieces})),
            sum((row["price"] for row in pieces), ZERO),
            sum((row["freight_value"] for row in pieces), ZERO),
            sum((row["payment_value"] for row in payments.get(number, [])), ZERO),
            last and last["review_score"],
            rounded(_seconds(order) / 86400, 2) if delivered else None,
            _late(order) if delivered else None,
        )


def _categories(market: Market) -> dict[str, str]:
    english = {
        row["product_category_name"]: row["product_category_name_english"]
        for row in market.tables["product_category_name_translation"]
    }
    named = ((row["product_id"], row["product_category_name"]) for row in market.tables["products"])
    return {product: english.get(category, category) or "n/a" for product, category in named}


def _sold(order: Record) -> bool:
    return order["order_status"] not in {"canceled", "unavailable"}


def _delivered(order: Record) -> bool:
    return order["order_status"] == "delivered" and order["order_delivered_customer_date"] is not None


def _late(order: Record) -> bool:
    arrived: datetime = order["order_delivered_customer_date"]
    return bool(arrived.date() > order["order_estimated_delivery_date"].date())


def _seconds(order: Record) -> Fraction:
    took = order["order_delivered_customer_date"] - order["order_purchase_timestamp"]
    return Fraction(took.days * 86400 + took.seconds) + Fraction(took.microseconds, 10**6)


def _average(values: Iterable[Fraction]) -> Fraction:
    found = list(values)
    return sum(found, Fraction(0)) / len(found)
