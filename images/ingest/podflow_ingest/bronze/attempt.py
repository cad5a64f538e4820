"""One attempt to load a chunk: everything that its transaction does."""

from dataclasses import dataclass

import psycopg

from podflow_ingest.bronze import direct, incoming, ledger, merge, quarantine, vanished
from podflow_ingest.bronze.incoming import Received
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.merge import Merged
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.deliveries import Delivery
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings
from podflow_task.log import event


@dataclass(frozen=True)
class Attempt:
    """A chunk, the run that loads it, and in mode full the delivery that it is part of."""

    dataset: Dataset
    chunk: LandedChunk
    delivery: Delivery | None
    run: Settings

    def load(self, connection: psycopg.Connection, *, alone: bool) -> Counts:
        """Load the chunk inside the open transaction; `alone`: keep all others out of the table meanwhile.

        Raises: as load.load, and psycopg.errors of transactions that came into each other's way.
        """
        delivered_at = self.delivery.at if self.delivery else None
        load_id = ledger.open_load(connection, self.dataset, self.chunk, delivered_at, self.run)
        if self.dataset.mode == "append":
            counts = self._append(connection, load_id)
        elif self._overtaken(connection, alone=alone):
            event("overtaken", chunk=self.chunk.path, reason="a later delivery is being loaded, or was")
            counts = self._counts(unchanged=self.chunk.manifest.rows)
        else:
            counts = self._merge(connection, load_id, alone=alone)
        ledger.close_load(connection, load_id, counts)
        return counts

    def _append(self, connection: psycopg.Connection, load_id: int) -> Counts:
        """Add all rows once: a chunk that was loaded before gives only what quarantine still has of it."""
        rows = self.chunk.manifest.rows
        path = ledger.first_path(connection, self.dataset, self.chunk)
        lines = quarantine.open_lines(connection, self.dataset, path) if path else None
        if lines is not None and not lines:
            return self._counts(unchanged=rows)
        flawed = False
        if lines is None and direct.promising(connection, self.dataset, self.chunk):
            refusal = direct.copied(connection, self.dataset, self.chunk)
            if refusal is None:
                return self._counts(inserted=rows)
            flawed = refusal.flawed
        received = incoming.receive(connection, self.dataset, self.chunk, flawed_surely=flawed, only_lines=lines)
        merged = merge.merge(connection, self.dataset, received, load_id)
        quarantine.replace(connection, load_id, self.dataset, path or self.chunk.path)
        unchanged = rows - received.rows - received.rejected
        return self._counts(inserted=merged.inserted, unchanged=unchanged, rejected=received.rejected)

    def _overtaken(self, connection: psycopg.Connection, *, alone: bool) -> bool:
        if self.delivery is None:
            return False
        merge.lock(connection, self.dataset, alone=alone)
        return vanished.state(connection, self.dataset, self.delivery).overtaken

    def _merge(self, connection: psycopg.Connection, load_id: int, *, alone: bool) -> Counts:
        received = self._receive(connection, alone=alone)
        merged = Merged(self.chunk.manifest.rows, 0, 0)
        if received is not None:
            merge.lock(connection, self.dataset, alone=alone)
            merged = merge.merge(connection, self.dataset, received, load_id)
            quarantine.replace(connection, load_id, self.dataset, self.chunk.path)
        if self.delivery is not None:
            vanished.see(connection, self.dataset, self.delivery, self.chunk, load_id, received)
        rejected = received.rejected if received else 0
        left = received.rows - merged.inserted - merged.updated - merged.duplicate if received else 0
        return self._counts(
            inserted=merged.inserted,
            updated=merged.updated,
            unchanged=left,
            duplicate=merged.duplicate,
            rejected=rejected,
        )

    def _receive(self, connection: psycopg.Connection, *, alone: bool) -> Received | None:
        """Bring the chunk into the table at once (None), or if that cannot be, into `incoming`."""
        flawed = False
        if direct.promising(connection, self.dataset, self.chunk):
            merge.lock(connection, self.dataset, alone=alone)
            refusal = direct.copied(connection, self.dataset, self.chunk)
            if refusal is None:
                quarantine.clear(connection, self.dataset, self.chunk.path)
                return None
            flawed = refusal.flawed
        return incoming.receive(connection, self.dataset, self.chunk, flawed_surely=flawed)

    def _counts(self, **counted: int) -> Counts:
        """Return the counts, those that are not given as 0; read are all rows of the manifest."""
        nothing = dict.fromkeys(("inserted", "updated", "unchanged", "duplicate", "rejected"), 0)
        return Counts(**{**nothing, **counted}, read=self.chunk.manifest.rows)
