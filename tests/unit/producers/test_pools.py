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


def test_pools_have_an_entry_for_every_two_bytes() -> None:
    assert {len(pool) for pool in (pools.customers(), pools.items(), pools.addresses(3))} == {2**16}


def test_addresses_come_from_the_seed() -> None:
    made = set(pools.addresses(5))
    pools.addresses.cache_clear()
    assert set(pools.addresses(5)) == made
    assert len(made) > 2000
    assert len(made & set(pools.addresses(6))) < 10


def test_a_minute_is_told_in_utc() -> None:
    at = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    text = pools.minute(int(at.timestamp()) // 60, 1).decode()
    assert text == '2026-02-28","ship_date":"2026-03-01","due_date":"2026-03-12","ordered_at":"2026-02-28T23:59:'
