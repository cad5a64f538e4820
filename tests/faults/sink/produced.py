"""What was produced, read back from the topic by nothing but the client; and what landed, compared by id."""

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from tests.kafka_shop import Shop

ROOT = Path(__file__).parents[3]
DECLARATION: dict[str, Any] = {
    "source": "shop",
    "connection": "kafka",
    "name": "orders",
    "description": "Orders of the producers",
    "mode": "append",
    "columns": [
        {"name": "order_id", "type": "text", "nullable": False},
        {"name": "ordered_at", "type": "timestamptz", "nullable": False},
        {"name": "customer_key", "type": "text", "nullable": False},
        {"name": "quantity", "type": "integer", "nullable": False},
        {"name": "price", "type": "numeric(12,2)", "nullable": False},
        {"name": "ship_to", "type": "jsonb"},
    ],
}
Place = tuple[int, int]
"""Partition and offset."""


def producing(shop: Shop, count: int, *more: str) -> "subprocess.Popen[str]":
    """Start `produce orders`, of which one in a hundred is malformed."""
    arguments = ["--topic", shop.topic, "--count", str(count), "--from", "2026-01-01", "--to", "2026-01-02"]
    command = [sys.executable, "-m", "podflow_producers.cli", "orders", *arguments, "--malformed", "0.01", *more]
    return shop.spawn(command, PYTHONPATH="producers:images/task")


def produce(shop: Shop, count: int) -> None:
    """Produce, all acknowledged."""
    done = shop.end(producing(shop, count, "--client", "confluent"))
    assert (done.code, done.result["acknowledged"]) == (0, count), done.events


@dataclass(frozen=True)
class Produced:
    """All that the topic has."""

    ids: dict[Place, str]
    """Of messages that a consumer can use."""
    malformed: set[Place]

    @classmethod
    def of(cls, shop: Shop) -> "Produced":
        consumer = Consumer({"bootstrap.servers": shop.settings.kafka_bootstrap_servers, "group.id": "checker"})
        ids: dict[Place, str] = {}
        malformed: set[Place] = set()
        for partition in range(3):
            place = TopicPartition(shop.topic, partition, OFFSET_BEGINNING)
            _, end = consumer.get_watermark_offsets(place)
            consumer.assign([place])
            at = 0
            while at < end:
                for message in consumer.consume(5000, 1.0):
                    at = (message.offset() or 0) + 1
                    order = _order(message.value() or b"")
                    if order is None:
                        malformed.add((partition, at - 1))
                    else:
                        ids[partition, at - 1] = order
        consumer.close()
        return cls(ids, malformed)


def _order(value: bytes) -> str | None:
    """Return the id of an order that fits the declaration. Every flaw that producers make is found by this."""
    try:
        order = json.loads(value)
        usable = isinstance(order["quantity"], int) and b"\\u0000" not in value
        return str(order["order_id"]) if usable else None
    except (ValueError, KeyError, TypeError):
        return None


def assert_all_landed_once(shop: Shop) -> Produced:
    """Every message is a row or in quarantine, once, under its own place; and the ledger says so."""
    produced = Produced.of(shop)
    landed = shop.query("SELECT _partition, _offset, order_id FROM bronze_shop.orders")
    assert len(landed) == len(produced.ids)
    assert {(partition, offset): order for partition, offset, order in landed} == produced.ids
    prefix = f"kafka/{shop.topic}/"
    quarantined = shop.query("SELECT chunk, line FROM ops.quarantine")
    assert {(int(chunk.removeprefix(prefix)), line) for chunk, line in quarantined} == produced.malformed
    assert len(quarantined) == len(produced.malformed)
    everything = len(produced.ids) + len(produced.malformed)
    assert shop.ledger() == (everything, len(produced.ids), len(produced.malformed))
    assert shop.query("SELECT count(*) FROM ops.load WHERE finished_at IS NULL") == [(0,)]
    assert shop.query("SELECT sum(next_offset)::int FROM ops.kafka_offset") == [(everything,)]
    return produced


def assert_each_customers_order_is_kept(shop: Shop) -> None:
    """A customer's orders are in one partition, and there in the order in which they were made."""
    rows = shop.query("SELECT customer_key, _partition, order_id FROM bronze_shop.orders ORDER BY _partition, _offset")
    seen: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for customer, partition, order in rows:
        seen[customer].append((partition, order))
    for orders in seen.values():
        assert orders == sorted(orders)
        assert len({partition for partition, _ in orders}) == 1
