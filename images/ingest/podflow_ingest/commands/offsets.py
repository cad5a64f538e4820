"""`ingest offsets`: how far topics are in bronze."""

from contextlib import closing
from typing import Annotated, Any

import typer

from podflow_ingest.bronze import ops
from podflow_ingest.bronze.connection import connect
from podflow_ingest.commands.rows import print_rows
from podflow_ingest.errors import DeclarationError
from podflow_ingest.kafka import gaps
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.messages import TopicState
from podflow_ingest.kafka.offsets import Stored, Subject, stored, topics
from podflow_ingest.kafka.takeover import resolve
from podflow_ingest.settings import Settings
from podflow_task.log import event

NameArgument = Annotated[str, typer.Argument(metavar="SOURCE.NAME", help="The dataset that comes from a topic.")]
AcceptOption = Annotated[
    bool, typer.Option("--accept-loss", help="Messages that retention deleted are lost: go on with what is left.")
]
RestartOption = Annotated[
    bool, typer.Option("--restart", help="The topic was made anew: go on with the new one from its beginning.")
]


def offsets(
    context: typer.Context, name: NameArgument, *, accept_loss: AcceptOption = False, restart: RestartOption = False
) -> None:
    """List by partition what bronze has and what the topic has; or go on after messages were lost."""
    if accept_loss and restart:
        raise typer.BadParameter("say either --accept-loss or --restart")
    settings = context.ensure_object(Settings)
    rows = []
    with connect(settings) as connection:
        found = topics(connection, name) if ops.complete(connection) else []
        if not found:
            raise DeclarationError(f"{name}: no topic of such a dataset was read yet: `ingest drain` begins with it")
        for topic in found:
            subject = Subject(name, topic)
            with closing(ConfluentTopic(settings, topic, name)) as reader:
                state = reader.state()
            if accept_loss or restart:
                for line in resolve(connection, subject, state, "restart" if restart else "accept-loss"):
                    event("set", level="warning", dataset=name, topic=topic, what=line)
            rows += listed(subject, stored(connection, subject), state)
    print_rows(rows)


def listed(subject: Subject, known: dict[int, Stored], state: TopicState) -> list[dict[str, Any]]:
    """Return a row for each partition that either side knows."""
    amiss = {gap.partition: gap.kind for gap in gaps.gaps(known, state)}
    rows = []
    for number in sorted({*known, *state.partitions}):
        mine, span = known.get(number), state.partitions.get(number)
        usable = mine is not None and span is not None and number not in amiss
        rows.append({
            "topic": subject.topic,
            "partition": number,
            "generation": mine.generation if mine else None,
            "stored": mine.next_offset if mine else None,
            "beginning": span.beginning if span else None,
            "end": span.end if span else None,
            "lag": span.end - mine.next_offset if usable and mine and span else None,
            "state": amiss.get(number, "ok" if mine else "new"),
        })  # fmt: skip
    return rows
