"""Runs `produce orders` as a process of its own, and reads a topic back."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from podflow_producers.flaws import Flaws
from podflow_producers.orders import Orders

ROOT = Path(__file__).parents[3]
CLIENTS = ["kafka-python", "confluent"]
INTERVAL = ["--from", "2026-01-01", "--to", "2026-01-02"]
MEASURED = """
import atexit, re, sys
from pathlib import Path
status = Path("/proc/self/status")
# Not getrusage: its maximum begins with what the process that forked this one had.
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1], file=sys.stderr))
from podflow_producers.cli import main
main()
"""


@dataclass(frozen=True)
class Done:
    """What is left of a pod."""

    code: int
    events: list[dict[str, Any]]
    result: dict[str, Any]
    peak_kibibytes: int


@dataclass(frozen=True)
class Pod:
    """Runs `produce` against one broker, with a termination message of the test's own."""

    environment: Mapping[str, str] = field(repr=False)
    folder: Path

    def start(self, topic: str, *arguments: str) -> subprocess.Popen[str]:
        """Start `produce orders` for a day's orders."""
        (self.folder / "termination-log").write_text("")
        paths = {"PYTHONPATH": "producers:images/task", "PODFLOW_RESULT_FILE": str(self.folder / "termination-log")}
        command = [sys.executable, "-c", MEASURED, "orders", "--topic", topic, *INTERVAL, *arguments]
        environment = {**os.environ, **self.environment, **paths}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)

    def end(self, process: subprocess.Popen[str]) -> Done:
        """Wait for the process, and return what it left."""
        out, err = process.communicate(timeout=200)
        message = (self.folder / "termination-log").read_text()
        assert "Traceback" not in err, err
        events = [json.loads(line) for line in out.splitlines()]
        return Done(process.returncode, events, json.loads(message or "{}"), int(err.split()[-1]))

    def produce(self, topic: str, *arguments: str) -> Done:
        """Run to the end."""
        return self.end(self.start(topic, *arguments))


def expected(count: int, seed: int, flaws: Flaws | None = None) -> list[tuple[bytes, bytes]]:
    """Return what `--count` and `--seed` are to send."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    stream = Orders(seed, start, end, count, flaws or Flaws())
    return [record for batch in stream.batches(0, count) for record in batch.records]


def consume(topic: str, servers: str, **security: Any) -> list[Any]:
    """Read a topic from its beginning to the end offsets seen now."""
    consumer = KafkaConsumer(bootstrap_servers=servers, group_id=None, **security)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    records: list[Any] = []
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for batch in consumer.poll(timeout_ms=500).values():
            records += batch
    consumer.close()
    return records


def contents(records: list[Any]) -> list[tuple[bytes, bytes]]:
    """Return keys and values, sorted."""
    return sorted((record.key, record.value) for record in records)
