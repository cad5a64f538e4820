"""The command `podflow-dbt` on a warehouse whose bronze the tests fill."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import parse_dataset
from tests.integration.dbt.builds import ROOT, Builds, Finished, Warehouse, pod_environment

SMALL_FILE = """\
transaction_id,customer_id,customer_segment,base_currency,quote_currency,side,base_amount,rate,fee,channel,status,\
executed_at,updated_at,comment
FX-1,C-1,retail,EUR,USD,buy,100.00,1.10000,1.00,web,settled,2026-10-01T10:00:00Z,2026-10-01T10:01:00Z,
FX-2,C-1,retail,eur,usd,sell,300.00,1.20000,2.50,web,settled,2026-10-01T23:30:00-02:00,2026-10-03T10:00:00Z,
FX-3,C-2, corporate,USD,JPY,sell,10.01,149.279,3,api  ,settled,2026-10-01T11:00:00Z,2026-10-01T11:00:00Z,"a, ""b""\nc"
FX-4,C-2,corporate,EUR,USD,buy,50.00,1.15000,0.50,api,pending,2026-10-01T12:00:00Z,2026-10-01T12:00:00Z,
FX-5,C-3,institutional,GBP,USD,buy,9000.00,1.34000,5.00,api,cancelled,2026-10-01T12:00:00Z,2026-10-01T12:30:00Z,
"""


@dataclass(frozen=True)
class Desk(Builds):
    """A warehouse with the desk's bronze table."""

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

    def build(self, *options: str, project: Path | None = None, **environment: str) -> Finished:
        """Build forex."""
        return self.run("build", "--select", "forex", *options, project=project, **environment)


@pytest.fixture
def desk(warehouse: Warehouse, tmp_path: Path) -> Iterator[Desk]:
    """A warehouse with the small file in bronze."""
    catalogue = yaml.safe_load((ROOT / "dags" / "catalog" / "forex.yml").read_text())
    declared = catalogue["datasets"]["customer_transactions"]
    parts = {"source": "forex", "connection": catalogue["connection"], "name": "customer_transactions"}
    with warehouse.connect("ingest") as ingest, warehouse.connect("dbt") as dbt:
        ensure_tables(ingest, parse_dataset(json.dumps({**parts, **declared})))
        desk = Desk(ingest, dbt, pod_environment(warehouse), tmp_path)
        desk.load(SMALL_FILE)
        yield desk
