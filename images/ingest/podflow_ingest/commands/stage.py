"""`ingest stage`: from raw, nested records to typed columns."""

import typer

from podflow_ingest.commands.arguments import DatasetArgument, DateOption
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.errors import DeclarationError


def stage(context: typer.Context, dataset: DatasetArgument, date: DateOption) -> None:  # noqa: ARG001
    """Turn what extract landed into typed columns, in chunks."""
    raise DeclarationError(f"{parse_dataset(dataset).full_name}: cannot be staged yet")
