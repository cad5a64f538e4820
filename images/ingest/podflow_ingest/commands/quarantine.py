"""`ingest quarantine`: rows that bronze could not take."""

import typer

from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.commands.arguments import LimitOption
from podflow_ingest.commands.rows import print_rows
from podflow_ingest.settings import Settings

application = typer.Typer(help="Rows that bronze could not take.", no_args_is_help=True)


@application.command("list")
def list_rows(context: typer.Context, limit: LimitOption = 20) -> None:
    """List them, the newest first: line, reason, and the row as it came."""
    with connect(context.ensure_object(Settings)) as connection:
        print_rows(listings.quarantined(connection, limit))
