"""The chain's bronze: days of its API brought by ingestion itself, or made up by a test."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from podflow_dags.catalogue import declaration
from podflow_ingest import landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load
from podflow_ingest.commands.extract import extract_dataset
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from podflow_ingest.stage.stage import stage
from tests.integration.dbt.builds import ROOT, Builds

DATASETS = ("customers", "products", "fact_sales")


@contextmanager
def served() -> Iterator[str]:
    """Run the API as its pod does; yield its URL."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = f"{ROOT}/images/sources:{ROOT}/images/task:{ROOT}/producers"
    command = [sys.executable, "-m", "podflow_sources.cli", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


@dataclass(frozen=True)
class Chain(Builds):
    """A warehouse with the chain's bronze tables."""

    ingestion: Settings

    def bring(self, day: datetime.date, datasets: Sequence[str] = DATASETS) -> None:
        """Bring a day to bronze as the pods of retail__daily do."""
        root = objects.open_root(self.ingestion.landing())
        for name in datasets:
            dataset = parse_dataset(declaration("retail", name))
            for raw in extract_dataset(dataset, day, self.ingestion)["chunks"]:
                staged, _ = stage(dataset, raw, root)
                landed = landing.find_chunk(root, landing.chunk_path(dataset, staged))
                with connect(self.ingestion) as connection:
                    load(connection, dataset, landed, self.ingestion)

    def build(self, select: str = "retail", *options: str) -> dict[str, int]:
        """Build and return the rows that it wrote to each model."""
        finished = self.run("build", "--select", select, "--target", "pro", *options)
        assert finished.code == 0, finished.result
        assert finished.result["warned"] == 0
        written: dict[str, int] = finished.result["rows_affected"]
        return written

    def build_by_layer(self) -> None:
        """Build as retail_star does."""
        for layer in ("bronze", "silver", "gold"):
            self.build(f"retail.{layer}")

    def snapshot(self, day: datetime.date, customers: Mapping[int, str]) -> None:
        """Make a day's snapshot in bronze this one: of each customer, the city."""
        with self.ingest.transaction(), self.ingest.cursor() as cursor:
            cursor.execute("DELETE FROM bronze_retail.customers WHERE snapshot_date = %s", (day,))
            cursor.executemany(
                "INSERT INTO bronze_retail.customers"
                " (snapshot_date, customer_id, first_name, last_name, city, load_timestamp, _load_id)"
                " VALUES (%s, %s, 'Ada', 'Aydin', %s, clock_timestamp(), 1)",
                [(day, number, city) for number, city in customers.items()],
            )
