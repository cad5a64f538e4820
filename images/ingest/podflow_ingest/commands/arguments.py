"""Arguments and options that several commands take."""

import datetime
from typing import Annotated

import typer

DatasetArgument = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="The dataset's declaration as JSON: source, connection, name, and what dags/catalog says of it.",
    ),
]
ChunkArgument = Annotated[
    str, typer.Argument(metavar="CHUNK", help="A chunk's name as extract (or stage) returned it.")
]
DateOption = Annotated[datetime.datetime, typer.Option(formats=["%Y-%m-%d"], help="Partition of landing to write to.")]
LimitOption = Annotated[int, typer.Option(min=1, help="Lines at most.")]
