"""The command `produce` against a real broker, with either client."""

import json
import time
from typing import Any

from podflow_producers.flaws import Flaws
from tests.integration.producers.command import consume, contents, expected
from tests.integration.producers.conftest import Pods


def test_every_order_arrives_once_and_unchanged(topic: Any, pods: Pods, client: str) -> None:
    done = pods(topic.environment).produce(topic.name, "--count", "25000", "--seed", "11", "--client", client)
    assert done.code == 0, done.events

    records, sent = consume(topic.name, topic.bootstrap_servers), expected(25_000, 11)
    assert contents(records) == sorted(sent)
    result = done.result
    assert result.pop("seconds") > 0
    assert result.pop("rate") > 0
    offsets = {int(partition): ends for partition, ends in result.pop("offsets").items()}
    assert offsets == {
        partition: [0, max(record.offset for record in records if record.partition == partition)]
        for partition in range(3)
    }
    size = sum(len(key) + len(value) for key, value in sent)
    counts = {"records": 25_000, "bytes": size, "acknowledged": 25_000, "late": 0, "malformed": {}, "partitions": 3}
    assert result == {"topic": topic.name, "first": 0, **counts}
    assert done.events[-1]["acknowledged"] == 25_000


def test_orders_of_a_customer_keep_their_order(topic: Any, pods: Pods, client: str) -> None:
    done = pods(topic.environment).produce(topic.name, "--count", "20000", "--client", client)
    assert done.code == 0, done.events
    last: dict[bytes, tuple[int, str]] = {}
    for record in consume(topic.name, topic.bootstrap_servers):
        order_id = json.loads(record.value)["order_id"]
        partition, before = last.get(record.key, (record.partition, ""))
        assert (partition, before) < (record.partition, order_id)
        last[record.key] = record.partition, order_id


def test_both_clients_put_a_customer_into_the_same_partition(topic: Any, pods: Pods) -> None:
    for client in ("kafka-python", "confluent"):
        assert pods(topic.environment).produce(topic.name, "--count", "3000", "--client", client).code == 0
    places: dict[bytes, set[int]] = {}
    for record in consume(topic.name, topic.bootstrap_servers):
        places.setdefault(record.key, set()).add(record.partition)
    assert {len(partitions) for partitions in places.values()} == {1}


def test_pods_with_a_range_each_send_what_one_sends(topic: Any, pods: Pods) -> None:
    shared = ["--of", "10500", "--seed", "5", "--late", "0.05", "--malformed", "0.05"]
    counts: dict[str, int] = {"records": 0, "late": 0, "malformed": 0}
    for number, client in enumerate(("kafka-python", "confluent", "kafka-python")):
        share = ["--first", str(3500 * number), "--count", "3500", "--client", client]
        done = pods(topic.environment).produce(topic.name, *share, *shared)
        assert done.code == 0, done.events
        counts["records"] += done.result["records"]
        counts["late"] += done.result["late"]
        counts["malformed"] += sum(done.result["malformed"].values())

    flaws = Flaws(late=0.05, malformed=0.05)
    assert contents(consume(topic.name, topic.bootstrap_servers)) == sorted(expected(10_500, 5, flaws))
    assert counts["records"] == 10_500
    spoilt = sum(one != other for one, other in zip(expected(10_500, 5), expected(10_500, 5, flaws), strict=True))
    assert spoilt <= counts["late"] + counts["malformed"] < 2 * spoilt


def test_a_rate_is_held(topic: Any, pods: Pods, client: str) -> None:
    done = pods(topic.environment).produce(topic.name, "--count", "900", "--rate", "300", "--client", client)
    assert done.code == 0, done.events
    assert done.result["seconds"] >= 2.9
    stamps = [record.timestamp for record in consume(topic.name, topic.bootstrap_servers)]
    assert max(stamps) - min(stamps) >= 2800
    assert abs(max(stamps) / 1000 - time.time()) < 60  # not the event's time, by which retention would delete it
