"""`ingest transform`: from an API to typed columns, by one pod."""

import typer

from podflow_ingest.commands.arguments import DatasetArgument, DateOption
from podflow_ingest.commands.extract import deliver, finish
from podflow_ingest.commands.stage import stage_chunks
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.errors import DeclarationError
from podflow_ingest.settings import Settings
from podflow_task.log import event


def transform(context: typer.Context, dataset: DatasetArgument, date: DateOption) -> None:
    """Bring what an API has to landing and flatten it there: `extract` and `stage` in one pod."""
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    if not isinstance(declared.origin, HttpOrigin):
        raise DeclarationError(
            f"{declared.full_name} comes from a {declared.origin.type} and is loaded as it is extracted: "
            "use `ingest extract`"
        )
    raw = deliver(declared, date.date(), settings)
    event("extracted", dataset=raw["dataset"], rows=raw["rows"], bytes=raw["bytes"], chunks=len(raw["chunks"]))
    finish("staged", stage_chunks(declared, raw["chunks"], settings), settings)
