"""Follow: batch after batch as messages come, until somebody says stop."""

from collections.abc import Callable

import psycopg

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.kafka.messages import Topic
from podflow_ingest.kafka.sink import Sink
from podflow_ingest.kafka.supply import Limits, Supply
from podflow_ingest.kafka.totals import Outcome, Totals
from podflow_ingest.settings import Settings


def follow(
    connection: psycopg.Connection, dataset: Dataset, topic: Topic, settings: Settings, stopped: Callable[[], bool]
) -> Outcome:
    """Bring messages to bronze as they come; when stopped, finish the batch that is under way.

    Raises: as drain.drain.
    """
    sink = Sink(connection, dataset, topic, settings)
    totals = Totals(sink.subject)
    supply = Supply(topic, Limits.of(settings, linger=settings.kafka_linger))
    with sink.explaining():
        while not stopped():
            # Once, and again whenever the topic got more partitions.
            state = topic.state()
            supply.start(sink.take(state, state.partitions))
            for done in sink.batches(supply, stopped):
                totals.add(done)
    return totals.outcome(sink.last_lag(supply.positions))
