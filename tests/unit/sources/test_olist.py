"""The rows of the market place: the same for a seed, as many as the scale says, whichever table is asked first."""

import pytest

from podflow_sources.olist.market import Row, places
from podflow_sources.olist.orders import orders
from podflow_sources.olist.tables import TABLES

BY_NAME = {table.name: table for table in TABLES}


def rows(name: str, seed: int = 7, scale: float = 0.002) -> list[Row]:
    return list(BY_NAME[name].rows(seed, scale))


@pytest.mark.parametrize("name", BY_NAME)
def test_a_seed_makes_the_same_rows_and_another_one_others(name: str) -> None:
    assert rows(name) == rows(name)
    if name != "product_category_name_translation":
        assert rows(name) != rows(name, seed=8)


def test_the_scale_is_that_of_the_published_numbers() -> None:
    assert [len(rows(name, scale=0.01)) for name in ("orders", "customers", "products", "sellers")] == [
        994,
        994,
        330,
        31,
    ]


def test_what_is_referred_to_is_there() -> None:
    known = {name: {row[0] for row in rows(name)} for name in ("customers", "orders", "products", "sellers")}
    assert {row[1] for row in rows("orders")} == known["customers"]
    for name, place in {"order_items": 0, "order_payments": 0, "order_reviews": 1}.items():
        assert {row[place] for row in rows(name)} <= known["orders"]
    assert {row[2] for row in rows("order_items")} <= known["products"]
    assert {row[3] for row in rows("order_items")} <= known["sellers"]
    assert {row[2] for row in rows("customers")} <= {place.zip_code_prefix for place in places(7, 0.002)}


def test_orders_of_each_kind_are_as_theirs_are() -> None:
    made = list(orders(7, 0.03))
    states = {each.order[2] for each in made}
    assert states == {"delivered", "shipped", "canceled", "unavailable", "invoiced", "processing"}
    assert all(bool(each.items) is (each.order[2] != "unavailable") for each in made)
    assert any(len(each.payments) == 2 for each in made)
    assert any(not each.reviews for each in made)
    assert any(row[1] is None for row in rows("products", scale=0.02))
