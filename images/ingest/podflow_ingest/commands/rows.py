"""Rows that a command prints: one JSON object a line."""

import json
from collections.abc import Iterable, Mapping

import typer


def print_rows(rows: Iterable[Mapping[str, object]]) -> None:
    """Print each row as JSON."""
    for row in rows:
        typer.echo(json.dumps(row, default=str, ensure_ascii=False))
