"""Who sends, and how each is started."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.docker import docker
from benchmarks.ingest.errors import FailedError
from benchmarks.kafka.bare import BATCH_BYTES, LINGER_MILLISECONDS

BARE_KAFKA_PYTHON = "kafka-python, bare"
REMEMBERING = "kafka-python, bare, each key hashed once"
OUR_KAFKA_PYTHON = "podflow with kafka-python"
BARE_CONFLUENT = "confluent-kafka, bare"
OUR_CONFLUENT = "podflow with confluent-kafka"
PERF_TOOL = "kafka-producer-perf-test (Java), no keys"

_FOLDER = Path(__file__).parent / "bare"
_WITH_BARE = ["--volume", f"{_FOLDER}:/bare/benchmarks/kafka/bare:ro", "--env=PYTHONPATH=/bare", "--entrypoint=python"]
_RATE = re.compile(r"^\d+ records sent, ([\d.]+) records/sec", re.MULTILINE)


@dataclass(frozen=True)
class Shipment:
    """What a contender is to send, and where to."""

    servers: str
    topic: str
    count: int


@dataclass(frozen=True)
class Contender:
    """A container that sends a number of records to a topic."""

    name: str
    image: str
    options: Sequence[str]
    arguments: Callable[[Shipment], list[str]]
    seconds: Callable[[str, int], float]
    """Takes what the container left as its result and the number of records."""


def contenders(images: dict[str, str], orders: Path) -> list[Contender]:
    """Return all; `orders` is a file of them for Kafka's tool."""
    return [
        _bare(images, BARE_KAFKA_PYTHON, "send_kafka_python"),
        _bare(images, REMEMBERING, "send_kafka_python", "--remember"),
        _ours(images, OUR_KAFKA_PYTHON, "kafka-python"),
        _bare(images, BARE_CONFLUENT, "send_confluent"),
        _ours(images, OUR_CONFLUENT, "confluent"),
        _perf_tool(images, orders),
    ]


def _bare(images: dict[str, str], name: str, script: str, *more: str) -> Contender:
    def arguments(shipment: Shipment) -> list[str]:
        return [*_module(script), shipment.servers, shipment.topic, str(shipment.count), *more]

    return Contender(name, images["producer"], _WITH_BARE, arguments, _told)


def _ours(images: dict[str, str], name: str, client: str) -> Contender:
    def arguments(shipment: Shipment) -> list[str]:
        where = ["orders", "--topic", shipment.topic, "--count", str(shipment.count), "--client", client]
        # The broker's address is its bridge's, known only now: the shell puts it where the pod has it from its Secret.
        return ["-c", f"KAFKA_BOOTSTRAP_SERVERS={shipment.servers} exec produce {' '.join(where)} {interval}"]

    interval = "--from 2026-01-01 --to 2026-01-02"
    return Contender(name, images["producer"], ["--entrypoint", "sh"], arguments, _told)


def _perf_tool(images: dict[str, str], orders: Path) -> Contender:
    options = ["--volume", f"{orders}:/orders:ro", "--entrypoint", "sh"]
    properties = f"acks=all enable.idempotence=true linger.ms={LINGER_MILLISECONDS} batch.size={BATCH_BYTES}"

    def arguments(shipment: Shipment) -> list[str]:
        what = f"--topic {shipment.topic} --num-records {shipment.count} --throughput -1 --payload-file /orders"
        command = f"kafka-producer-perf-test.sh --bootstrap-server {shipment.servers} {what}"
        return ["-c", f"{command} --command-property {properties} > /dev/termination-log"]

    return Contender(PERF_TOOL, images["kafka"], options, arguments, _of_rate)


def payloads(images: dict[str, str]) -> str:
    """Return orders, one a line, for Kafka's tool."""
    return docker("run", "--rm", *_WITH_BARE, images["producer"], *_module("made_before"))


def _module(name: str) -> list[str]:
    return ["-B", "-m", f"benchmarks.kafka.bare.{name}"]


def _told(result: str, _: int) -> float:
    return float(json.loads(result)["seconds"])


def _of_rate(result: str, count: int) -> float:
    """Return the seconds of Kafka's tool, which tells the rate; the last such line is that of the whole."""
    rates = _RATE.findall(result)
    if not rates:
        raise FailedError(f"{PERF_TOOL}: no rate in {result!r}")
    return count / float(rates[-1])
