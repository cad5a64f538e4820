"""Real servers from the project's own images: one of each for the session, a database, bucket or topic for a test."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from kafka import KafkaAdminClient

from tests.servers import (
    Server,
    bucket,
    docker,
    free_port,
    image,
    objectstore_server,
    postgres_server,
    running,
    wait_until,
    warehouse,
)

__all__ = ["bucket", "image", "objectstore_server", "postgres_server", "warehouse"]


@dataclass(frozen=True)
class Topic:
    """A fresh topic and the broker that holds it."""

    name: str
    bootstrap_servers: str

    @property
    def environment(self) -> dict[str, str]:
        """Return what the Secret podflow-kafka-client puts into a task's environment."""
        return {"KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers, "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}


@pytest.fixture(scope="session")
def kafka_server(image: Callable[[str], str]) -> Iterator[Server]:
    """A single Kafka node, broker and controller in one."""
    port = free_port()
    properties = "\n".join(
        [
            "process.roles=broker,controller",
            "node.id=1",
            "listeners=HOST://:9092,CONTROLLER://127.0.0.1:9093",
            f"advertised.listeners=HOST://127.0.0.1:{port}",
            "inter.broker.listener.name=HOST",
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=HOST:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.bootstrap.servers=127.0.0.1:9093",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "auto.create.topics.enable=false",
            "group.initial.rebalance.delay.ms=0",
            "log.dirs=/var/lib/kafka/test",
        ]
    )
    script = (
        'printf "%s" "$PROPERTIES" > /tmp/server.properties'
        " && kafka-storage.sh format --standalone --cluster-id podflow-test-cluster00 --config /tmp/server.properties"
        " && exec kafka-server-start.sh /tmp/server.properties"
    )
    options = ["--env", f"PROPERTIES={properties}", "--entrypoint", "sh"]
    with running(image("kafka"), 9092, options, ["-c", script], port) as server:
        wait_until(lambda: _expect_in_log(server, "Kafka Server started"), server)
        yield server


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


def _expect_in_log(server: Server, text: str) -> None:
    if text not in docker("logs", server.container):
        raise LookupError(text)
