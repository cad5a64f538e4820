"""`ingest replay`: bronze again from landing alone."""

import datetime
from dataclasses import asdict
from typing import Annotated

import typer

from podflow_ingest import deliveries, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.replay import replay as replay_deliveries
from podflow_ingest.bronze.replay import total
from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO
from podflow_task.log import event

SinceOption = Annotated[
    datetime.datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="From this date's first delivery on. Later ones follow, so that the last word on a row stays the last.",
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="All that landing has.")]


def replay(
    context: typer.Context, dataset: DatasetArgument, *, date: SinceOption = None, everything: AllOption = False
) -> None:
    """Load again what landing holds, in its order, without asking the source.

    Into a table that was dropped, it brings all of it back. Into one that is there, it brings what a corrected
    declaration now accepts.
    """
    if (date is not None) == everything:
        raise typer.BadParameter("say either --date or --all")
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    root = objects.open_root(settings.landing())
    delivered = deliveries.recorded(root, declared)
    if date is not None:
        delivered = deliveries.since(delivered, date.date())
    counts = []
    with connect(settings) as connection:
        for chunk, counted in replay_deliveries(connection, declared, delivered, root, settings):
            event("loaded", dataset=declared.full_name, chunk=chunk, **asdict(counted))
            counts.append(counted)
    totals = {"deliveries": len(delivered), "chunks": len(counts), **asdict(total(counts))}
    event("replayed", dataset=declared.full_name, **totals)
    result.write(settings.result_file, result.encode({"dataset": declared.full_name, **totals}))
    if not counts:
        raise typer.Exit(NOTHING_TO_DO)
