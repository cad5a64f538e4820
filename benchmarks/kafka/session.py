"""The order in which things are measured: in turn, so that a slow minute of the machine meets all of them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.cgroups import load_average
from benchmarks.ingest.docker import run
from benchmarks.kafka import broker
from benchmarks.kafka.broker import Broker
from benchmarks.kafka.contenders import Contender, Shipment, contenders, payloads

_LIMIT = 600.0
"""Seconds for a turn."""


@dataclass(frozen=True)
class Turn:
    """What one contender took for all records; bytes of memory, load before it began."""

    contender: str
    seconds: float
    cpu_seconds: float
    broker_cpu_seconds: float
    peak: int
    load: float


def measure(images: dict[str, str], records: int, rounds: int, say: Callable[[str], None]) -> list[Turn]:
    """Return the turns of all rounds; `say` gets a line for each."""
    turns = []
    with tempfile.NamedTemporaryFile() as orders, broker.running(images["kafka"]) as server:
        path = Path(orders.name)
        path.write_text(payloads(images))
        path.chmod(0o644)
        for number in range(rounds):
            for contender in contenders(images, path):
                turns.append(_take(contender, server, records))
                rate = records / turns[-1].seconds
                say(f"round {number + 1}: {contender.name}: {rate:,.0f} records/s, load {turns[-1].load:.1f}")
    return turns


def _take(contender: Contender, server: Broker, records: int) -> Turn:
    with server.topic() as topic:
        load, before = load_average(), server.container.group.cpu_seconds()
        arguments = contender.arguments(Shipment(server.servers, topic, records))
        ended = run(contender.image, contender.options, arguments, _LIMIT)
        spent = server.container.group.cpu_seconds() - before
        server.expect(topic, records)
        seconds = contender.seconds(ended.result, records)
        return Turn(contender.name, seconds, ended.usage.cpu_seconds, spent, ended.usage.peak, load)
