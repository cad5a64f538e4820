"""Drain: everything that a topic has at the start, then the end."""

from collections.abc import Collection

import psycopg

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.kafka.messages import Topic
from podflow_ingest.kafka.sink import Sink
from podflow_ingest.kafka.supply import Limits, Supply
from podflow_ingest.kafka.totals import Outcome, Totals
from podflow_ingest.settings import Settings


def drain(
    connection: psycopg.Connection,
    dataset: Dataset,
    topic: Topic,
    settings: Settings,
    partitions: Collection[int] | None = None,
) -> Outcome:
    """Bring all messages between the stored offsets and the ends seen now to bronze, of some or all partitions.

    Raises:
        MessagesLostError: some of them are not in the topic any more.
        OvertakenError: another sink has taken the partitions over.
        SourceError: the broker is away, or refuses.
        psycopg.Error: the server failed; nothing of the batch that was under way is written.
    """
    sink = Sink(connection, dataset, topic, settings)
    totals = Totals(sink.subject)
    state = topic.state()
    supply = Supply(topic, Limits.of(settings, linger=0), {number: at.end for number, at in state.partitions.items()})
    with sink.explaining():
        supply.start(sink.take(state, state.partitions if partitions is None else partitions))
        for done in sink.batches(supply):
            totals.add(done)
    return totals.outcome(sink.last_lag(supply.positions))
