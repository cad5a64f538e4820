"""Messages that nobody can use, and huge ones, between a producer's orders."""

import json
from collections.abc import Callable
from typing import Any

from tests.faults.sink.produced import assert_all_landed_once, produce
from tests.kafka_shop import Shop

MEBIBYTE = 2**20


def order(**changes: Any) -> bytes:
    whole = {
        "order_id": "O-by-hand",
        "ordered_at": "2026-01-01T00:00:00Z",
        "customer_key": "AW00011000",
        "quantity": 1,
        "price": "9.99",
        "ship_to": {"city": "Berlin"},
        **changes,
    }
    return json.dumps(whole).encode()


POISON = [
    b"",
    None,
    b"no order, sorry",
    b"[1, 2]",
    order()[:40],
    order().replace(b"Berlin", b"\xff\xfe"),
    order().replace(b"Berlin", b"Ber\0lin"),
    order(ship_to={"city": "Ber\0lin"}),
    order(quantity="some"),
    order(quantity=[1]),
    order(quantity=None),
    b"x" * 6 * MEBIBYTE,
    order(quantity="x" * 6 * MEBIBYTE),
]


def test_poison_and_huge_messages_between_orders(shop: Shop, observe: Callable[[str, str], None]) -> None:
    shop.allow(8 * MEBIBYTE)
    produce(shop, 5_000)
    for partition in range(3):
        shop.send([*POISON, order(ship_to={"city": "B" * 6 * MEBIBYTE})], partition)
    produce(shop, 5_000)
    done = shop.run("drain", shop.dataset.model_dump_json(), KAFKA_BATCH_ROWS="2000")
    assert done.code == 0, done.events
    landed = assert_all_landed_once(shop)
    assert sum(name == "O-by-hand" for name in landed.ids.values()) == 3
    assert len(landed.malformed) > 3 * len(POISON)
    observe(
        "poison (no JSON, cut off, NUL, not UTF-8, wrong types, tombstones) and messages of 6 MiB between orders",
        f"exit 0: {len(landed.ids):,} rows and {len(landed.malformed)} in quarantine, each once",
    )
