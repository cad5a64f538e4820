"""`ingest extract`: from a source to landing."""

import datetime
from importlib import import_module

import typer

from podflow_ingest import deliveries, objects
from podflow_ingest.commands.arguments import DatasetArgument, DateOption
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.declaration.postgres_origin import PostgresOrigin
from podflow_ingest.errors import DeclarationError
from podflow_ingest.extracted import Extracted
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO
from podflow_task.log import event

_FROM = {
    FileOrigin: "podflow_ingest.files.extract",
    HttpOrigin: "podflow_ingest.http.extract",
    PostgresOrigin: "podflow_ingest.postgres.extract",
}
"""The module that extracts from such an origin. The others' clients would take as long to import as all the rest."""


def extract(context: typer.Context, dataset: DatasetArgument, date: DateOption) -> None:
    """Bring what a dataset's source has to landing, in chunks."""
    settings = context.ensure_object(Settings)
    finish("extracted", deliver(parse_dataset(dataset), date.date(), settings), settings)


def deliver(dataset: Dataset, date: datetime.date, settings: Settings) -> Extracted:
    """Extract, and record that all of it is in landing."""
    outcome = extract_dataset(dataset, date, settings)
    deliveries.write(objects.open_root(settings.landing()), dataset, outcome["chunks"])
    return outcome


def extract_dataset(dataset: Dataset, date: datetime.date, settings: Settings) -> Extracted:
    """Extract from whatever the dataset comes from."""
    if type(dataset.origin) not in _FROM:
        raise DeclarationError(f"{dataset.full_name} comes from a topic, which is not extracted: use `ingest drain`")
    outcome: Extracted = import_module(_FROM[type(dataset.origin)]).extract(dataset, dataset.origin, date, settings)
    return outcome


def finish(done: str, outcome: Extracted, settings: Settings) -> None:
    """Log what was done, leave the pod's result, and end as skipped if there is nothing for the next step."""
    chunks = len(outcome["chunks"])
    event(done, dataset=outcome["dataset"], rows=outcome["rows"], bytes=outcome["bytes"], chunks=chunks)
    result.write(settings.result_file, result.encode(outcome))
    if not outcome["chunks"]:
        raise typer.Exit(NOTHING_TO_DO)
