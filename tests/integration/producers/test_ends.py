"""What the broker says of a topic's ends is a second witness of what confluent-kafka takes for acknowledged."""

from typing import Any

import pytest

from podflow_producers.clients.confluent import ConfluentClient
from podflow_producers.clients.ends import Ends
from podflow_producers.errors import DeliveryError
from podflow_producers.settings import Settings
from tests.servers import Server, docker


@pytest.fixture
def settings(topic: Any, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in topic.environment.items():
        monkeypatch.setenv(name, value)
    return Settings.read()


def send(settings: Settings, topic: str, count: int) -> ConfluentClient:
    client = ConfluentClient(settings, topic)
    client.send([(f"C-{number}".encode(), b"{}") for number in range(count)])
    client.finish()
    client.close()
    return client


def test_offsets_begin_where_the_topic_ended(topic: Any, settings: Settings) -> None:
    first = send(settings, topic.name, 500).acknowledged
    second = send(settings, topic.name, 300).acknowledged
    assert (first.count, second.count) == (500, 300)
    assert first.first == {0: 0, 1: 0, 2: 0}
    assert second.first == {partition: last + 1 for partition, last in first.last.items()}
    assert sum(last + 1 for last in second.last.values()) == 800


def test_a_topic_that_got_less_than_was_sent_is_an_error(topic: Any, settings: Settings) -> None:
    ends = Ends(settings, topic.name, [0, 1, 2])
    send(settings, topic.name, 5)
    assert sum(last + 1 for last in ends.grown_by(5)[1].values()) == 5
    with pytest.raises(DeliveryError, match="6 events were acknowledged, but it got 5"):
        ends.grown_by(6)


def test_the_ends_of_a_broker_that_was_killed_and_came_back(
    topic: Any, settings: Settings, kafka_server: Server
) -> None:
    # It starts slowly on a busy machine.
    ends = Ends(settings.model_copy(update={"kafka_delivery_timeout": 200.0}), topic.name, [0, 1, 2])
    send(settings, topic.name, 5)
    docker("kill", kafka_server.container)
    docker("start", kafka_server.container)
    assert sum(last + 1 for last in ends.grown_by(5)[1].values()) == 5


def test_a_broker_that_is_away_is_said_to_be_silent_about_the_ends(settings: Settings) -> None:
    away = {"kafka_bootstrap_servers": "127.0.0.1:1", "kafka_delivery_timeout": 1.0}
    with pytest.raises(DeliveryError, match="topic orders: no broker says where it ends"):
        Ends(settings.model_copy(update=away), "orders", [0, 1, 2])
