"""`sources fill olist`."""

import time
from typing import Annotated, Any

import typer

from podflow_sources.errors import DeliveryError
from podflow_sources.olist.fill import Content, MadeUp, Published
from podflow_sources.olist.fill import fill as fill_database
from podflow_sources.outbox import Outbox
from podflow_sources.settings import Settings
from podflow_task import result
from podflow_task.log import event

SHIPPED_SEED, SHIPPED_SCALE = 2016, 0.05

To = Annotated[str, typer.Option(help="postgresql:// URL; without it, that of the connection olist.")]
Scale = Annotated[float, typer.Option(min=0.0001, max=10, help="1 is as many rows as Olist published.")]
Files = Annotated[str, typer.Option(help="URL of a folder with Olist's own CSV files, to fill from instead.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same rows.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for a server that is starting.")]


def fill(
    context: typer.Context,
    *,
    to: To = "",
    scale: Scale = SHIPPED_SCALE,
    files: Files = "",
    seed: Seed = SHIPPED_SEED,
    wait: Wait = 0,
) -> None:
    """Make the nine tables of the market place and fill them, unless they are there."""
    settings = context.ensure_object(Settings)
    url = to or settings.connections.get("olist", "")
    if not url:
        raise DeliveryError("give --to URL, or set CONNECTIONS__OLIST")
    started = time.monotonic()
    content: Content = Published(Outbox(files)) if files else MadeUp(seed, scale)
    rows = fill_database(url, content, wait)
    outcome: dict[str, Any] = {
        "filled": rows is not None,
        "rows": rows or {},
        "seconds": round(time.monotonic() - started, 1),
    }
    event("filled" if rows else "left as it is", **outcome)
    result.write(settings.result_file, result.encode(outcome))
