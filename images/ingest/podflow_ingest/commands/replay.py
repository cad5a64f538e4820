"""`ingest replay`: bronze again from landing alone."""

import typer

from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.errors import DeclarationError


def replay(context: typer.Context, dataset: DatasetArgument) -> None:  # noqa: ARG001
    """Load what landing holds, without asking the source."""
    raise DeclarationError(f"{parse_dataset(dataset).full_name}: cannot be replayed yet")
