"""What delivering has in common, whichever source it is."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from podflow_sources.errors import DeliveryError
from podflow_sources.outbox import Outbox
from podflow_sources.settings import Settings
from podflow_task import result
from podflow_task.log import event

Seed = Annotated[int, typer.Option(help="The same seed makes the same file.")]
IfAbsent = Annotated[bool, typer.Option("--if-absent", help="Do nothing if there is a file already.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for a store that is starting.")]


def outbox(settings: Settings, url: str, connection: str, wait: float) -> Outbox:
    """Return the folder at `url`, or without one that of the connection, once its store answers.

    Raises:
        DeliveryError: there is neither, or the store does not answer in `wait` seconds.
    """
    if not url and connection not in settings.connections:
        raise DeliveryError(f"give --to URL, or set CONNECTIONS__{connection.upper()}")
    folder = Outbox(url or settings.connections[connection])
    if wait:
        folder.wait(wait)
    return folder


def report(settings: Settings, outcome: Mapping[str, Any]) -> None:
    """Log what was delivered, and leave it as the pod's result."""
    event("delivered" if outcome["delivered"] else "left as it is", **outcome)
    result.write(settings.result_file, result.encode(outcome))
