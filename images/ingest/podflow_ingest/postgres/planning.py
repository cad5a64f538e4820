"""Which chunks a run reads: every table in as many as its size asks for and a pod's result has room for."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from podflow_ingest import landing
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import DeclarationError
from podflow_ingest.extracted import MOST_CHUNKS
from podflow_ingest.postgres.reading import Job
from podflow_ingest.postgres.table import Table
from podflow_task.log import event
from podflow_task.result import RESULT_LIMIT

_RESERVED = 512
"""Bytes of a result beside the chunks' names."""


@dataclass(frozen=True)
class Plan:
    """A table and the chunks that it is read into."""

    table: Table
    delivery: str
    jobs: tuple[Job, ...]


def plan(reader: psycopg.Connection, tables: Sequence[Table], folder: str, moment: str) -> list[Plan]:
    """Divide the tables; chunks are named <folder>/<dataset>-<moment>-<number>.csv.

    Raises:
        DeclarationError: there are so many tables that not even one chunk of each fits in a pod's result.
    """
    room = _room([table.declared.dataset for table in tables], f"{folder}/-{moment}-0001.csv")
    if len(tables) > room:
        raise DeclarationError(
            f"{len(tables)} tables are too many for one run, {room} fit: divide them among several pods"
        )
    times = 1.0
    while sum(table.parts(times) for table in tables) > room:
        times *= 1.25
    return [_plan(reader, table, folder, moment, table.parts(times)) for table in tables]


def _room(datasets: Sequence[Dataset], name: str) -> int:
    # As "<dataset>/<chunk>", in quotes, with a comma.
    longest = max(2 * len(dataset.name) for dataset in datasets) + len(name) + len('"/",')
    return min(MOST_CHUNKS, (RESULT_LIMIT - _RESERVED) // longest)


def _plan(reader: psycopg.Connection, table: Table, folder: str, moment: str, parts: int) -> Plan:
    dataset = table.declared.dataset
    delivery = f"{folder}/{dataset.name}-{moment}"
    jobs = []
    for number, select in enumerate(table.selects(reader, parts), start=1):
        chunk = f"{delivery}-{number:04d}.csv"
        # An empty table in mode full is news: all of its rows vanished.
        even_empty = dataset.mode == "full" and number == 1
        jobs.append(Job(select, chunk, landing.chunk_path(dataset, chunk), even_empty=even_empty))
    since = table.declared.loaded_up_to or "the beginning"
    event("reading", dataset=dataset.full_name, table=table.declared.origin.table, since=since, chunks=len(jobs))
    return Plan(table, delivery, tuple(jobs))
