"""Loading one chunk: staging, merge, quarantine and ledger in one transaction."""

import psycopg

from podflow_ingest.bronze import ledger, merge, quarantine, staging
from podflow_ingest.bronze.connection import describe
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.merge import Merged
from podflow_ingest.bronze.staging import Staged
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.record import Rejected
from podflow_ingest.landing import LandedChunk
from podflow_ingest.settings import Settings
from podflow_task.log import event


def load(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk, run: Settings) -> Counts:
    """Bring a chunk into bronze: all of it is accounted for and committed, or nothing is changed.

    `connection` is in autocommit mode. Loading the same chunk again changes no row.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
        WarehouseError: the table does not fit the declaration, or rows are unaccounted for.
        psycopg.Error: the server failed, or the ledger's constraint found counts that do not add up.
    """
    ensure_tables(connection, dataset)
    with connection.transaction():
        load_id = ledger.open_load(connection, dataset, chunk, run)
        staged = staging.stage(connection, dataset, chunk)
        merge.lock(connection, dataset)
        merged, uncastable = _merge(connection, dataset, chunk, staged, load_id)
        rejected = [*staged.rejected, *uncastable]
        counts = Counts(
            read=chunk.manifest.rows,
            inserted=merged.inserted,
            updated=merged.updated,
            unchanged=staged.rows - len(uncastable) - merged.duplicate - merged.inserted - merged.updated,
            duplicate=merged.duplicate,
            rejected=len(rejected),
        )
        quarantine.replace(connection, load_id, dataset, chunk.path, rejected)
        ledger.close_load(connection, load_id, counts)
    return counts


def _merge(
    connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk, staged: Staged, load_id: int
) -> tuple[Merged, list[Rejected]]:
    """Merge at once; only if a row does not fit, find such rows, take them out, and merge the rest."""
    try:
        with connection.transaction():
            return merge.merge(connection, dataset, load_id), []
    except (psycopg.DataError, psycopg.errors.NotNullViolation) as error:
        event("refused", level="warning", chunk=chunk.path, reason=describe(error), then="checking each row")
    reasons = merge.drop_flawed(connection, dataset)
    rejected = list(quarantine.located(dataset, chunk, reasons, sifted=staged.sifted))
    return merge.merge(connection, dataset, load_id), rejected
