"""`ingest quarantine`: rows that bronze could not take."""

from dataclasses import asdict
from typing import Annotated

import typer

from podflow_ingest import objects
from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.repaired import parse
from podflow_ingest.bronze.resubmit import resubmit
from podflow_ingest.commands.arguments import DatasetArgument, LimitOption
from podflow_ingest.commands.rows import DatasetOption, print_rows
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.kafka.resubmit import resubmit as resubmit_messages
from podflow_ingest.settings import Settings
from podflow_task import result
from podflow_task.command import NOTHING_TO_DO
from podflow_task.log import event

quarantine = typer.Typer(help="Rows that bronze could not take.", no_args_is_help=True)

RowsArgument = Annotated[
    typer.FileText,
    typer.Argument(metavar="ROWS", help="JSON lines as `list` prints them, `raw` corrected; - is standard input."),
]


@quarantine.command("list")
def list_rows(context: typer.Context, dataset: DatasetOption = "", limit: LimitOption = 20) -> None:
    """List them, the newest first: line, reason, and the row as it came."""
    with connect(context.ensure_object(Settings)) as connection:
        print_rows(listings.quarantined(connection, limit, dataset))


@quarantine.command("resubmit")
def resubmit_rows(context: typer.Context, dataset: DatasetArgument, rows: RowsArgument) -> None:
    """Load repaired rows: `list` them into a file, correct each `raw`, delete the lines that shall stay, give it back.

    Rows that a corrected declaration accepts as they are need none of this: `ingest replay` loads them.
    """
    settings = context.ensure_object(Settings)
    declared = parse_dataset(dataset)
    repaired = parse(rows)
    if not repaired:
        raise typer.Exit(NOTHING_TO_DO)
    with connect(settings) as connection:
        if isinstance(declared.origin, KafkaOrigin):
            counts = resubmit_messages(connection, declared, repaired, settings)
        else:
            root = objects.open_root(settings.landing())
            counts = resubmit(connection, declared, repaired, root, settings)
    outcome = {"dataset": declared.full_name, **asdict(counts)}
    event("resubmitted", **outcome)
    result.write(settings.result_file, result.encode(outcome))
