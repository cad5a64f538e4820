"""A worker of Kafka Connect with Debezium's JDBC sink: started, watched, and ended."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.cgroups import Peak
from benchmarks.ingest.docker import Container, serving
from benchmarks.ingest.errors import FailedError, OverLimitError, ending
from benchmarks.ingest.postgres import Postgres
from benchmarks.kafka.sinks import connector
from benchmarks.kafka.sinks.connector import TABLE
from benchmarks.kafka.sinks.task import LIMIT, Drained, Task

BATCHED = "Debezium JDBC sink, batched INSERT"
UNNESTED = "Debezium JDBC sink, INSERT from UNNEST"
_PAUSE = 1.0
_FOLDER = "/etc/connect"


@dataclass(frozen=True)
class Worker:
    """A worker that is ended when all rows are there. Its time is from the first row to the last, without its start."""

    name: str
    image: str
    unnest: bool
    table: str = TABLE

    def drain(self, task: Task, server: Postgres, records: int) -> Drained:
        """Run it until the table has all records."""
        with self._running(task) as container:
            peak = self._await(container, task, server, records)
            cpu_seconds = container.group.cpu_seconds()
        took = f"SELECT extract(epoch FROM max(load_timestamp) - min(load_timestamp)) FROM {TABLE}"  # noqa: S608
        return Drained(float(server.sql(took, task.database.name)), cpu_seconds, peak)

    @contextmanager
    def _running(self, task: Task) -> Iterator[Container]:
        told = {"worker": connector.worker(task), "sink": connector.connector(task, unnest=self.unnest)}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            for file, properties in told.items():
                lines = [f"{key}={value}\n" for key, value in properties.items()]
                (folder / f"{file}.properties").write_text("".join(lines))
            files = [f"{_FOLDER}/{file}.properties" for file in told]
            with serving(self.image, [f"--volume={folder}:{_FOLDER}:ro"], files) as container:
                yield container

    def _await(self, container: Container, task: Task, server: Postgres, records: int) -> int:
        peak, deadline = Peak(), time.monotonic() + LIMIT
        count = f"SELECT count(*) FROM {TABLE}"  # noqa: S608 - of our own
        while int(server.sql(count, task.database.name)) < records:
            processes = container.group.processes()
            if not processes:
                raise FailedError(f"{self.name}: its worker ended")
            peak.look(processes)
            _expect_no_failure(container)
            if time.monotonic() > deadline:
                raise OverLimitError(f"{self.name}: over the limit")
            time.sleep(_PAUSE)
        return peak.bytes


def _causes(trace: str) -> str:
    return ending("\n".join(line for line in trace.splitlines() if not line.startswith("\t")))


def _expect_no_failure(container: Container) -> None:
    """Raise FailedError if a task of the connector has failed; while the worker starts nobody answers."""
    address = f"http://{container.address}:{connector.PORT}/connectors?expand=status"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found = json.load(answer)
    except OSError:
        return
    for each in found.values():
        status = each["status"]
        for part in (status["connector"], *status["tasks"]):
            if part["state"] == "FAILED":
                raise FailedError(f"{status['name']} failed:\n{_causes(part.get('trace', ''))}")
