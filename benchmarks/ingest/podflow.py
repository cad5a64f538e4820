"""podflow: its image with the arguments and the environment that a task pod gets."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from benchmarks.ingest import dataset, docker
from benchmarks.ingest.docker import Ended
from benchmarks.ingest.objectstore import ObjectStore
from benchmarks.ingest.postgres import ROLE, Database
from benchmarks.ingest.work import Work, of_container, of_containers

CONNECTION = "desk"
_POD = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--volume=/tmp")
_DATE = "2026-11-20"


@dataclass(frozen=True)
class Source:
    """Where a delivery is read: the connection's URL, and what the container needs to reach it."""

    url: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pods:
    """Runs the image's commands for one database and one landing."""

    image: str
    store: ObjectStore
    database: Database
    declaration: str
    limit: float

    def land(self, command: str, source: Source) -> Ended:
        """Bring the source to landing, by `extract` or `transform`."""
        options = [f"--env=CONNECTIONS__{CONNECTION.upper()}={source.url}", *source.options]
        return self._run([command, self.declaration, "--date", _DATE], options)

    def load(self, chunks: Sequence[str], at_once: int) -> Work:
        """Load chunks, a pod each, so many at a time."""
        with ThreadPoolExecutor(at_once) as pods:
            ended = list(pods.map(lambda chunk: self._run(["load", self.declaration, chunk]), chunks))
        return of_containers(ended, "load", together=at_once > 1)

    def _run(self, arguments: list[str], more: Sequence[str] = ()) -> Ended:
        variables = {
            **self.store.environment(self.database.name),
            "WAREHOUSE_HOST": self.database.host,
            "WAREHOUSE_DATABASE": self.database.name,
            "WAREHOUSE_USER": ROLE,
            "WAREHOUSE_PASSWORD": self.database.password,
        }
        options = [*_POD, *(f"--env={name}={value}" for name, value in variables.items()), *more]
        return docker.run(self.image, options, arguments, self.limit)


@dataclass(frozen=True)
class Podflow:
    """Extract, or of an API transform, and load."""

    label: str
    image: str
    store: ObjectStore
    sources: dict[str, Source]
    origin: dict[str, Any]
    cases: tuple[str, ...]
    at_once: int = 1
    """Chunks that are loaded at the same time, each by a pod of its own."""
    table: str = dataset.TABLE

    def prepare(self, database: Database) -> None:
        """Nothing needs to be there."""

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Run one pod after the other, the loads `at_once`."""
        pods = Pods(self.image, self.store, database, dataset.declaration(CONNECTION, self.origin), limit)
        command = "transform" if self.origin["type"] == "http" else "extract"
        landed = pods.land(command, self.sources[case])
        yield of_container(landed, command)
        yield pods.load(json.loads(landed.result)["chunks"], self.at_once)
