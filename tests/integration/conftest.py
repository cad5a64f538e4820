"""Real servers from the project's own images: one of each for the session, a database, bucket or topic for a test."""

import secrets
from dataclasses import dataclass

import pytest
from kafka import KafkaAdminClient

from tests.servers import Server, bucket, image, kafka_server, objectstore_server, postgres_server, warehouse

__all__ = ["bucket", "image", "kafka_server", "objectstore_server", "postgres_server", "warehouse"]


@dataclass(frozen=True)
class Topic:
    """A fresh topic and the broker that holds it."""

    name: str
    bootstrap_servers: str

    @property
    def environment(self) -> dict[str, str]:
        """Return what the Secret podflow-kafka-client puts into a task's environment."""
        return {"KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers, "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}


@pytest.fixture
def topic(kafka_server: Server) -> Topic:
    """A topic of the test's own with three partitions."""
    name = f"test-{secrets.token_hex(4)}"
    admin = _admin(kafka_server)
    admin.create_topics({name: {"num_partitions": 3, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()
    return Topic(name, _bootstrap(kafka_server))


def _bootstrap(server: Server) -> str:
    return f"127.0.0.1:{server.port}"


def _admin(server: Server) -> KafkaAdminClient:
    return KafkaAdminClient(bootstrap_servers=_bootstrap(server))
