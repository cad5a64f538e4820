"""What is loaded: the forex desk's customer transactions as dags/catalog declares them."""

import json
from pathlib import Path
from typing import Any

import yaml

_CATALOGUE = Path(__file__).parents[2] / "dags" / "catalog" / "forex.yml"
NAME = "customer_transactions"
TABLE = f"bronze_forex.{NAME}"
"""Where podflow loads it."""


def _body() -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load(_CATALOGUE.read_text())["datasets"][NAME]
    return body


def columns() -> list[dict[str, Any]]:
    """Return the columns, each with name and type."""
    found: list[dict[str, Any]] = _body()["columns"]
    return found


def names() -> list[str]:
    """Return the names of the columns in the file's order."""
    return [column["name"] for column in columns()]


def key() -> list[str]:
    """Return the columns that identify a row."""
    found: list[str] = _body()["key"]
    return found


def declaration(connection: str, origin: dict[str, Any]) -> str:
    """Return the declaration that a pod gets, with another origin than the catalogue's."""
    return json.dumps({**_body(), "from": origin, "source": "forex", "connection": connection, "name": NAME})


def definition(table: str, *, keyed: bool = True) -> str:
    """Return the statement that makes the typed table, with the key or without."""
    parts = [f"{each['name']} {each['type']}{'' if each.get('nullable', True) else ' NOT NULL'}" for each in columns()]
    if keyed:
        parts.append(f"PRIMARY KEY ({', '.join(key())})")
    return f"CREATE TABLE {table} ({', '.join(parts)})"
