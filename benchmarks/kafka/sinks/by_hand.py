"""A sink as one writes it by hand: json, psycopg, offsets in the same transaction. No check, no quarantine, no ledger.

Runs in the ingest image: URL of the database, servers, topic, table, and `copy` (write_row) or `insert` (executemany).
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import Consumer, TopicPartition

PARTITIONS = 3
BATCH = 5000
_COLUMNS = (
    "schema_version, order_id, order_date, ship_date, due_date, ordered_at, customer_key, product_key, quantity, "
    "price, sales, recipient, street, city, postcode, _topic, _generation, _partition, _offset, _key, _timestamp"
)
_MEMBERS = _COLUMNS.split(", ")[:11]


def row(message: Any) -> Sequence[Any]:
    """Return a message's columns."""
    order = json.loads(message.value())
    to = order["ship_to"]
    at = datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC)
    return (
        *(order[name] for name in _MEMBERS),
        *(to["name"], to["street"], to["city"], to["postcode"]),
        *(message.topic(), 1, message.partition(), message.offset(), message.key().decode(), at),
    )


def write(connection: psycopg.Connection, table: str, rows: Sequence[Sequence[Any]], way: str) -> None:
    """Write rows in one of two ways."""
    with connection.cursor() as cursor:
        if way == "insert":
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608  # of our own
            return
        with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
            for each in rows:
                copy.write_row(each)


def main(url: str, servers: str, topic: str, table: str, way: str) -> None:
    """Drain the topic."""
    consumer = Consumer({
        "bootstrap.servers": servers, "group.id": "by-hand", "enable.auto.commit": False, "fetch.queue.backoff.ms": 10,
    })  # fmt: skip
    places = [TopicPartition(topic, number, 0) for number in range(PARTITIONS)]
    started = time.monotonic()
    left = sum(consumer.get_watermark_offsets(place)[1] for place in places)
    consumer.assign(places)
    with psycopg.connect(url, options="-c podflow.load_id=1") as connection:
        connection.execute(f"CREATE TABLE {table}_offset (partition integer PRIMARY KEY, next_offset bigint)")
        while left:
            messages = consumer.consume(BATCH, 1.0)
            if not messages:
                continue
            write(connection, table, [row(message) for message in messages], way)
            ends = {message.partition(): message.offset() for message in messages}
            for partition, offset in ends.items():
                connection.execute(
                    f"INSERT INTO {table}_offset VALUES (%s, %s) ON CONFLICT (partition) DO UPDATE "  # noqa: S608  # type: ignore[arg-type]
                    "SET next_offset = excluded.next_offset",
                    (partition, (offset or 0) + 1),
                )
            connection.commit()
            left -= len(messages)
    Path("/dev/termination-log").write_text(json.dumps({"seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main(*sys.argv[1:])
