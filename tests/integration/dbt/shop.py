"""The shop's bronze: files loaded by ingestion itself, messages as the sink writes them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import obstore

from podflow_dags.catalogue import declaration
from podflow_ingest import objects
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.kafka.table import bronze, origin
from podflow_ingest.settings import Settings
from podflow_sources.logistics.deliveries import exports
from tests.e2e.expected_star import Files
from tests.integration.dbt.builds import Builds
from tests.integration.dbt.ingestion import bring

DATASETS = ("crm_cust_info", "crm_prd_info", "crm_sales_details", "erp_cust_az12", "erp_loc_a101", "erp_px_cat_g1v2")


def exported(lines: int, seed: int = 1) -> Files:
    """Return all files of a delivery, with so many lines of sales."""
    made = [make().content() for make in exports(seed, lines).values()]
    # deliveries.FILES has the order of the datasets, but for the names of their systems.
    return Files(**dict(zip(DATASETS, made, strict=True)))


@dataclass(frozen=True)
class Shop(Builds):
    """A warehouse with the shop's bronze tables."""

    ingestion: Settings

    def deliver(self, files: Files) -> None:
        """Bring all files to bronze as the pods of bronze_layer do."""
        for name in DATASETS:
            dataset = parse_dataset(declaration("logistics", name))
            assert isinstance(dataset.origin, FileOrigin)
            source = objects.open_root(self.ingestion.connection(dataset.connection))
            obstore.put(source.store, dataset.origin.location, getattr(files, name))
            bring(dataset, self.ingestion)

    def send(self, messages: Sequence[bytes]) -> None:
        """Insert messages of orders as a drain of them does, behind those that are there."""
        dataset = parse_dataset(declaration("logistics", "orders"))
        ensure_tables(self.ingest, bronze(dataset))
        paths = [origin(dataset).path(name) for name in dataset.column_names]
        ((first,),) = self.query("SELECT count(*) FROM bronze_logistics.orders")
        columns = (*dataset.column_names, "_topic", "_generation", "_partition", "_offset", "_timestamp", "_load_id")
        rows = [
            (*(_value(json.loads(message), path) for path in paths), "orders", 1, 0, first + number, "now", 1)
            for number, message in enumerate(messages)
        ]
        statement = (
            f"INSERT INTO bronze_logistics.orders ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
        )
        with self.ingest.transaction(), self.ingest.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)

    def age_orders(self, age: str) -> None:
        """Move the arrival of all orders into the past."""
        self.ingest.execute("UPDATE bronze_logistics.orders SET load_timestamp = load_timestamp - %s::interval", (age,))

    def let_orders_have_come(self, age: str) -> None:
        """Set the arrival of all orders to a moment before now."""
        self.ingest.execute("UPDATE bronze_logistics.orders SET load_timestamp = now() - %s::interval", (age,))


def _value(message: object, path: Sequence[str]) -> object:
    for name in path:
        assert isinstance(message, dict)
        message = message[name]
    return message
