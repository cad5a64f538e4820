import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podflow_producers.events import Batch, Record
from podflow_producers.flaws import KINDS, Flaws
from podflow_producers.orders import SCHEMA_VERSION, Orders
from podflow_shop import CUSTOMER_IDS, customer_key, products

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
TOTAL = 5000


def _stream(seed: int = 7, flaws: Flaws | None = None, total: int = TOTAL) -> Orders:
    return Orders(seed, START, END, total, flaws or Flaws())


def _records(batches: Iterable[Batch]) -> list[Record]:
    return [record for batch in batches for record in batch.records]


def _read(seed: int = 7, count: int = TOTAL) -> list[dict[str, Any]]:
    return [json.loads(value) for _, value in _records(_stream(seed).batches(0, count))]


def _spoilt(batches: Iterable[Batch]) -> dict[int, tuple[bool, str]]:
    """Return all flawed orders by their place in the stream: whether they are late, and how malformed."""
    flaws, before = {}, 0
    for batch in batches:
        for index in batch.late | batch.malformed.keys():
            flaws[before + index] = (index in batch.late, batch.malformed.get(index, ""))
        before += len(batch.records)
    return flaws


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert _records(_stream().batches(0, TOTAL)) == _records(_stream().batches(0, TOTAL))


def test_another_seed_makes_other_orders() -> None:
    one, other = _read(7), _read(8)
    assert not {order["order_id"] for order in one} & {order["order_id"] for order in other}
    assert [order["customer_key"] for order in one] != [order["customer_key"] for order in other]
    assert [order["ship_to"] for order in one] != [order["ship_to"] for order in other]


@settings(deadline=None, max_examples=40)
@given(first=st.integers(0, TOTAL - 1), size=st.integers(1, 2500))
def test_a_range_holds_what_the_whole_holds_there(first: int, size: int) -> None:
    stream = _stream(flaws=Flaws(late=0.1, malformed=0.1))
    whole, count = [*stream.batches(0, TOTAL)], min(size, TOTAL - first)
    part = [*stream.batches(first, count)]
    assert _records(part) == _records(whole)[first : first + count]
    everywhere = _spoilt(whole)
    assert {first + place: flaw for place, flaw in _spoilt(part).items()} == {
        place: flaw for place, flaw in everywhere.items() if first <= place < first + count
    }


def test_ids_are_unique_and_tell_seed_and_number() -> None:
    ids = [order["order_id"] for order in _read(42)]
    assert len(set(ids)) == TOTAL
    assert (ids[0], ids[-1]) == ("O-42-000000000", "O-42-000004999")


def test_orders_refer_to_the_shops_customers_and_products_at_their_list_prices() -> None:
    prices = {product.key: Decimal(product.list_price) / 100 for product in products()}
    customers = {customer_key(number) for number in CUSTOMER_IDS}
    for order in _read():
        assert order["customer_key"] in customers
        assert Decimal(order["price"]) == prices[order["product_key"]]


def test_every_order_is_keyed_by_its_customer() -> None:
    for key, value in _records(_stream().batches(0, 300)):
        assert json.loads(value)["customer_key"].encode() == key


def test_sales_are_exact() -> None:
    orders = _read()
    assert {order["quantity"] for order in orders} == {1, 2, 3, 4, 5}
    for order in orders:
        assert Decimal(order["sales"]) == Decimal(order["price"]) * order["quantity"]


def test_times_rise_and_fill_the_interval() -> None:
    times = [datetime.fromisoformat(order["ordered_at"]) for order in _read()]
    step = (END - START) / TOTAL
    assert times[0] == START
    assert times[-1] == END - step
    assert {later - earlier for earlier, later in pairwise(times)} == {step}


def test_an_order_is_shipped_after_it_was_made_and_before_it_is_due() -> None:
    for order in _read():
        ordered, shipped, due = (date.fromisoformat(order[f"{name}_date"]) for name in ("order", "ship", "due"))
        assert ordered == datetime.fromisoformat(order["ordered_at"]).date()
        assert ordered < shipped <= ordered + timedelta(days=7) < due


def test_every_order_states_its_schema_version() -> None:
    assert {order["schema_version"] for order in _read()} == {SCHEMA_VERSION}


def test_late_orders_had_happened_earlier_and_are_otherwise_the_same() -> None:
    batches = [*_stream(flaws=Flaws(late=0.1)).batches(0, TOTAL)]
    late = {index + 1000 * number for number, batch in enumerate(batches) for index in batch.late}
    assert 0.08 < len(late) / TOTAL < 0.12
    punctual = _read()
    for number, (_, value) in enumerate(_records(batches)):
        order, delay = json.loads(value), timedelta()
        if number in late:
            delay = datetime.fromisoformat(punctual[number]["ordered_at"]) - datetime.fromisoformat(order["ordered_at"])
            assert timedelta(hours=1) <= delay < timedelta(hours=72)
        rest = {"order_id", "customer_key", "product_key", "quantity", "ship_to"}
        assert {name: order[name] for name in rest} == {name: punctual[number][name] for name in rest}
        assert (number in late) == bool(delay)


def test_exactly_the_malformed_orders_cannot_be_used() -> None:
    batches = [*_stream(flaws=Flaws(malformed=0.1)).batches(0, TOTAL)]
    kinds, sound = _spoilt(batches), _records(_stream().batches(0, TOTAL))
    assert {kind for _, kind in kinds.values()} == set(KINDS)
    assert 0.08 < len(kinds) / TOTAL < 0.12
    for number, (record, as_it_was) in enumerate(zip(_records(batches), sound, strict=True)):
        assert (record != as_it_was) == (number in kinds)
        assert _is_usable(record[1]) == (number not in kinds)


def _is_usable(value: bytes) -> bool:
    try:
        order = json.loads(value.decode())
    except ValueError:
        return False
    return "order_id" in order and isinstance(order["quantity"], int) and "\0" not in order["ship_to"]["name"]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_of_none_and_all_are_exact(share: float) -> None:
    for batch in _stream(flaws=Flaws(late=share, malformed=share)).batches(0, 1500):
        assert len(batch.late) == len(batch.malformed) == share * len(batch.records)
