"""A broker and a Postgres that can be killed and keep what they acknowledged, and a topic of orders between them."""

import json
import secrets
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from tests.faults.loader.conftest import answers, bytecode, postgres_server, warehouse
from tests.faults.sink.produced import DECLARATION
from tests.kafka_shop import Shop
from tests.servers import Server, Warehouse, image, kafka_server

__all__ = ["answers", "bytecode", "image", "kafka_server", "postgres_server", "warehouse"]


@pytest.fixture
def shop(
    kafka_server: Server,
    warehouse: Warehouse,
    bytecode: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Shop:
    """A topic and a database of the test's own."""
    servers = f"127.0.0.1:{kafka_server.port}"
    name = f"orders-{secrets.token_hex(4)}"
    admin = AdminClient({"bootstrap.servers": servers})
    (made,) = admin.create_topics([NewTopic(name, 3)]).values()
    made.result()
    variables = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "HOSTNAME": "orders-sink"}
    for variable, value in {**warehouse.environment(), **bytecode, **variables}.items():
        monkeypatch.setenv(variable, value)
    dataset = parse_dataset(json.dumps({**DECLARATION, "from": {"type": "kafka", "topic": name}}))
    return Shop(dataset, Settings.read(), tmp_path, warehouse)
