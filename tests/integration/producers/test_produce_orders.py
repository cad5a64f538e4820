"""The command `produce` as a process of its own, against a real broker."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from podflow_producers.orders import orders

ROOT = Path(__file__).parents[3]


def _produce(environment: dict[str, str], result_file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    result_file.touch()
    paths = {"PYTHONPATH": "producers:images/task", "PODFLOW_RESULT_FILE": str(result_file)}
    command = [sys.executable, "-m", "podflow_producers.cli", "orders", *arguments]
    process_environment = {**os.environ, **environment, **paths}
    return subprocess.run(
        command, cwd=ROOT, env=process_environment, capture_output=True, text=True, timeout=120, check=False
    )


def _consume(topic: Any) -> list[tuple[bytes, bytes]]:
    """Read a topic from its beginning to the end offsets seen now."""
    consumer = KafkaConsumer(bootstrap_servers=topic.bootstrap_servers, auto_offset_reset="earliest", group_id=None)
    partitions = [TopicPartition(topic.name, number) for number in consumer.partitions_for_topic(topic.name)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    records: list[tuple[bytes, bytes]] = []
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for batch in consumer.poll(timeout_ms=500).values():
            records += [(record.key, record.value) for record in batch]
    consumer.close()
    return records


def test_every_order_arrives_once_and_unchanged(topic: Any, tmp_path: Path) -> None:
    result_file = tmp_path / "termination-log"
    done = _produce(topic.environment, result_file, "--count", "25000", "--seed", "11", "--topic", topic.name)
    assert done.returncode == 0, done.stdout + done.stderr

    sent = [(event.key, event.value) for event in orders(25_000, seed=11)]
    assert sorted(_consume(topic)) == sorted(sent)
    outcome = json.loads(result_file.read_text())
    assert outcome.pop("seconds") > 0
    assert outcome == {"topic": topic.name, "produced": 25_000, "acknowledged": 25_000}


def test_orders_of_one_customer_keep_their_order(topic: Any, tmp_path: Path) -> None:
    done = _produce(topic.environment, tmp_path / "result", "--count", "6000", "--seed", "3", "--topic", topic.name)
    assert done.returncode == 0, done.stdout + done.stderr

    last: dict[bytes, str] = {}
    for key, value in _consume(topic):
        order_id = json.loads(value)["order_id"]
        assert last.get(key, "") < order_id
        last[key] = order_id


@pytest.mark.parametrize("broker", ["there", "gone"])
def test_what_was_not_acknowledged_fails_loudly(topic: Any, tmp_path: Path, broker: str) -> None:
    servers = topic.bootstrap_servers if broker == "there" else "127.0.0.1:1"
    environment = {**topic.environment, "KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_DELIVERY_TIMEOUT": "4"}
    result_file = tmp_path / "termination-log"
    done = _produce(environment, result_file, "--count", "10", "--topic", "no-such-topic")

    assert done.returncode == 1
    error = json.loads(result_file.read_text())["error"]
    assert ("no-such-topic" if broker == "there" else "127.0.0.1:1") in error
    assert json.loads(done.stdout.splitlines()[-1])["level"] == "error"
