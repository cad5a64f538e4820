"""The ledger ops.load: one row for each load of a chunk."""

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass

import psycopg

from podflow_ingest.bronze.span import Span
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings

_OPEN = """
INSERT INTO ops.load
    (dataset, chunk, sha256, declaration, delivered_at, dag_id, run_id, task_id, map_index, try_number, pod, started_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())
RETURNING load_id
"""
_CLOSE = """
UPDATE ops.load
SET read = %(read)s, inserted = %(inserted)s, updated = %(updated)s, unchanged = %(unchanged)s,
    duplicate = %(duplicate)s, rejected = %(rejected)s, lowest = %(lowest)s, highest = %(highest)s,
    finished_at = clock_timestamp()
WHERE load_id = %(load_id)s
"""
# A chunk's name without its partition: a file that is extracted on the next day again is the same file.
_EARLIER = """
SELECT chunk FROM ops.load
WHERE dataset = %s AND sha256 = %s AND regexp_replace(chunk, '^.*/', '') = regexp_replace(%s, '^.*/', '')
    AND finished_at IS NOT NULL AND table_gone_at IS NULL
ORDER BY load_id LIMIT 1
"""
_LAST = """
SELECT inserted = read AND sha256 <> %s FROM ops.load
WHERE dataset = %s AND finished_at IS NOT NULL AND table_gone_at IS NULL ORDER BY load_id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Counts:
    """Where a chunk's rows went; `read` is their number in the source file.

    `unchanged` are those that the table had already, or has in a newer version.
    """

    read: int
    inserted: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class Entry:
    """What is loaded: its name, and for a chunk of landing the digest of its bytes."""

    chunk: str
    sha256: str = ""
    delivered_at: datetime.datetime | None = None


def open_load(
    connection: psycopg.Connection,
    dataset: Dataset,
    chunk: LandedChunk,
    delivered_at: datetime.datetime | None,
    run: Settings,
) -> int:
    """Enter the load with the run that does it; return its number. Visible to others only once committed."""
    return enter(connection, dataset, Entry(chunk.path, chunk.manifest.sha256, delivered_at), run)


def enter(connection: psycopg.Connection, dataset: Dataset, entry: Entry, run: Settings) -> int:
    """Enter a load of anything, as open_load does of a chunk."""
    row = (
        *(dataset.full_name, entry.chunk, entry.sha256, digest(dataset), entry.delivered_at),
        *(run.dag_id, run.run_id, run.task_id, run.map_index, run.try_number, run.pod),
    )
    (load_id,) = connection.execute(_OPEN, row).fetchone() or (0,)
    # The table's default for _load_id.
    connection.execute("SELECT set_config('podflow.load_id', %s, true)", (str(load_id),))
    return int(load_id)


def close_load(connection: psycopg.Connection, load_id: int, counts: Counts, reach: Span | None) -> None:
    """Enter where the rows went, and how far they reach. The table's constraint refuses counts that do not add up."""
    ends = {"lowest": reach.lowest if reach else None, "highest": reach.highest if reach else None}
    connection.execute(_CLOSE, {"load_id": load_id, **asdict(counts), **ends})


def rename(connection: psycopg.Connection, load_id: int, chunk: str) -> None:
    """Name what is loaded, where that is known only once it was read."""
    connection.execute("UPDATE ops.load SET chunk = %s WHERE load_id = %s", (chunk, load_id))


def digest(dataset: Dataset) -> str:
    """Return a digest of all in a declaration that decides which row a record becomes."""
    columns = [(column.name, column.type, column.nullable) for column in dataset.columns]
    said = [columns, dataset.key, dataset.cursor, dataset.mode, dataset.landed_format.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def first_path(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> str | None:
    """Return under which path these very bytes were first loaded, None if they never were.

    Waits for another load of the same bytes, if one is under way, and keeps others waiting until the end of the
    transaction.
    """
    same = (dataset.full_name, chunk.manifest.sha256, chunk.path)
    lock = f"podflow chunk {dataset.full_name} {chunk.manifest.sha256}"
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (lock,))
    row = connection.execute(_EARLIER, same).fetchone()
    return row[0] if row else None


def last_was_all_new(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> bool:
    """Say whether the dataset's last load was of another chunk, and found only rows that the table did not have."""
    return connection.execute(_LAST, (chunk.manifest.sha256, dataset.full_name)).fetchone() == (True,)
