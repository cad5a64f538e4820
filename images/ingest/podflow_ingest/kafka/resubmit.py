"""Messages that come back from quarantine, repaired: each takes the place that it has in its topic."""

from collections.abc import Sequence

import psycopg

from podflow_ingest.bronze import ledger
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.bronze.ledger import Counts, Entry
from podflow_ingest.bronze.repaired import RepairedRow
from podflow_ingest.bronze.resubmit import expect_waiting
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import DeclarationError
from podflow_ingest.kafka import copying, quarantine, table
from podflow_ingest.kafka.messages import Messages
from podflow_ingest.kafka.rows import RowMaker
from podflow_ingest.settings import Settings

_NO_TIME = -1
_RESUBMITTED = """
UPDATE ops.quarantine AS kept SET resubmitted_by = %(load_id)s
FROM unnest(%(chunks)s::text[], %(lines)s::bigint[]) AS given (chunk, line)
WHERE kept.dataset = %(dataset)s AND kept.chunk = given.chunk AND kept.line = given.line
"""


def resubmit(connection: psycopg.Connection, dataset: Dataset, rows: Sequence[RepairedRow], run: Settings) -> Counts:
    """Insert the messages and let them leave quarantine, all or none. Key and time of a message are not known any more.

    Raises:
        DeclarationError: a message is not in quarantine, or does not fit even now.
        psycopg.Error: the server failed, and nothing was written.
    """
    origin = table.origin(dataset)
    expect_waiting(connection, dataset, rows)
    ensure_tables(connection, table.bronze(dataset))
    maker = RowMaker(dataset, origin)
    with connection.transaction():
        load_id = ledger.enter(connection, dataset, Entry(f"kafka/{origin.topic}/resubmitted"), run)
        for row in rows:
            why = _insert(connection, dataset, maker, row, origin.topic)
            if why:
                raise DeclarationError(f"offset {row.line} of {row.chunk}: {why}; nothing was resubmitted")
        chunks, lines = [row.chunk for row in rows], [row.line for row in rows]
        given = {"dataset": dataset.full_name, "load_id": load_id, "chunks": chunks, "lines": lines}
        connection.execute(_RESUBMITTED, given)
        counts = Counts(read=len(rows), inserted=len(rows), updated=0, unchanged=0, duplicate=0, rejected=0)
        ledger.close_load(connection, load_id, counts, None)
    return counts


def _insert(connection: psycopg.Connection, dataset: Dataset, maker: RowMaker, row: RepairedRow, topic: str) -> str:
    """Insert one message, as they are few; return why it cannot be taken."""
    place = quarantine.place(row.chunk)
    if place.topic != topic:
        return f"it is of topic {place.topic}, and the dataset comes from {topic}"
    value = row.raw.encode()
    made = maker.rows(Messages(place.partition, [row.line], [None], [_NO_TIME], [value]), place.generation)
    if made.rejected:
        return str(made.rejected[0].flaw)
    taken, flaws = copying.copy_halving(connection, dataset, made.rows)
    if taken:
        return ""
    return flaws.get(0) or copying.reasons(connection, dataset, [maker.declared_fields(value)])[0]
