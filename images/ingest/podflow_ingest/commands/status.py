"""`ingest status`: what the ledger says."""

import typer

from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.commands.arguments import LimitOption
from podflow_ingest.commands.rows import DatasetOption, print_rows
from podflow_ingest.settings import Settings


def status(context: typer.Context, dataset: DatasetOption = "", limit: LimitOption = 20) -> None:
    """List the last loads, the newest first: where each one's rows went."""
    with connect(context.ensure_object(Settings)) as connection:
        print_rows(listings.loads(connection, limit, dataset))
