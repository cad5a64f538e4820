"""The command `produce`: what a pod of the producer image runs."""

import time
from typing import Annotated, NoReturn

import typer

from podflow_producers.events import EventSource
from podflow_producers.orders import orders as order_events
from podflow_producers.publish import connect, publish
from podflow_producers.settings import Settings
from podflow_task import result
from podflow_task.command import command_line, run_command_line
from podflow_task.log import event

app = command_line("Write made-up events to a Kafka topic, and wait until each is acknowledged.")

Count = Annotated[int, typer.Option(min=1, help="How many events.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same events.")]


@app.callback()
def _commands() -> None:
    """Keep one subcommand an event type, even while there is only one."""


@app.command()
def orders(
    context: typer.Context,
    *,
    count: Count = 1000,
    seed: Seed = 1,
    topic: Annotated[str, typer.Option(help="The topic, which must exist.")] = "orders",
) -> None:
    """Orders of a web shop, keyed by customer."""
    _produce(context.ensure_object(Settings), topic, order_events, (count, seed))


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


def _produce(settings: Settings, topic: str, source: EventSource, size: tuple[int, int]) -> None:
    started = time.monotonic()
    producer = connect(settings)
    try:
        produced = publish(producer, topic, source(*size))
    finally:
        producer.close(timeout=settings.kafka_delivery_timeout)
    seconds = round(time.monotonic() - started, 3)
    event("produced", topic=topic, acknowledged=produced, seconds=seconds)
    outcome = {"topic": topic, "produced": produced, "acknowledged": produced, "seconds": seconds}
    result.write(settings.result_file, result.encode(outcome))


if __name__ == "__main__":
    main()
