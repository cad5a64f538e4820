"""The command `produce`: what a pod of the producer image runs."""

import gc
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from podflow_producers.clients import ClientName, open_client
from podflow_producers.errors import RefusedError
from podflow_producers.events import EventStream
from podflow_producers.flaws import Flaws
from podflow_producers.orders import Orders
from podflow_producers.pace import Pace
from podflow_producers.publish import outcome, publish
from podflow_producers.settings import Settings
from podflow_task import result
from podflow_task.command import command_line, run_command_line
from podflow_task.log import event

app = command_line("Write made-up events to a Kafka topic, and wait until each is acknowledged.")

Topic = Annotated[str, typer.Option(help="The topic, which must exist.")]
Count = Annotated[int, typer.Option(min=1, help="How many events to send.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same events.")]
From = Annotated[
    datetime, typer.Option("--from", parser=datetime.fromisoformat, help="Time of the first event.", metavar="ISO")
]
To = Annotated[
    datetime, typer.Option("--to", parser=datetime.fromisoformat, help="All events are before this.", metavar="ISO")
]
First = Annotated[int, typer.Option(min=0, help="Number of the first event: with --of, the share of one of many pods.")]
Of = Annotated[int, typer.Option("--of", min=0, help="How many events the whole interval has, if more than --count.")]
Rate = Annotated[float, typer.Option(min=0, help="At most so many events a second; 0: as fast as it goes.")]
Late = Annotated[float, typer.Option(min=0, max=1, help="Share of events that had happened 1 to 72 hours earlier.")]
Malformed = Annotated[float, typer.Option(min=0, max=1, help="Share of events that no consumer can use.")]
With = Annotated[ClientName, typer.Option("--client", help="confluent is several times as fast.")]

_OBJECTS_BETWEEN_COLLECTIONS = 10_000


@dataclass(frozen=True)
class _Shipment:
    """Which events go where, and how."""

    topic: str
    first: int
    count: int
    client: ClientName
    rate: float


@app.callback()
def _commands() -> None:
    """Keep one subcommand an event type, even while there is only one."""


@app.command()
def orders(  # noqa: PLR0913
    context: typer.Context,
    *,
    topic: Topic,
    count: Count,
    start: From,
    end: To,
    seed: Seed = 1,
    first: First = 0,
    of: Of = 0,
    rate: Rate = 0.0,
    late: Late = 0.0,
    malformed: Malformed = 0.0,
    client: With = ClientName.KAFKA_PYTHON,
) -> None:
    """Orders of a shop, spread evenly over an interval and keyed by customer.

    Pods share the work by ranges of numbers: `--first 0 --count 500 --of 1000` and `--first 500 --count 500 --of 1000`
    send together what `--count 1000` sends.
    """
    total = of or count
    if first + count > total:
        raise RefusedError(f"--first {first} and --count {count} go beyond {total} events: give --of, the whole number")
    start, end = _in_utc(start), _in_utc(end)
    if start >= end:
        raise RefusedError(f"--from {start.isoformat()} is not before --to {end.isoformat()}: give an interval")
    stream = Orders(seed, start, end, total, Flaws(late, malformed))
    _produce(context.ensure_object(Settings), _Shipment(topic, first, count, client, rate), stream)


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _produce(settings: Settings, shipment: _Shipment, stream: EventStream) -> None:
    topic = shipment.topic
    stream.prepare()
    # The collector would look through pools and libraries again and again, which takes a seventh of sending.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    client = open_client(shipment.client, settings, topic)
    event("connected", topic=topic, servers=settings.kafka_bootstrap_servers, client=shipment.client)
    started = time.monotonic()
    try:
        batches = Pace(shipment.rate).hold(stream.batches(shipment.first, shipment.count))
        sent = publish(client, topic, batches)
        seconds = time.monotonic() - started
    finally:
        client.close()
    counts = {"topic": topic, "first": shipment.first, **outcome(client, sent, seconds)}
    event("produced", **counts)
    result.write(settings.result_file, result.encode(counts))


if __name__ == "__main__":
    main()
