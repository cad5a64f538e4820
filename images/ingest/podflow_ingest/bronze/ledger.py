"""The ledger ops.load: one row for each load of a chunk."""

from dataclasses import asdict, dataclass

import psycopg

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings

_OPEN = """
INSERT INTO ops.load (dataset, chunk, sha256, dag_id, run_id, task_id, map_index, try_number, pod, started_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())
RETURNING load_id
"""
_CLOSE = """
UPDATE ops.load
SET read = %(read)s, inserted = %(inserted)s, updated = %(updated)s, unchanged = %(unchanged)s,
    duplicate = %(duplicate)s, rejected = %(rejected)s, finished_at = clock_timestamp()
WHERE load_id = %(load_id)s
"""


@dataclass(frozen=True)
class Counts:
    """Where a chunk's rows went; `read` is their number in the source file."""

    read: int
    inserted: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int


def open_load(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk, run: Settings) -> int:
    """Enter the load with the run that does it; return its number. Visible to others only once committed."""
    row = (
        *(dataset.full_name, chunk.path, chunk.manifest.sha256),
        *(run.dag_id, run.run_id, run.task_id, run.map_index, run.try_number, run.pod),
    )
    (load_id,) = connection.execute(_OPEN, row).fetchone() or (0,)
    return int(load_id)


def close_load(connection: psycopg.Connection, load_id: int, counts: Counts) -> None:
    """Enter where the rows went. The table's constraint refuses counts that do not add up."""
    connection.execute(_CLOSE, {"load_id": load_id, **asdict(counts)})
