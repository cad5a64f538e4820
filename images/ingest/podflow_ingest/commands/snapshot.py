"""`ingest snapshot`: several tables of one database as they are at one moment."""

from typing import Annotated

import typer

from podflow_ingest import deliveries, objects
from podflow_ingest.commands.arguments import DateOption
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.postgres.extract import extract_tables
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO
from podflow_task.log import event

DatasetsArgument = Annotated[
    list[str], typer.Argument(metavar="DATASET...", help="Declarations as JSON, all of tables of one connection.")
]
WholeOption = Annotated[bool, typer.Option("--whole", help="Read all rows, of deltas too.")]


def snapshot(
    context: typer.Context, datasets: DatasetsArgument, date: DateOption, *, whole: WholeOption = False
) -> None:
    """Bring tables of one Postgres database to landing, all as they are at one moment.

    The result's chunks are named <dataset>/<chunk>, for `load` of that dataset and chunk.
    """
    settings = context.ensure_object(Settings)
    declared = [parse_dataset(each) for each in datasets]
    outcomes = extract_tables(declared, date.date(), settings, whole=whole)
    root = objects.open_root(settings.landing())
    for dataset, each in zip(declared, outcomes, strict=True):
        deliveries.write(root, dataset, each["chunks"])
        event("extracted", dataset=each["dataset"], rows=each["rows"], bytes=each["bytes"], chunks=len(each["chunks"]))
    chunks = [f"{each['dataset'].partition('.')[2]}/{chunk}" for each in outcomes for chunk in each["chunks"]]
    total = {"rows": sum(each["rows"] for each in outcomes), "bytes": sum(each["bytes"] for each in outcomes)}
    result.write(settings.result_file, result.encode({"tables": len(outcomes), **total, "chunks": chunks}))
    if not chunks:
        raise typer.Exit(NOTHING_TO_DO)
