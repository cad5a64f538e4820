"""The chunk that a redelivered one takes the place of, and who may have changed its rows in the table since."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.bronze import ledger, names
from podflow_ingest.bronze.span import Span
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import LandedChunk

# Loads that ended before this one began are in it; a later one that only inserted had other keys.
_EARLIER = """
WITH earlier AS (
    SELECT * FROM ops.load
    WHERE dataset = %(dataset)s AND declaration = %(declaration)s AND finished_at IS NOT NULL AND table_gone_at IS NULL
        AND substring(chunk FROM '-(\\d+)[^-/]*$') = substring(%(chunk)s FROM '-(\\d+)[^-/]*$')
    ORDER BY load_id DESC LIMIT 1
)
SELECT chunk, sha256, read, duplicate, rejected, lowest, highest, ARRAY(
    SELECT later.load_id FROM ops.load AS later
    WHERE later.dataset = earlier.dataset AND later.load_id <> earlier.load_id
        AND later.finished_at >= earlier.started_at AND later.updated > 0
        AND (later.highest::{type} < earlier.lowest::{type} OR later.lowest::{type} > earlier.highest::{type})
            IS NOT TRUE
)
FROM earlier
"""
_ROWS = "SELECT count(*) FROM {table} AS target WHERE {within}"


@dataclass(frozen=True)
class Earlier:
    """The last load of a chunk with the same number."""

    path: str
    sha256: str
    duplicate: int
    rejected: int
    span: Span
    later: list[int]
    """Loads that may have changed rows of it since: their keys reach into its span, as those of a neighbour do into
    which a row was pushed."""


def find(connection: psycopg.Connection, dataset: Dataset, chunk: LandedChunk) -> Earlier | None:
    """Return the last load of a chunk with this number, if the table has as many rows as it left."""
    first = names.key_columns(dataset)[0]
    # The type comes from a closed list (column_types), so it is safe as text.
    statement = sql.SQL(_EARLIER.replace("{type}", first.type))
    parameters = {"dataset": dataset.full_name, "declaration": ledger.digest(dataset), "chunk": chunk.path}
    row = connection.execute(statement, parameters).fetchone()
    if row is None:
        return None
    path, sha256, read, duplicate, rejected, lowest, highest, later = row
    if lowest is None:
        return None
    found = Earlier(path, sha256, duplicate, rejected, Span(lowest, highest), later)
    return found if _rows(connection, dataset, found.span) >= read - duplicate - rejected else None


def _rows(connection: psycopg.Connection, dataset: Dataset, span: Span) -> int:
    """Count the rows within a span: somebody may have emptied the table, and wants to load all of it again."""
    within = span.condition(dataset, sql.Identifier("target", dataset.key[0]))
    row = connection.execute(sql.SQL(_ROWS).format(table=names.table(dataset), within=within)).fetchone()
    return int(row[0]) if row else 0
