"""The sink's reader in its image, as the chart's user `sink`, whose rights are those of the set-up Job."""

from collections.abc import Callable

import pytest

from tests.integration.kafka.node import Node

ORDERS = {"orders": {"partitions": 2}}
READER = """
import sys
from podflow_ingest.errors import IngestError
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.settings import Settings
try:
    topic = ConfluentTopic(Settings.read(), "{topic}", "shop.orders")
    state = topic.state()
    topic.read_from({{number: 0 for number in state.partitions}})
    values = []
    while len(values) < sum(span.end for span in state.partitions.values()):
        for messages in topic.read(10, 1).messages:
            values += messages.values
    print(len(state.partitions), values)
except IngestError as error:
    print(type(error).__name__, error, error.exit_code)
"""


@pytest.fixture(scope="module", autouse=True)
def _set_up(node: Node) -> None:
    done = node.setup(ORDERS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert node.client("producer", "write", "orders", "first") == "written"
    node.tool("kafka-topics", "--create", "--topic", "undeclared")


@pytest.fixture
def read(node: Node, image: Callable[[str], str]) -> Callable[..., str]:
    """A function that reads a topic as a user, and returns what came of it."""

    def as_user(user: str, topic: str = "orders", password: str = "") -> str:
        done = node.program(image("ingest"), user, READER.format(topic=topic), password)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return as_user


def test_the_sink_reads_the_declared_topic(read: Callable[..., str]) -> None:
    assert read("sink") == "2 [b'first']"


def test_it_is_told_what_it_may_not(read: Callable[..., str]) -> None:
    refused = read("sink", "undeclared")
    assert refused.startswith("SourceFlawError topic undeclared: ")
    assert "the rights READ and DESCRIBE" in refused


def test_a_wrong_password_is_final(read: Callable[..., str]) -> None:
    refused = read("sink", password="wrong")
    assert refused.startswith("SourceFlawError the broker at podflow-kafka:9092 refuses the login")
    assert refused.endswith("KAFKA_SASL_PASSWORD 65")
