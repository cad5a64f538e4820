"""Reading ranges of tables into chunks, several at a time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from queue import SimpleQueue
from threading import Event

import psycopg
from psycopg import sql

from podflow_ingest import landing
from podflow_ingest.errors import LandingError
from podflow_ingest.landing import Part
from podflow_ingest.objects import Root
from podflow_ingest.postgres.copying import CopyOut
from podflow_ingest.postgres.snapshot import Snapshot
from podflow_task.log import event


@dataclass(frozen=True)
class Job:
    """One chunk to read."""

    select: sql.Composed
    chunk: str
    path: str
    """Where it goes in landing."""
    even_empty: bool
    """Whether a chunk without rows is written."""


def read_all(snapshot: Snapshot, root: Root, jobs: Sequence[Job]) -> list[Part | None]:
    """Write the chunks' data, without manifests; return what was written for each job, None where there is no row.

    The first failure ends all: what the others wrote counts for nothing without a manifest.

    Raises:
        psycopg.Error: the server failed.
        SourceError: rows are unaccounted for.
        LandingError: landing failed.
    """
    reading = _Reading(snapshot, root)
    with ThreadPoolExecutor(len(snapshot.readers)) as pool:
        futures = [pool.submit(reading.read, job) for job in jobs]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            reading.stop()
            raise
        return [future.result() for future in futures]


class _StoppedError(Exception):
    """Another chunk failed."""


class _Reading:
    """A snapshot's readers, each with one job at a time."""

    def __init__(self, snapshot: Snapshot, root: Root) -> None:
        self._snapshot = snapshot
        self._root = root
        self._stopped = Event()
        self._idle: SimpleQueue[psycopg.Connection] = SimpleQueue()
        for reader in snapshot.readers:
            self._idle.put(reader)

    def stop(self) -> None:
        """End what is being read, and what would be next."""
        self._stopped.set()
        self._snapshot.cancel()

    def read(self, job: Job) -> Part | None:
        """Read one chunk. Raises as read_all."""
        reader = self._idle.get()
        try:
            return self._read(reader, job)
        finally:
            self._idle.put(reader)

    def _read(self, reader: psycopg.Connection, job: Job) -> Part | None:
        rows = CopyOut(reader, job.select)
        portions = self._unless_stopped(rows)
        first = next(portions)
        if rows.rows == 0 and not job.even_empty:
            return None
        try:
            written = landing.write_data(self._root, job.path, chain([first], portions))
        except LandingError:
            # Landing's client puts an error of its own over what its input raised.
            if rows.failure is not None:
                raise rows.failure from None
            raise
        event("chunk", chunk=job.path, rows=rows.rows, bytes=written.bytes)
        return written.model_copy(update={"rows": rows.rows})

    def _unless_stopped(self, rows: CopyOut) -> Iterator[bytes]:
        for portion in rows:
            if self._stopped.is_set():
                raise _StoppedError
            yield portion
