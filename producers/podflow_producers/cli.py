"""The command `produce`: what a pod of the producer image runs."""

import signal
import sys
import time
from types import FrameType
from typing import Annotated, NoReturn

import typer

from podflow_producers import result
from podflow_producers.errors import ProducerError
from podflow_producers.events import EventSource
from podflow_producers.orders import orders as order_events
from podflow_producers.publish import connect, publish
from podflow_producers.settings import RESULT_FILE, Settings, read_settings

TERMINATED = 128 + signal.SIGTERM

app = typer.Typer(
    help="Write made-up events to a Kafka topic. Exit codes: 0 every event acknowledged, "
    "1 failed (the reason is the last line of the log), 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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
    """Run the command line; every expected failure ends as one line in the log and in the pod's result."""
    # As process 1 of a container, Python ignores SIGTERM unless it has a handler.
    signal.signal(signal.SIGTERM, _terminate)
    result_file = RESULT_FILE
    try:
        settings = read_settings()
        result_file = settings.result_file
        app(obj=settings)
    except ProducerError as error:
        result.log("failed", level="error", error=str(error))
        result.write_error(result_file, str(error))
    sys.exit(1)


def _produce(settings: Settings, topic: str, source: EventSource, size: tuple[int, int]) -> None:
    started = time.monotonic()
    producer = connect(settings)
    try:
        produced = publish(producer, topic, source(*size))
    finally:
        producer.close(timeout=settings.kafka_delivery_timeout)
    seconds = round(time.monotonic() - started, 3)
    result.log("produced", topic=topic, acknowledged=produced, seconds=seconds)
    outcome = {"topic": topic, "produced": produced, "acknowledged": produced, "seconds": seconds}
    result.write(settings.result_file, outcome)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)


if __name__ == "__main__":
    main()
