"""A topic of orders, who sends to it, and the table that it is drained into."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import Producer, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
)

from podflow_ingest.bronze.connection import connect
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.kafka import table
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.drain import drain
from podflow_ingest.kafka.totals import Outcome
from podflow_ingest.settings import Settings
from tests.servers import Warehouse

ROOT = Path(__file__).parents[1]
INGEST_PATH = os.pathsep.join(str(ROOT / "images" / name) for name in ("ingest", "task"))
TABLE = "bronze_shop.orders"
COLUMNS: list[dict[str, Any]] = [
    {"name": "order_id", "type": "text", "nullable": False},
    {"name": "ordered_at", "type": "timestamptz", "nullable": False},
    {"name": "quantity", "type": "integer", "nullable": False},
    {"name": "price", "type": "numeric(12,2)"},
    {"name": "city", "type": "text"},
    {"name": "extra", "type": "jsonb"},
]


def declaration(topic: str, **changes: Any) -> dict[str, Any]:
    """Declare the orders of a topic."""
    return {
        "source": "shop",
        "connection": "kafka",
        "name": "orders",
        "description": "Orders as the shop announces them",
        "from": {"type": "kafka", "topic": topic, "fields": {"city": "ship_to.city"}},
        "mode": "append",
        "columns": COLUMNS,
        **changes,
    }


def order(number: int, **changes: Any) -> bytes:
    """Return an order; the value of a change stands in it as it is."""
    whole = {
        "order_id": f"O-{number}",
        "ordered_at": "2026-01-01T00:00:00.000Z",
        "quantity": 1,
        "price": "9.99",
        "ship_to": {"city": "Berlin"},
        "extra": {"number": number},
        **changes,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Ended:
    """What is left of a pod."""

    code: int
    events: list[dict[str, Any]]
    result: dict[str, Any]

    @property
    def error(self) -> str:
        """The error that ended it."""
        assert self.events[-1]["event"] == "failed", self.events
        return str(self.events[-1]["error"])


@dataclass(frozen=True)
class Shop:
    """One dataset on real servers."""

    dataset: Dataset
    settings: Settings
    folder: Path
    warehouse: Warehouse

    @property
    def topic(self) -> str:
        return table.origin(self.dataset).topic

    def send(self, values: Iterable[bytes | None], partition: int = 0, key: bytes | None = b"C-1") -> None:
        """Send messages, all acknowledged."""
        producer = Producer({**self._broker, "message.max.bytes": 9_000_000})
        for value in values:
            producer.produce(self.topic, value, key, partition)
        assert producer.flush(200) == 0

    def allow(self, size: int) -> None:
        """Let the topic take messages of so many bytes."""
        resource = ConfigResource(
            ConfigResource.Type.TOPIC,
            self.topic,
            incremental_configs=[
                ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
            ],
        )
        (done,) = self._admin.incremental_alter_configs([resource]).values()
        done.result()

    def delete_before(self, offset: int, partition: int = 0) -> None:
        """Delete messages as retention would."""
        (deleted,) = self._admin.delete_records([TopicPartition(self.topic, partition, offset)]).values()
        deleted.result()

    def add_partitions(self, partitions: int) -> None:
        """Let the topic have so many partitions."""
        (grown,) = self._admin.create_partitions([NewPartitions(self.topic, partitions)]).values()
        grown.result()
        deadline = time.monotonic() + 20
        known = 0
        while known < partitions:
            assert time.monotonic() < deadline
            asked = self._admin.describe_topics(TopicCollection([self.topic]))
            known = len(asked[self.topic].result().partitions)
            time.sleep(0.1)

    def make_anew(self, partitions: int = 3) -> None:
        """Delete the topic, and make another one of its name."""
        (gone,) = self._admin.delete_topics([self.topic]).values()
        gone.result()
        self._insist(lambda: self._admin.create_topics([NewTopic(self.topic, partitions)]))
        # A broker may not know it at once.
        self._insist(lambda: self._admin.describe_topics(TopicCollection([self.topic])))

    def drain(self, partitions: Collection[int] | None = None, **settings: Any) -> Outcome:
        """Drain in this process."""
        changed = self.settings.model_copy(update=settings)
        with closing(ConfluentTopic(changed, self.topic, "shop.orders")) as topic, connect(changed) as connection:
            return drain(connection, self.dataset, topic, changed, partitions)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of the ingest image as a process of its own."""
        return self.spawn(
            [sys.executable, "-m", "podflow_ingest.cli", *arguments], PYTHONPATH=INGEST_PATH, **environment
        )

    def spawn(self, command: list[str], **environment: str) -> subprocess.Popen[str]:
        """Start a process that leaves its result as a pod does."""
        (self.folder / "termination-log").write_text("")
        variables = {**os.environ, "PODFLOW_RESULT_FILE": str(self.folder / "termination-log"), **environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=variables, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)

    def end(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for a process."""
        out, err = process.communicate(timeout=200)
        assert not err, err
        message = (self.folder / "termination-log").read_text()
        return Ended(process.returncode, [json.loads(line) for line in out.splitlines()], json.loads(message or "{}"))

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command to its end."""
        return self.end(self.start(*arguments, **environment))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse as dbt's reader does."""
        with self.warehouse.connect("reader") as reader:
            return reader.execute(statement).fetchall()

    def until(self, condition: str) -> None:
        """Wait until the warehouse says that it is so."""
        deadline = time.monotonic() + 60
        while self.query(f"SELECT {condition}") != [(True,)]:
            assert time.monotonic() < deadline, condition
            time.sleep(0.1)

    def writing(self) -> AbstractContextManager[psycopg.Connection]:
        """Open the warehouse as the tables' owner."""
        return connect(self.settings)

    def ids(self) -> list[str]:
        """Return the ids of all orders in bronze."""
        return [name for (name,) in self.query(f"SELECT order_id FROM {TABLE} ORDER BY _partition, _offset")]

    def ledger(self) -> tuple[int, ...]:
        """Return the ledger's sums: read, inserted, rejected."""
        return self.query("SELECT sum(read)::int, sum(inserted)::int, sum(rejected)::int FROM ops.load")[0]

    def _insist(self, ask: Callable[[], Mapping[Any, Any]]) -> None:
        deadline = time.monotonic() + 20
        while True:
            (answer,) = ask().values()
            if answer.exception() is None:
                return
            assert time.monotonic() < deadline, answer.exception()
            time.sleep(0.1)

    @property
    def _broker(self) -> Mapping[str, Any]:
        return {"bootstrap.servers": self.settings.kafka_bootstrap_servers}

    @cached_property
    def _admin(self) -> AdminClient:
        return AdminClient(dict(self._broker))
