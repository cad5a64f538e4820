"""Bronze from landing alone: all deliveries once more, in the order in which they were extracted."""

import dataclasses
from collections.abc import Iterable, Iterator

import psycopg

from podflow_ingest import landing
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.load import load
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.deliveries import Delivery
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings


def replay(
    connection: psycopg.Connection, dataset: Dataset, delivered: Iterable[Delivery], root: Root, run: Settings
) -> Iterator[tuple[str, Counts]]:
    """Load the chunks of these deliveries, each in its transaction; yield name and counts of each.

    A run that broke off can be repeated: chunks that are loaded already change nothing.

    Raises: as load.
    """
    for delivery in delivered:
        for chunk in delivery.chunks:
            name = _staged(dataset, chunk, root)
            landed = landing.find_chunk(root, landing.chunk_path(dataset, name))
            yield name, load(connection, dataset, landed, run, delivery)


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sums of counts."""
    each = [dataclasses.astuple(one) for one in counts]
    return Counts(*(sum(column) for column in zip(*each, strict=True))) if each else Counts(0, 0, 0, 0, 0, 0)


def _staged(dataset: Dataset, chunk: str, root: Root) -> str:
    """Return the name under which a raw chunk is loaded; what needs staging and is not staged yet, is."""
    if not isinstance(dataset.origin, HttpOrigin):
        return chunk
    # Only nested sources need pyarrow, half a second of every other replay.
    from podflow_ingest.stage.stage import stage  # noqa: PLC0415

    return stage(dataset, chunk, root)[0]
