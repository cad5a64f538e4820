"""The command `ingest`: what a pod of the ingest image runs."""

import json
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from types import FrameType
from typing import Annotated, NoReturn

import typer

from podflow_ingest import landing, objects, result
from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load as load_chunk
from podflow_ingest.catalogue import parse_dataset
from podflow_ingest.errors import IngestError
from podflow_ingest.extract import extract as extract_file
from podflow_ingest.log import event
from podflow_ingest.settings import RESULT_FILE, Settings, read_settings

NOTHING_TO_DO = 99
"""Exit code that Airflow shows as a skipped task."""
TERMINATED = 128 + signal.SIGTERM

app = typer.Typer(
    help="Bring source files to landing, and landing to bronze. Exit codes: 0 done, 99 nothing to do, "
    "1 failed (the reason is the last line of the log), 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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
    """Run the command line; every expected failure ends as one line in the log and in the pod's result."""
    # As process 1 of a container, Python ignores SIGTERM unless it has a handler.
    signal.signal(signal.SIGTERM, _terminate)
    result_file = RESULT_FILE
    try:
        settings = read_settings()
        result_file = settings.result_file
        app(obj=settings)
    except IngestError as error:
        event("failed", level="error", error=str(error))
        result.write(result_file, result.encode_error(str(error)))
    sys.exit(1)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)


if __name__ == "__main__":
    main()
