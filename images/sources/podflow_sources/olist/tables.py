"""The nine tables: in which order they are filled, from which file of Olist's, or from which made-up rows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from podflow_sources.olist import market
from podflow_sources.olist.market import Row
from podflow_sources.olist.orders import Order, orders


@dataclass(frozen=True)
class Table:
    """A table, the file of the published dataset that fills it, and what makes its rows of a seed and a scale."""

    name: str
    file: str
    rows: Callable[[int, float], Iterable[Row]]


def schema() -> str:
    """Return the statements that make all tables."""
    return (files("podflow_sources") / "olist" / "schema.sql").read_text()


def _each(rows: Callable[[Order], Iterable[Row]]) -> Callable[[int, float], Iterator[Row]]:
    return lambda seed, scale: (row for order in orders(seed, scale) for row in rows(order))


TABLES = (
    Table("geolocation", "olist_geolocation_dataset.csv", market.geolocation),
    Table("sellers", "olist_sellers_dataset.csv", market.sellers),
    Table(
        "product_category_name_translation",
        "product_category_name_translation.csv",
        lambda _seed, _scale: market.translations(),
    ),
    Table("products", "olist_products_dataset.csv", market.products),
    Table("customers", "olist_customers_dataset.csv", _each(lambda order: (order.customer,))),
    Table("orders", "olist_orders_dataset.csv", _each(lambda order: (order.order,))),
    Table("order_items", "olist_order_items_dataset.csv", _each(lambda order: order.items)),
    Table("order_payments", "olist_order_payments_dataset.csv", _each(lambda order: order.payments)),
    Table("order_reviews", "olist_order_reviews_dataset.csv", _each(lambda order: order.reviews)),
)
"""In an order in which what is referred to comes first."""
