"""The command `podflow-dbt` on a warehouse whose bronze the tests fill."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
import yaml

from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import parse_dataset

ROOT = Path(__file__).parents[3]

SMALL_FILE = """\
transaction_id,customer_id,customer_segment,base_currency,quote_currency,side,base_amount,rate,fee,channel,status,\
executed_at,updated_at,comment
FX-1,C-1,retail,EUR,USD,buy,100.00,1.10000,1.00,web,settled,2026-10-01T10:00:00Z,2026-10-01T10:01:00Z,
FX-2,C-1,retail,eur,usd,sell,300.00,1.20000,2.50,web,settled,2026-10-01T23:30:00-02:00,2026-10-03T10:00:00Z,
FX-3,C-2, corporate,USD,JPY,sell,10.01,149.279,3,api  ,settled,2026-10-01T11:00:00Z,2026-10-01T11:00:00Z,"a, ""b""\nc"
FX-4,C-2,corporate,EUR,USD,buy,50.00,1.15000,0.50,api,pending,2026-10-01T12:00:00Z,2026-10-01T12:00:00Z,
FX-5,C-3,institutional,GBP,USD,buy,9000.00,1.34000,5.00,api,cancelled,2026-10-01T12:00:00Z,2026-10-01T12:30:00Z,
"""


class Warehouse(Protocol):
    def connect(self, role: str = "ingest") -> psycopg.Connection: ...
    def environment(self, role: str = "ingest") -> dict[str, str]: ...


@dataclass(frozen=True)
class Finished:
    """What a pod leaves: exit code, result, log events."""

    code: int
    result: dict[str, Any]
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class Desk:
    """A warehouse's bronze table, and the command that builds on it."""

    ingest: psycopg.Connection
    dbt: psycopg.Connection
    environment: dict[str, str]
    folder: Path

    def load(self, file: str) -> None:
        """Insert the rows of a CSV file into bronze as `ingest load` stamps them."""
        rows = list(csv.DictReader(io.StringIO(file, newline="")))
        columns = ", ".join(rows[0])
        places = ", ".join(["%s"] * len(rows[0]))
        statement = (
            f"INSERT INTO bronze_forex.customer_transactions ({columns}, load_timestamp, _load_id)"
            f" VALUES ({places}, now(), 1)"
        )
        with self.ingest.transaction(), self.ingest.cursor() as cursor:
            cursor.executemany(statement.encode(), [[value or None for value in row.values()] for row in rows])

    def change(self, assignments: str, condition: str) -> None:
        """Change bronze rows as a later delivery does."""
        statement = (
            f"UPDATE bronze_forex.customer_transactions SET {assignments}, load_timestamp = now() WHERE {condition}"
        )
        self.ingest.execute(statement.encode())

    def build(self, *options: str, project: Path = ROOT / "dbt", **environment: str) -> Finished:
        """Run the command as a pod does: settings from the environment, result in a file."""
        result = self.folder / "termination-log"
        result.write_text("")
        variables = {**self.environment, **environment}
        variables |= {"PODFLOW_RESULT_FILE": str(result), "PODFLOW_DBT_PROJECT": str(project)}
        command = [sys.executable, "-m", "podflow_dbt.cli", "build", "--select", "forex", *options]
        run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert not run.stderr, run.stderr
        events = [json.loads(line) for line in run.stdout.splitlines()]
        return Finished(run.returncode, json.loads(result.read_text() or "{}"), events)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as role dbt."""
        return self.dbt.execute(statement.encode()).fetchall()

    def relations(self, prefix: str) -> set[str]:
        """Return all tables and views in schemas whose name begins so."""
        found = self.query(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            f" WHERE table_schema LIKE '{prefix}%'"
        )
        return {name for (name,) in found}


@pytest.fixture
def desk(warehouse: Warehouse, tmp_path: Path) -> Iterator[Desk]:
    """A warehouse with the small file in bronze."""
    catalogue = yaml.safe_load((ROOT / "dags" / "catalog" / "forex.yml").read_text())
    declared = catalogue["datasets"]["customer_transactions"]
    parts = {"source": "forex", "connection": catalogue["connection"], "name": "customer_transactions"}
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}/images/dbt:{ROOT}/images/task",
        "PYTHONDONTWRITEBYTECODE": "1",
        **warehouse.environment("dbt"),
    }
    with warehouse.connect("ingest") as ingest, warehouse.connect("dbt") as dbt:
        ensure_tables(ingest, parse_dataset(json.dumps({**parts, **declared})))
        desk = Desk(ingest, dbt, environment, tmp_path)
        desk.load(SMALL_FILE)
        yield desk
