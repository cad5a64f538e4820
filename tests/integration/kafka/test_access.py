"""Who may do what at the chart's broker, and how the set-up Job brings it about. One node, used up in this order."""

import secrets

import pytest

from tests.integration.kafka.node import Node

ORDERS = {"orders": {"partitions": 3, "config": {"retention.ms": 604800000}}}
GROUP = "podflow-sink-test"


@pytest.fixture(scope="module", autouse=True)
def _set_up(node: Node) -> None:
    """The users exist, with rights on the declared topic and none on another."""
    first = node.setup(ORDERS)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "topic orders: made with 3 partitions and 1 replicas" in first.stdout
    node.tool("kafka-topics", "--create", "--topic", "undeclared")


def test_a_second_run_changes_nothing(node: Node) -> None:
    assert node.setup(ORDERS).stdout == "kafka-setup: 0 changes\n"


def test_a_stranger_is_refused(node: Node) -> None:
    assert node.stranger("write", "orders", "from nobody") == "KafkaTimeoutError"
    assert node.stranger("count", "orders", "3") == "KafkaTimeoutError"
    assert node.client("admin", "count", "orders", "3") == "0"


def test_the_producer_may_write_but_not_read(node: Node) -> None:
    assert node.client("producer", "write", "orders", "first") == "written"
    assert node.client("producer", "read", "orders", GROUP) == "GroupAuthorizationFailedError"
    assert node.client("producer", "fetch", "orders") == "TopicAuthorizationFailedError"


def test_the_sink_may_read_but_not_write(node: Node) -> None:
    assert node.client("sink", "read", "orders", GROUP) == "first"
    assert node.client("sink", "write", "orders", "second") == "TopicAuthorizationFailedError"
    assert node.client("sink", "count", "orders", "3") == "1"


def test_the_sink_may_use_no_group_but_its_own(node: Node) -> None:
    assert node.client("sink", "read", "orders", "somebody-else") == "GroupAuthorizationFailedError"


def test_nobody_may_use_a_topic_that_is_not_declared(node: Node) -> None:
    assert node.client("producer", "write", "undeclared", "x") == "TopicAuthorizationFailedError"
    assert node.client("sink", "count", "undeclared", "1") == "TopicAuthorizationFailedError"


def test_admin_may_do_everything(node: Node) -> None:
    assert node.client("admin", "write", "undeclared", "x") == "written"


def test_helm_test_moves_messages_and_meets_every_refusal(node: Node) -> None:
    done = node.helm_test()
    assert done.stdout == "kafka: 100 messages produced and consumed; strangers are refused\n", done.stderr
    assert "helm-test" not in node.tool("kafka-topics", "--list")
    assert "helm-test" not in node.tool("kafka-acls", "--list")


def test_another_password_in_the_secret_is_the_only_one_after_the_job(node: Node) -> None:
    old, node.passwords["sink"] = node.passwords["sink"], secrets.token_hex(12)
    assert node.setup(ORDERS).stdout == "user sink: password changed\nkafka-setup: 1 changes\n"
    assert node.client("sink", "count", "orders", "3") == "1"
    assert node.client("sink", "count", "orders", "3", password=old) == "KafkaTimeoutError"


def test_a_volume_that_survived_its_secrets_takes_the_new_ones(node: Node) -> None:
    node.stop()
    node.passwords.update({user: secrets.token_hex(12) for user in node.passwords})
    node.start()
    done = node.setup(ORDERS)
    assert done.stdout.splitlines()[-1] == "kafka-setup: 3 changes", done.stderr
    assert node.client("sink", "count", "orders", "3") == "1"
