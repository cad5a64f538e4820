"""`ingest stage`: from raw pages of nested records to typed columns."""

import json
from collections.abc import Iterable
from typing import Annotated

import typer

from podflow_ingest import objects
from podflow_ingest.commands.arguments import DatasetArgument
from podflow_ingest.commands.extract import finish
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.errors import DeclarationError
from podflow_ingest.extracted import Extracted
from podflow_ingest.settings import Settings
from podflow_ingest.stage.stage import stage as stage_chunk

SHOWN = 80
"""Characters of an argument that a message shows."""
ChunksArgument = Annotated[
    list[str],
    typer.Argument(metavar="CHUNK...", help="Names of raw chunks as extract returned them, or a JSON list of names."),
]


def stage(context: typer.Context, dataset: DatasetArgument, chunks: ChunksArgument) -> None:
    """Flatten raw chunks into typed columns, one staged chunk for each; bad records are set aside for quarantine."""
    settings = context.ensure_object(Settings)
    finish("staged", stage_chunks(parse_dataset(dataset), names(chunks), settings), settings)


def stage_chunks(dataset: Dataset, chunks: Iterable[str], settings: Settings) -> Extracted:
    """Stage raw chunks; return the names of the staged ones."""
    root = objects.open_root(settings.landing())
    outcome: Extracted = {"dataset": dataset.full_name, "rows": 0, "bytes": 0, "chunks": []}
    for chunk in chunks:
        name, manifest = stage_chunk(dataset, chunk, root)
        outcome["rows"] += manifest.rows
        outcome["bytes"] += manifest.bytes
        outcome["chunks"].append(name)
    return outcome


def names(arguments: Iterable[str]) -> list[str]:
    """Return the chunks that the arguments name; a list is what a DAG's template makes of extract's result.

    Raises:
        DeclarationError: a list is no JSON list of texts.
    """
    found: list[str] = []
    for argument in arguments:
        found += _listed(argument) if argument.startswith("[") else [argument]
    return found


def _listed(argument: str) -> list[str]:
    try:
        listed = json.loads(argument)
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise DeclarationError(f"{argument[:SHOWN]!r} is no JSON list of chunks: `tojson` makes one in a template")
    return listed
