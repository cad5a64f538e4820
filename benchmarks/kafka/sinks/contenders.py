"""Who drains, and how each is started."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.docker import Ended, run
from benchmarks.ingest.postgres import ROLE, Postgres
from benchmarks.kafka.sinks import dataset
from benchmarks.kafka.sinks.task import LIMIT, Contender, Drained, Task
from benchmarks.kafka.sinks.worker import BATCHED, UNNESTED, Worker

COPY = "psql \\copy of the same rows"
OURS = "podflow, ingest drain"
BY_HAND_COPY = "by hand: json, COPY with write_row"
BY_HAND_INSERT = "by hand: json, executemany"
BY_HAND = (BY_HAND_COPY, BY_HAND_INSERT)
PEERS = (BATCHED, UNNESTED)
TARGET = "public.target"
"""The table of those that write what they are told, like podflow's own."""
_BY_HAND = Path(__file__).parent / "by_hand.py"


@dataclass(frozen=True)
class Program:
    """A container that brings all rows to Postgres, and ends."""

    name: str
    image: str
    table: str
    options: Callable[[Task], Sequence[str]]
    arguments: Callable[[Task], Sequence[str]]
    seconds: Callable[[Ended], float]

    def drain(self, task: Task, server: Postgres, records: int) -> Drained:  # noqa: ARG002  # it knows its end itself
        """Run it to its end."""
        ended = run(self.image, self.options(task), self.arguments(task), LIMIT)
        return Drained(self.seconds(ended), ended.usage.cpu_seconds, ended.usage.peak)


def contenders(images: dict[str, str]) -> list[Contender]:
    """Return all."""
    return [
        Program(COPY, images["postgres"], TARGET, _copy_options, _copy, lambda ended: ended.usage.seconds),
        ours(images),
        Worker(BATCHED, images["debezium"], unnest=False),
        Worker(UNNESTED, images["debezium"], unnest=True),
        *(_by_hand(images, name, way) for name, way in zip(BY_HAND, ("copy", "insert"), strict=True)),
    ]


def ours(images: dict[str, str]) -> Program:
    """Return podflow."""
    return Program(OURS, images["ingest"], dataset.TABLE, _environment, _drain, _told)


def _told(ended: Ended) -> float:
    return float(json.loads(ended.result)["seconds"])


def _copy_options(task: Task) -> list[str]:
    return [f"--volume={task.rows}:/rows.csv:ro", "--env=PGOPTIONS=-c podflow.load_id=1", "--entrypoint=psql"]


def _copy(task: Task) -> list[str]:
    columns = ", ".join([*dataset.COLUMNS, *dataset.PLACE])
    command = f"\\copy {TARGET} ({columns}) FROM '/rows.csv' (FORMAT csv)"
    return ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", task.database.url, "--command", command]


def _environment(task: Task) -> list[str]:
    variables = {
        "KAFKA_BOOTSTRAP_SERVERS": task.servers,
        "WAREHOUSE_HOST": task.database.host,
        "WAREHOUSE_DATABASE": task.database.name,
        "WAREHOUSE_USER": ROLE,
        "WAREHOUSE_PASSWORD": task.database.password,
    }
    return [
        "--read-only",
        "--cap-drop=ALL",
        "--volume=/tmp",
        *(f"--env={name}={variables[name]}" for name in variables),
    ]


def _drain(task: Task) -> list[str]:
    return ["drain", dataset.declaration(task.topic)]


def _by_hand(images: dict[str, str], name: str, way: str) -> Program:
    def arguments(task: Task) -> list[str]:
        return ["/by_hand.py", task.database.url, task.servers, task.topic, TARGET, way]

    options = [f"--volume={_BY_HAND}:/by_hand.py:ro", "--entrypoint=python"]
    return Program(name, images["ingest"], TARGET, lambda _: options, arguments, _told)
