"""`ingest stage`: from raw pages of nested records to typed columns."""

from typing import Annotated

import typer

from podflow_ingest import objects
from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.commands.extract import finish
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.extracted import Extracted
from podflow_ingest.settings import Settings

ChunksArgument = Annotated[
    list[str], typer.Argument(metavar="CHUNK...", help="Names of raw chunks as extract returned them.")
]


def stage(context: typer.Context, dataset: DatasetArgument, chunks: ChunksArgument) -> None:
    """Flatten raw chunks into typed columns, one staged chunk for each; bad records are set aside for quarantine."""
    # Only this command needs pyarrow, half a second of every other command's start.
    from podflow_ingest.stage.stage import stage as stage_chunk  # noqa: PLC0415

    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    root = objects.open_root(settings.landing())
    outcome: Extracted = {"dataset": declared.full_name, "rows": 0, "bytes": 0, "chunks": []}
    for chunk in chunks:
        name, manifest = stage_chunk(declared, chunk, root)
        outcome["rows"] += manifest.rows
        outcome["bytes"] += manifest.bytes
        outcome["chunks"].append(name)
    finish("staged", outcome, settings)
