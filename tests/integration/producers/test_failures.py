"""Whatever keeps an order from being acknowledged ends the pod with an error that says what to do."""

import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from tests.integration.producers.command import Done, consume, contents, expected
from tests.integration.producers.conftest import Pods, SecureBroker


def _assert_failed(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done.events
    last = done.events[-1]
    assert last["level"] == "error"
    assert done.result == {"error": last["error"]}
    for word in words:
        assert word in last["error"]


def _await(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()


def _signal(server: Any, name: str) -> None:
    subprocess.run(["docker", "kill", "--signal", name, server.container], check=True, capture_output=True)


def _arrived(topic: Any) -> int:
    """Return how many records a topic has."""
    consumer = KafkaConsumer(bootstrap_servers=topic.bootstrap_servers)
    ends = consumer.end_offsets([TopicPartition(topic.name, number) for number in range(3)])
    consumer.close()
    return sum(ends.values())


def test_no_broker(pods: Pods, client: str) -> None:
    pod = pods({"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "KAFKA_DELIVERY_TIMEOUT": "3"})
    _assert_failed(pod.produce("orders", "--count", "10", "--client", client), 1, "127.0.0.1:1", "KAFKA_BOOTSTRAP")


def test_no_topic(topic: Any, pods: Pods, client: str) -> None:
    done = pods(topic.environment).produce("no-such-topic", "--count", "10", "--client", client)
    _assert_failed(done, 65, "no-such-topic", "declare it")


def test_a_broker_that_goes_silent(topic: Any, kafka_server: Any, pods: Pods, client: str) -> None:
    pod = pods(topic.environment, KAFKA_DELIVERY_TIMEOUT="6")
    process = pod.start(topic.name, "--count", "1000000", "--rate", "3000", "--client", client)
    _await(lambda: _arrived(topic) > 0, process)
    _signal(kafka_server, "STOP")
    try:
        done = pod.end(process)
    finally:
        _signal(kafka_server, "CONT")
    _assert_failed(done, 1, topic.name, "not acknowledged")


def test_a_broker_that_comes_back_has_every_order_once(topic: Any, kafka_server: Any, pods: Pods, client: str) -> None:
    pod = pods(topic.environment)
    process = pod.start(topic.name, "--count", "15000", "--rate", "1000", "--client", client)
    _await(lambda: _arrived(topic) > 0, process)
    _signal(kafka_server, "STOP")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=7)
    _signal(kafka_server, "CONT")
    done = pod.end(process)
    assert done.code == 0, done.events
    assert contents(consume(topic.name, topic.bootstrap_servers)) == sorted(expected(15_000, 1))


def test_an_order_larger_than_the_topic_takes(topic: Any, pods: Pods, client: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=topic.bootstrap_servers)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, {"max.message.bytes": "200"})])
    admin.close()
    done = pods(topic.environment).produce(topic.name, "--count", "10", "--client", client)
    _assert_failed(done, 65, topic.name, "max.message.bytes")


def test_sigterm_stops_and_fails(topic: Any, pods: Pods, client: str) -> None:
    pod = pods(topic.environment)
    process = pod.start(topic.name, "--count", "1000000", "--rate", "5000", "--client", client)
    _await(lambda: _arrived(topic) > 0, process)
    process.send_signal(signal.SIGTERM)
    done = pod.end(process)
    assert done.code == 143
    assert done.result == {}
    assert done.events[-1]["event"] == "stopped"
    landed = contents(consume(topic.name, topic.bootstrap_servers))
    assert done.events[-1]["acknowledged"] <= len(landed) == len(set(landed)) < 1_000_000


def test_a_user_with_the_right_writes_over_tls(secure_broker: SecureBroker, pods: Pods, client: str) -> None:
    topic = secure_broker.make_topic("open")
    done = pods(secure_broker.environment("producer")).produce(topic, "--count", "2000", "--client", client)
    assert done.code == 0, done.events
    assert done.result["acknowledged"] == 2000
    ends = secure_broker.execute("kafka-get-offsets.sh", "--topic", topic).split()
    assert sum(int(line.rsplit(":", 1)[1]) for line in ends) == 2000


@pytest.mark.parametrize(("user", "prefix"), [("reader", "open"), ("producer", "closed")])
def test_a_user_without_the_right(secure_broker: SecureBroker, pods: Pods, client: str, user: str, prefix: str) -> None:
    topic = secure_broker.make_topic(prefix)
    done = pods(secure_broker.environment(user)).produce(topic, "--count", "10", "--client", client)
    _assert_failed(done, 65, topic, "KAFKA_SASL_USERNAME", "right")


def test_a_wrong_password(secure_broker: SecureBroker, pods: Pods, client: str) -> None:
    environment = secure_broker.environment("producer", password="wrong")
    done = pods(environment, KAFKA_DELIVERY_TIMEOUT="20").produce("open-x", "--count", "10", "--client", client)
    _assert_failed(done, 65, f"127.0.0.1:{secure_broker.port}", "KAFKA_SASL_PASSWORD")


def test_a_broker_signed_by_somebody_else(secure_broker: SecureBroker, pods: Pods, client: str) -> None:
    environment = {**secure_broker.environment("producer"), "KAFKA_CA": "", "KAFKA_DELIVERY_TIMEOUT": "5"}
    done = pods(environment).produce("open-x", "--count", "10", "--client", client)
    _assert_failed(done, 1, f"127.0.0.1:{secure_broker.port}", "KAFKA_CA")
