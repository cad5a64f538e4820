"""A redelivered chunk: only records that its predecessor did not have go to the server.

The table has the predecessor's rows (see earlier). A record that both chunks have changes nothing, but for two cases,
which are found out by keys. The new chunk has its key once more, in another record, and the last one counts: where a
new record's key is among the predecessor's, its old record must be gone. Or another load has changed the row since:
whatever was changed must be new or gone.
"""

from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

from podflow_ingest import landing
from podflow_ingest.bronze import incoming, names
from podflow_ingest.bronze.difference import Difference, difference
from podflow_ingest.bronze.earlier import Earlier
from podflow_ingest.bronze.staging import copy_text
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import LandingError
from podflow_ingest.landing import LandedChunk

GONE = sql.Identifier("pg_temp", "gone")
"""The predecessor's records that the chunk has no more, with their declared types."""

# Counted: for EXISTS the planner bets on an early hit and compares each record with each, 100,000 in six minutes.
_AMBIGUOUS = """
SELECT count(*) > 0
FROM {incoming} AS incoming JOIN {table} AS target ON {same_as_incoming}
WHERE {incoming_within} AND NOT EXISTS (SELECT FROM {gone} AS gone WHERE {incoming_is_gone})
"""
_DISTURBED = """
SELECT count(*) > 0
FROM {table} AS target
WHERE {target_within} AND target._load_id = ANY(%s)
    AND NOT EXISTS (SELECT FROM {incoming} AS incoming WHERE {same_as_incoming})
    AND NOT EXISTS (SELECT FROM {gone} AS gone WHERE {target_is_gone})
"""


def compared(dataset: Dataset, chunk: LandedChunk, earlier: Earlier) -> Difference | None:
    """Compare a chunk with its predecessor in landing; None if that is not possible, or not worth it.

    Raises:
        LandingError: the chunk is not the one that its manifest describes.
    """
    form = dataset.landed_format
    if not isinstance(form, CsvFormat) or not form.header or form.quote is None:
        return None
    if earlier.rejected or earlier.duplicate:
        return None
    try:
        before = _find(chunk, earlier)
        return difference(_predecessor(before), chunk.stream(), form.quote)
    except _PredecessorLostError:
        return None


def receive(connection: psycopg.Connection, dataset: Dataset, found: Difference, earlier: Earlier) -> int | None:
    """Copy what was added into a new table `incoming`; return its rows.

    Returns None, and leaves nothing behind, if a record does not fit, or if it takes all of the chunk's keys to tell
    which record counts.
    """
    try:
        with connection.transaction() as savepoint:
            incoming.create(connection, dataset, names.INCOMING)
            incoming.create(connection, dataset, GONE)
            rows = _copy(connection, names.INCOMING, dataset, found.added)
            gone = _copy(connection, GONE, dataset, found.gone)
            whole = (rows, gone) == (len(found.added), len(found.gone))
            if whole and not _is_undecided(connection, dataset, earlier):
                return rows
            raise psycopg.Rollback(savepoint)
    except (psycopg.DataError, psycopg.errors.NotNullViolation):
        return None
    return None


def _copy(connection: psycopg.Connection, table: sql.Identifier, dataset: Dataset, records: Iterable[bytes]) -> int:
    form = dataset.landed_format
    assert isinstance(form, CsvFormat)  # noqa: S101 - compared() takes no other
    dialect = form.model_copy(update={"header": False})
    return copy_text(connection, table, dataset, dialect, (record + b"\n" for record in records))


def _is_undecided(connection: psycopg.Connection, dataset: Dataset, earlier: Earlier) -> bool:
    """Say whether a record which both chunks have may not be what counts for its key: the two cases of the module."""
    first = dataset.key[0]
    parts = {
        "incoming": names.INCOMING,
        "table": names.table(dataset),
        "gone": GONE,
        "same_as_incoming": names.same_key(dataset, "incoming", "target"),
        "incoming_is_gone": names.same_key(dataset, "gone", "incoming"),
        "target_is_gone": names.same_key(dataset, "gone", "target"),
        "incoming_within": earlier.span.condition(dataset, sql.Identifier("incoming", first)),
        "target_within": earlier.span.condition(dataset, sql.Identifier("target", first)),
    }
    if connection.execute(sql.SQL(_AMBIGUOUS).format(**parts)).fetchone() == (True,):
        return True
    disturbed = sql.SQL(_DISTURBED).format(**parts)
    return bool(earlier.later) and connection.execute(disturbed, (earlier.later,)).fetchone() == (True,)


def _find(chunk: LandedChunk, earlier: Earlier) -> LandedChunk:
    try:
        before = landing.find_chunk(chunk.root, earlier.path)
    except LandingError as error:
        raise _PredecessorLostError from error
    if before.manifest.sha256 != earlier.sha256:
        raise _PredecessorLostError
    return before


class _PredecessorLostError(Exception):
    """The predecessor is not in landing any more, or not as it was: no reason to fail."""


def _predecessor(chunk: LandedChunk) -> Iterator[bytes]:
    try:
        yield from chunk.stream()
    except LandingError as error:
        raise _PredecessorLostError from error
