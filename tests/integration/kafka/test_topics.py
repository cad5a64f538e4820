"""How topics follow the values: made, grown and configured, never shrunk or deleted."""

from typing import Any

import pytest

from tests.chart.rendering import Manifest
from tests.integration.kafka.node import Done, Node


def topic(partitions: int, **config: Any) -> Manifest:
    return {"clicks": {"partitions": partitions, "config": {key.replace("_", "."): config[key] for key in config}}}


def described(node: Node) -> str:
    return node.tool("kafka-topics", "--describe", "--topic", "clicks").splitlines()[0]


def changes(done: Done) -> list[str]:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[:-1]


@pytest.fixture(autouse=True)
def _three_partitions(node: Node) -> None:
    """A topic of three partitions that was set up from these values."""
    if "clicks" not in node.tool("kafka-topics", "--list"):
        changes(node.setup(topic(3, retention_ms=3600000)))


def test_partitions_are_not_lowered_and_the_message_says_what_to_do(node: Node) -> None:
    done = node.setup({**topic(2, retention_ms=5400000), "other": {"partitions": 1}})
    assert done.returncode == 1
    assert "topic clicks has 3 partitions, kafka.topics.clicks.partitions says 2" in done.stderr
    assert "Say 3, or declare a topic of another name" in done.stderr
    assert "PartitionCount: 3" in described(node)
    assert "retention.ms=5400000" in described(node)  # what can be done is done
    assert "topic other: made" in done.stdout


def test_a_setting_is_changed_and_given_up(node: Node) -> None:
    assert changes(node.setup(topic(3, retention_ms=7200000)))[-1] == "topic clicks: retention.ms=7200000"
    assert "retention.ms=7200000" in described(node)
    assert changes(node.setup(topic(3))) == ["topic clicks: retention.ms back to the default"]
    assert "retention.ms" not in described(node)


def test_partitions_are_raised(node: Node) -> None:
    assert "topic clicks: 3 partitions raised to 5" in changes(node.setup(topic(5)))
    assert "PartitionCount: 5" in described(node)


def test_a_topic_removed_from_the_values_stays_but_nobody_may_use_it(node: Node) -> None:
    taken = changes(node.setup({}))
    assert "producer may WRITE TOPIC clicks: taken away" in taken
    assert "clicks" in node.tool("kafka-topics", "--list")
    assert node.client("producer", "write", "clicks", "x") == "TopicAuthorizationFailedError"
