from datetime import datetime
from decimal import Decimal

import orjson

from podflow_producers.orders import SCHEMA_VERSION, orders


def _read(count: int, seed: int) -> list[dict[str, object]]:
    return [orjson.loads(event.value) for event in orders(count, seed)]


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert list(orders(300, seed=7)) == list(orders(300, seed=7))


def test_another_seed_makes_other_orders() -> None:
    first = {order["order_id"] for order in _read(100, 7)}
    second = {order["order_id"] for order in _read(100, 8)}
    assert not first & second


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    assert list(orders(50, seed=3)) == list(orders(80, seed=3))[:50]


def test_ids_are_unique_and_tell_seed_and_sequence() -> None:
    ids = [order["order_id"] for order in _read(1000, 42)]
    assert len(set(ids)) == 1000
    assert ids[0] == "O-42-000000000"
    assert ids[-1] == "O-42-000000999"


def test_every_order_is_keyed_by_its_customer() -> None:
    for event in orders(100, seed=1):
        assert orjson.loads(event.value)["customer"]["customer_id"].encode() == event.key


def test_totals_are_exact_decimals() -> None:
    for order in _read(500, 5):
        assert Decimal(str(order["total"])) == Decimal(str(order["unit_price"])) * Decimal(str(order["quantity"]))


def test_times_rise_and_carry_their_offset() -> None:
    times = [datetime.fromisoformat(str(order["ordered_at"])) for order in _read(200, 5)]
    assert times == sorted(set(times))
    assert all(time.utcoffset() is not None for time in times)


def test_every_order_states_its_schema_version() -> None:
    assert {order["schema_version"] for order in _read(10, 5)} == {SCHEMA_VERSION}
