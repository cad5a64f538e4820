"""Rows that bronze could not take: kept as they came, with their line and the reason."""

from collections.abc import Iterator, Mapping

import psycopg

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.flaws.examined import examined
from podflow_ingest.flaws.record import Rejected
from podflow_ingest.landing import LandedChunk

_INSERT = """
INSERT INTO ops.quarantine (load_id, dataset, chunk, line, raw, reason)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (dataset, chunk, line) DO NOTHING
"""


def located(dataset: Dataset, chunk: LandedChunk, reasons: Mapping[int, str], *, sifted: bool) -> Iterator[Rejected]:
    """Find the records that staging numbered `reasons`; `sifted` as in staging.Staged."""
    if not reasons:
        return
    number = 0
    for record in examined(dataset, chunk):
        if sifted and record.flaw:
            continue
        number += 1
        if number in reasons:
            yield Rejected(record.line, record.text, reasons[number])


def replace(
    connection: psycopg.Connection, load_id: int, dataset: Dataset, chunk: str, rejected: list[Rejected]
) -> None:
    """Make quarantine hold just these rows of the chunk. Those it held before keep their time and load."""
    connection.execute(
        "DELETE FROM ops.quarantine WHERE dataset = %s AND chunk = %s AND line <> ALL (%s)",
        (dataset.full_name, chunk, [row.line for row in rejected]),
    )
    rows = ((load_id, dataset.full_name, chunk, row.line, row.raw, row.reason) for row in rejected)
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
