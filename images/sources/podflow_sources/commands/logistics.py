"""`sources deliver logistics` and `sources generate logistics`."""

import sys
from typing import Annotated

import typer

from podflow_sources.commands.delivering import IfAbsent, Seed, Wait, outbox, report
from podflow_sources.errors import DeliveryError
from podflow_sources.logistics.deliveries import SHIPPED_SEED, exports
from podflow_sources.logistics.sales import SHIPPED_LINES
from podflow_sources.settings import Settings

Lines = Annotated[int, typer.Option("--sales", min=1, help="Lines of sales_details; the shop is always the same.")]
To = Annotated[str, typer.Option(help="URL of the folder; without it, that of the connection logistics_files.")]
Name = Annotated[str, typer.Argument(help="cust_info, prd_info, sales_details, cust_az12, loc_a101 or px_cat_g1v2.")]


def deliver(
    context: typer.Context,
    *,
    lines: Lines = SHIPPED_LINES,
    seed: Seed = SHIPPED_SEED,
    to: To = "",
    if_absent: IfAbsent = False,
    wait: Wait = 0,
) -> None:
    """Deliver the shop's exports from CRM and ERP, six files."""
    settings = context.ensure_object(Settings)
    folder = outbox(settings, to, "logistics_files", wait)
    files: dict[str, int] = {}
    for make in exports(seed, lines).values():
        export = make()
        if if_absent and folder.has(export.path):
            continue
        folder.put(export.path, export.content())
        files[folder.name(export.path)] = len(export.rows)
    report(settings, {"delivered": bool(files), "files": files})


def generate(name: Name, lines: Lines = SHIPPED_LINES, seed: Seed = SHIPPED_SEED) -> None:
    """Write one of the shop's exports as CSV."""
    made = exports(seed, lines)
    if name not in made:
        raise DeliveryError(f"{name}: no such file; there are {', '.join(made)}")
    sys.stdout.buffer.write(made[name]().content())
