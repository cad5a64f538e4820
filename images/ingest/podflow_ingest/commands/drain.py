"""`ingest drain`: from a topic to bronze, as far as it reaches now."""

from contextlib import closing
from typing import Annotated

import typer

from podflow_ingest.bronze.connection import connect
from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.kafka import table
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.drain import drain as drain_topic
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO
from podflow_task.log import event

PartitionsOption = Annotated[
    str,
    typer.Option(metavar="NUMBERS", help="Only of these partitions, as in 0,2: so that several pods share a topic."),
]


def drain(context: typer.Context, dataset: DatasetArgument, *, partitions: PartitionsOption = "") -> None:
    """Bring all messages of a topic that are not in bronze yet there, each once, and end where the topic ends now."""
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    name = table.origin(declared).topic
    chosen = numbers(partitions) if partitions else None
    with closing(ConfluentTopic(settings, name, declared.full_name)) as topic, connect(settings) as connection:
        outcome = drain_topic(connection, declared, topic, settings, chosen)
    event("drained", **outcome)
    result.write(settings.result_file, result.encode(outcome))
    if not outcome["read"]:
        raise typer.Exit(NOTHING_TO_DO)


def numbers(text: str) -> list[int]:
    """Read numbers of partitions."""
    try:
        found = sorted({int(number) for number in text.split(",")})
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of partitions such as 0,2") from None
    return found
