"""Rows that a command prints: a table on a terminal, one JSON object a line everywhere else."""

import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

DatasetOption = Annotated[str, typer.Option(metavar="SOURCE.NAME", help="Only of this dataset.")]


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows that have the same members."""
    if sys.stdout.isatty():
        Console().print(table(rows) if rows else "nothing")
        return
    for row in rows:
        typer.echo(json.dumps(row, default=str, ensure_ascii=False))


def table(rows: Sequence[Mapping[str, object]]) -> Table:
    """Return the rows as a table for people."""
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for name, value in rows[0].items():
        drawn.add_column(name, justify="right" if isinstance(value, int | float) else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*map(_cell, row.values()))
    return drawn


def _cell(value: object) -> Text:
    if isinstance(value, datetime.datetime):
        return Text(value.isoformat(" ", "seconds"))
    return Text(f"{value:,}" if isinstance(value, int) else str(value))
