"""COPY straight into the bronze table: nothing is staged and nothing is compared where all rows are new.

A first load, a chunk of new rows and all of mode append go this way, at the speed of COPY itself. Whatever stands
against it (a value that does not fit, a key that is there already) fails the COPY, and the chunk takes the long way.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import ledger, names
from podflow_ingest.bronze.connection import describe
from podflow_ingest.bronze.staging import copy_text
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.examined import copyable
from podflow_ingest.landing import LandedChunk
from podflow_task.log import event


def promising(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> bool:
    """Say whether the chunk's rows are likely to be new: the table is empty, or the last load found new ones only.

    A wrong guess costs what COPY did until it failed: a redelivery's first rows are there already, so not much.
    """
    if chunk.manifest.rejects is not None:
        return False
    empty = sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(names.table(dataset))
    return (
        dataset.mode == "append"
        or connection.execute(empty).fetchone() == (True,)
        or ledger.last_was_all_new(connection, dataset, chunk)
    )


@dataclass(frozen=True)
class Refusal:
    """Why a chunk cannot go the direct way."""

    flawed: bool
    """It has a record or value that does not fit; otherwise a key that the table, or the chunk, has already."""


def copied(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> Refusal | None:
    """Copy the chunk into the table and return None; or leave the table as it was and return why.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
    """
    try:
        with connection.transaction() as savepoint:
            rows = copy_text(connection, names.table(dataset), dataset, *copyable(dataset, chunk))
            if rows == chunk.manifest.rows:
                return None
            reason = f"COPY counted {rows} rows, the manifest {chunk.manifest.rows}"
            raise psycopg.Rollback(savepoint)
    except psycopg.errors.UniqueViolation:
        return Refusal(flawed=False)
    except (psycopg.DataError, psycopg.errors.NotNullViolation) as error:
        reason = describe(error)
    event("refused", level="warning", chunk=chunk.path, reason=reason, then="checking each row")
    return Refusal(flawed=True)
