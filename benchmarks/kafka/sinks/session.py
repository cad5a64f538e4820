"""The order in which things are measured: in turn, so that a slow minute of the machine meets all of them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest import postgres
from benchmarks.ingest.cgroups import load_average
from benchmarks.ingest.docker import docker, run
from benchmarks.ingest.errors import BenchmarkError
from benchmarks.ingest.postgres import Postgres
from benchmarks.kafka import broker
from benchmarks.kafka.broker import Broker
from benchmarks.kafka.sinks import connector, dataset
from benchmarks.kafka.sinks.contenders import TARGET, contenders, ours
from benchmarks.kafka.sinks.task import LIMIT, Contender, Task

_DATABASE = "sinks"


@dataclass(frozen=True)
class Turn:
    """What one contender took for all rows; bytes of memory, load before it began."""

    contender: str
    seconds: float
    cpu_seconds: float
    postgres_cpu_seconds: float
    peak: int
    load: float


def measure(images: dict[str, str], records: int, rounds: int, say: Callable[[str], None]) -> list[Turn]:
    """Return the turns of all rounds; `say` gets a line for each."""
    turns = []
    with (
        tempfile.TemporaryDirectory() as folder,
        broker.running(images["kafka"]) as kafka,
        postgres.running(images["postgres"], Path(folder)) as server,
        kafka.topic() as topic,
    ):
        _produce(images["producer"], kafka, topic, records)
        task = Task(kafka.servers, topic, server.database(_DATABASE), Path(folder) / "rows.csv")
        _prepare(images, server, task, records)
        for number in range(rounds):
            for contender in contenders(images):
                turns.append(_take(contender, server, task, records))
                rate = records / turns[-1].seconds
                say(f"round {number + 1}: {contender.name}: {rate:,.0f} rows/s, load {turns[-1].load:.1f}")
    return turns


def _produce(image: str, kafka: Broker, topic: str, records: int) -> None:
    arguments = ["orders", "--topic", topic, "--count", str(records), "--client", "confluent"]
    interval = ["--from", "2026-01-01", "--to", "2026-01-02"]
    run(image, [f"--env=KAFKA_BOOTSTRAP_SERVERS={kafka.servers}"], [*arguments, *interval], LIMIT)
    kafka.expect(topic, records)


def _prepare(images: dict[str, str], server: Postgres, task: Task, records: int) -> None:
    """Let podflow make its table; make one like it, and a file of its rows, in their order."""
    first = ours(images)
    first.drain(task, server, records)
    _expect(server, first.table, records)
    columns = ", ".join([*dataset.COLUMNS, *dataset.PLACE])
    query = f"COPY (SELECT {columns} FROM {dataset.TABLE} ORDER BY ctid) TO '/tmp/rows.csv' (FORMAT csv)"  # noqa: S608
    server.sql(query, _DATABASE)
    docker("cp", f"{server.container.id}:/tmp/rows.csv", str(task.rows))
    task.rows.chmod(0o644)
    server.sql(f"SET ROLE ingest; CREATE TABLE {TARGET} (LIKE {dataset.TABLE} INCLUDING ALL)", _DATABASE)
    server.sql(connector.CASTS + connector.DEFINITION, _DATABASE)


def _take(contender: Contender, server: Postgres, task: Task, records: int) -> Turn:
    server.sql(f"TRUNCATE {TARGET}, {connector.TABLE}, {dataset.TABLE}; TRUNCATE ops.kafka_offset", _DATABASE)
    server.sql(f"DROP TABLE IF EXISTS {TARGET}_offset", _DATABASE)
    server.settle(_DATABASE)
    load, before = load_average(), server.container.group.cpu_seconds()
    drained = contender.drain(task, server, records)
    spent = server.container.group.cpu_seconds() - before
    _expect(server, contender.table, records)
    return Turn(contender.name, drained.seconds, drained.cpu_seconds, spent, drained.peak, load)


def _expect(server: Postgres, table: str, records: int) -> None:
    found = server.sql(f"SELECT count(*) FROM {table}", _DATABASE)  # noqa: S608 - a name of our own
    if int(found) != records:
        raise BenchmarkError(f"{records} messages are in the topic, {table} has {found} rows")
