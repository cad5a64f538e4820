import json
from collections import Counter
from datetime import UTC, datetime

from podflow_producers import pools
from podflow_shop import CUSTOMER_IDS, customer_key, products


def test_every_customer_is_as_likely_as_any_other() -> None:
    slots = Counter(pools.customers())
    assert set(slots) == {customer_key(number).encode() for number in CUSTOMER_IDS}
    assert max(slots.values()) - min(slots.values()) <= 1


def test_every_product_is_ordered_in_every_quantity() -> None:
    items = [json.loads(b'{"":"' + item + b"0}") for item in set(pools.items())]
    seen = {(item["product_key"], item["quantity"]) for item in items}
    assert seen == {(product.key, quantity) for product in products() for quantity in range(1, 6)}


def test_pools_have_an_entry_for_every_byte_or_two() -> None:
    assert len(pools.recipients(3)) == len(pools.places(3)) == 2**8
    assert len(pools.customers()) == len(pools.items()) == 2**16


def test_addresses_come_from_the_seed() -> None:
    made = {*pools.recipients(5), *pools.places(5)}
    pools.recipients.cache_clear()
    pools.places.cache_clear()
    assert {*pools.recipients(5), *pools.places(5)} == made
    assert len(made) > 500
    assert len(made & {*pools.recipients(6), *pools.places(6)}) < 10


def test_a_minute_is_told_in_utc() -> None:
    at = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    text = pools.minute(int(at.timestamp()) // 60, 1).decode()
    assert text == '2026-02-28","ship_date":"2026-03-01","due_date":"2026-03-12","ordered_at":"2026-02-28T23:59:'
