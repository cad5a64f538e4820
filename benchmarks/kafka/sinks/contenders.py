"""Who drains, and how each is started."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.docker import Ended
from benchmarks.ingest.postgres import ROLE, Database
from benchmarks.kafka.sinks import dataset

COPY = "psql \\copy of the same rows"
OURS = "podflow, ingest drain"
BY_HAND_COPY = "by hand: json, COPY with write_row"
BY_HAND_INSERT = "by hand: json, executemany"
PEERS = (BY_HAND_COPY, BY_HAND_INSERT)
TARGET = "public.target"
"""The table of all but podflow, like podflow's own."""
_BY_HAND = Path(__file__).parent / "by_hand.py"


@dataclass(frozen=True)
class Task:
    """What is drained, and where to."""

    servers: str
    topic: str
    database: Database
    rows: Path
    """The same rows as a file."""


@dataclass(frozen=True)
class Contender:
    """A container that brings all rows to Postgres."""

    name: str
    image: str
    table: str
    options: Callable[[Task], Sequence[str]]
    arguments: Callable[[Task], Sequence[str]]
    seconds: Callable[[Ended], float]


def contenders(images: dict[str, str]) -> list[Contender]:
    """Return all."""
    return [
        Contender(COPY, images["postgres"], TARGET, _copy_options, _copy, lambda ended: ended.usage.seconds),
        ours(images),
        *(_by_hand(images, name, way) for name, way in zip(PEERS, ("copy", "insert"), strict=True)),
    ]


def ours(images: dict[str, str]) -> Contender:
    """Return podflow."""
    return Contender(OURS, images["ingest"], dataset.TABLE, _environment, _drain, _told)


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


def _by_hand(images: dict[str, str], name: str, way: str) -> Contender:
    def arguments(task: Task) -> list[str]:
        return ["/by_hand.py", task.database.url, task.servers, task.topic, TARGET, way]

    options = [f"--volume={_BY_HAND}:/by_hand.py:ro", "--entrypoint=python"]
    return Contender(name, images["ingest"], TARGET, lambda _: options, arguments, _told)
