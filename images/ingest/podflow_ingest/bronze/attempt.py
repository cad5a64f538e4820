"""One attempt to load a chunk: everything that its transaction does."""

from dataclasses import dataclass

import psycopg

from podflow_ingest.bronze import direct, earlier, incoming, ledger, merge, patch, quarantine, span, vanished
from podflow_ingest.bronze.incoming import Received
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.span import Span
from podflow_ingest.bronze.vanished import State
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.deliveries import Delivery
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings
from podflow_task.log import event


@dataclass(frozen=True)
class Done:
    """Where a chunk's rows went, and how far their keys reach."""

    counts: Counts
    span: Span | None


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
        known = self._state(connection, alone=alone)
        if self.dataset.mode == "append":
            done = self._append(connection, load_id)
        elif known.overtaken:
            event("overtaken", chunk=self.chunk.path, reason="a later delivery is being loaded, or was")
            done = self._done(unchanged=self.chunk.manifest.rows)
        else:
            merge.lock(connection, self.dataset, alone=alone)
            patched = self._patch(connection, load_id) if self.dataset.mode == "upsert" else None
            done = patched or self._merge(connection, load_id, collect=known.begun and not known.closed)
        ledger.close_load(connection, load_id, done.counts, done.span)
        return done.counts

    def _append(self, connection: psycopg.Connection, load_id: int) -> Done:
        """Add all rows once: a chunk that was loaded before gives only what quarantine still has of it."""
        rows = self.chunk.manifest.rows
        path = ledger.first_path(connection, self.dataset, self.chunk)
        lines = quarantine.open_lines(connection, self.dataset, path) if path else None
        if lines is not None and not lines:
            return self._done(unchanged=rows)
        flawed = False
        if lines is None and direct.promising(connection, self.dataset, self.chunk):
            refusal = direct.copied(connection, self.dataset, self.chunk)
            if refusal is None:
                return self._done(inserted=rows)
            flawed = refusal.flawed
        received = incoming.receive(connection, self.dataset, self.chunk, flawed_surely=flawed, only_lines=lines)
        merged = merge.merge(connection, self.dataset, received, load_id)
        quarantine.replace(connection, load_id, self.dataset, path or self.chunk.path)
        unchanged = rows - received.rows - received.rejected
        return self._done(inserted=merged.inserted, unchanged=unchanged, rejected=received.rejected)

    def _state(self, connection: psycopg.Connection, *, alone: bool) -> State:
        if self.delivery is None:
            return State(begun=False, closed=False, overtaken=False)
        # From here on, until we end, no other delivery begins and this one is not closed.
        merge.lock(connection, self.dataset, alone=alone)
        return vanished.state(connection, self.dataset, self.delivery)

    def _patch(self, connection: psycopg.Connection, load_id: int) -> Done | None:
        """Write only what an earlier chunk in the place of this one had not; None if there is no such chunk."""
        before = earlier.find(connection, self.dataset, self.chunk)
        if before is None:
            return None
        same = before.sha256 == self.chunk.manifest.sha256 and not before.later
        if same and (before.path == self.chunk.path or not before.rejected):
            unchanged = self.chunk.manifest.rows - before.duplicate - before.rejected
            return self._done(before.span, unchanged=unchanged, duplicate=before.duplicate, rejected=before.rejected)
        found = patch.compared(self.dataset, self.chunk, before)
        rows = patch.receive(connection, self.dataset, found, before) if found else None
        if found is None or rows is None:
            return None
        event("compared", chunk=self.chunk.path, before=before.path, same=found.same, new=rows, gone=len(found.gone))
        merged = merge.merge(connection, self.dataset, Received(rows, 0, 0), load_id)
        quarantine.clear(connection, self.dataset, self.chunk.path)
        return self._done(
            before.span.joined(connection, self.dataset, merged.span),
            inserted=merged.inserted,
            updated=merged.updated,
            unchanged=found.same + rows - merged.inserted - merged.updated - merged.duplicate,
            duplicate=merged.duplicate,
        )

    def _merge(self, connection: psycopg.Connection, load_id: int, *, collect: bool) -> Done:
        """Write what is new or changed; `collect` the chunk's keys, while its delivery waits for other chunks."""
        copied = self._copy(connection, load_id)
        received = None
        if not isinstance(copied, Done):
            received = incoming.receive(connection, self.dataset, self.chunk, flawed_surely=copied)
            merged = merge.merge(connection, self.dataset, received, load_id)
            quarantine.replace(connection, load_id, self.dataset, self.chunk.path)
            copied = self._done(
                merged.span,
                inserted=merged.inserted,
                updated=merged.updated,
                unchanged=received.rows - merged.inserted - merged.updated - merged.duplicate,
                duplicate=merged.duplicate,
                rejected=received.rejected,
            )
        if self.delivery is not None and collect:
            vanished.see(connection, self.dataset, self.delivery, self.chunk, load_id, received)
        return copied

    def _copy(self, connection: psycopg.Connection, load_id: int) -> Done | bool:
        """Copy the chunk straight into the table; or, if that cannot be, say whether it has a flaw."""
        if not direct.promising(connection, self.dataset, self.chunk):
            return False
        before = span.blocks(connection, self.dataset)
        refusal = direct.copied(connection, self.dataset, self.chunk)
        if refusal is not None:
            return refusal.flawed
        quarantine.clear(connection, self.dataset, self.chunk.path)
        rows = self.chunk.manifest.rows
        return self._done(span.of_copied(connection, self.dataset, load_id, rows, before), inserted=rows)

    def _done(self, reach: Span | None = None, **counted: int) -> Done:
        """Return the counts, those that are not given as 0; read are all rows of the manifest."""
        nothing = dict.fromkeys(("inserted", "updated", "unchanged", "duplicate", "rejected"), 0)
        return Done(Counts(**{**nothing, **counted}, read=self.chunk.manifest.rows), reach)
