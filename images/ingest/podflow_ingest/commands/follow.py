"""`ingest follow`: from a topic to bronze, as messages come."""

import signal
from contextlib import closing
from types import FrameType

import typer

from podflow_ingest.bronze.connection import connect
from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.kafka import table
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.follow import follow as follow_topic
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.log import event


class Stop:
    """Becomes true at SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # what handlers get
        self._asked = True

    def __call__(self) -> bool:
        """Say if it was asked for."""
        return self._asked


def follow(context: typer.Context, dataset: DatasetArgument) -> None:
    """Bring messages of a topic to bronze as they come, each once, until SIGTERM; then end after the batch."""
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    name = table.origin(declared).topic
    stop = Stop()
    with closing(ConfluentTopic(settings, name, declared.full_name)) as topic, connect(settings) as connection:
        outcome = follow_topic(connection, declared, topic, settings, stop)
    event("stopped", **outcome)
    result.write(settings.result_file, result.encode(outcome))
