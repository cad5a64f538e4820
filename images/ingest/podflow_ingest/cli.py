"""The command `ingest`: what a pod of the ingest image runs."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, NoReturn

import typer

from podflow_ingest import landing, objects
from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load as load_chunk
from podflow_ingest.catalogue import parse_dataset
from podflow_ingest.extract import extract as extract_file
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO, command_line, run_command_line
from podflow_task.log import event

app = command_line("Bring source files to landing, and landing to bronze.")

DatasetArgument = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="The dataset's declaration as JSON: source, connection, name, and what dags/catalog says of it.",
    ),
]


@app.command()
def extract(
    context: typer.Context,
    dataset: DatasetArgument,
    date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Partition of landing to write to.")],
) -> None:
    """Divide the dataset's source file into chunks in landing."""
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    source_root = objects.open_root(settings.connection(declared.connection))
    source = objects.find_source(source_root, declared.location)
    outcome = extract_file(declared, date.date(), source, objects.open_root(settings.landing()))
    event("extracted", dataset=outcome["dataset"], rows=outcome["rows"], chunks=len(outcome["chunks"]))
    result.write(settings.result_file, result.encode(outcome))
    if not outcome["chunks"]:
        raise typer.Exit(NOTHING_TO_DO)


@app.command()
def load(
    context: typer.Context,
    dataset: DatasetArgument,
    chunk: Annotated[str, typer.Argument(metavar="CHUNK", help="A chunk's name as extract returned it.")],
) -> None:
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


Limit = Annotated[int, typer.Option(min=1, help="Lines at most.")]


@app.command()
def status(context: typer.Context, limit: Limit = 20) -> None:
    """List the last loads, the newest first: where each one's rows went."""
    with connect(context.ensure_object(Settings)) as connection:
        _print(listings.loads(connection, limit))


@app.command()
def quarantine(context: typer.Context, limit: Limit = 20) -> None:
    """List rows that bronze could not take, the newest first: line, reason, and the row as it came."""
    with connect(context.ensure_object(Settings)) as connection:
        _print(listings.quarantined(connection, limit))


def _print(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        typer.echo(json.dumps(row, default=str, ensure_ascii=False))


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


if __name__ == "__main__":
    main()
