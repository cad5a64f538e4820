"""`ingest load`: from landing to bronze."""

import time
from dataclasses import asdict

import typer

from podflow_ingest import landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load as load_chunk
from podflow_ingest.commands.arguments import ChunkArgument, DatasetArgument
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.log import event


def load(context: typer.Context, dataset: DatasetArgument, chunk: ChunkArgument) -> None:
    """Load one chunk from landing into bronze, in one transaction."""
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    started = time.monotonic()
    root = objects.open_root(settings.landing())
    landed = landing.find_chunk(root, landing.chunk_path(declared, chunk))
    with connect(settings) as connection:
        counts = load_chunk(connection, declared, landed, settings)
    seconds = round(time.monotonic() - started, 3)
    counted = {**asdict(counts), "seconds": seconds}
    event("loaded", dataset=declared.full_name, chunk=chunk, **counted)
    result.write(settings.result_file, result.encode({"dataset": declared.full_name, "chunk": chunk, **counted}))
