"""A pipeline on real servers: a source folder, landing, and a warehouse."""

import copy
import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import obstore
import psycopg
import pytest

from podflow_ingest import landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.load import load
from podflow_ingest.commands.extract import extract_dataset
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.extracted import Extracted
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings

DAY = datetime.date(2026, 11, 20)


class Bucket(Protocol):
    url: str
    environment: dict[str, str]


class Warehouse(Protocol):
    def environment(self, role: str = "ingest") -> dict[str, str]: ...
    def connect(self, role: str = "ingest") -> psycopg.Connection: ...


@dataclass(frozen=True)
class Pipeline:
    """What the two tasks of a run do, one call each."""

    dataset: Dataset
    source: Root
    root: Root
    settings: Settings
    reader: psycopg.Connection

    def deliver(self, content: bytes) -> None:
        assert isinstance(self.dataset.origin, FileOrigin)
        obstore.put(self.source.store, self.dataset.origin.location, content)

    def extract(self, day: datetime.date = DAY) -> Extracted:
        return extract_dataset(self.dataset, day, self.settings)

    def load(self, chunk: str) -> Counts:
        landed = landing.find_chunk(self.root, landing.chunk_path(self.dataset, chunk))
        with connect(self.settings) as connection:
            return load(connection, self.dataset, landed, self.settings)

    def run(self, content: bytes) -> Counts:
        """Deliver, extract, and load every chunk; return the sum of their counts."""
        self.deliver(content)
        counts = [self.load(chunk) for chunk in self.extract()["chunks"]]
        names = Counts.__dataclass_fields__
        return Counts(**{name: sum(getattr(each, name) for each in counts) for name in names})

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.reader.execute(statement).fetchall()


@pytest.fixture
def settings(bucket: Bucket, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A task pod's settings, from its environment, which this process gets too."""
    variables = {
        **bucket.environment,
        **warehouse.environment(),
        "LANDING_URL": f"{bucket.url}/landing",
        "CONNECTIONS__FILES": f"{bucket.url}/source",
        "PODFLOW_DAG_ID": "forex__customer_transactions__hourly",
        "PODFLOW_RUN_ID": "manual__2026-11-20",
        "PODFLOW_TASK_ID": "load",
        "PODFLOW_MAP_INDEX": "3",
        "PODFLOW_TRY_NUMBER": "2",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.read()


@pytest.fixture
def pipeline_of(settings: Settings, warehouse: Warehouse) -> Iterator[Callable[[dict[str, Any]], Pipeline]]:
    """Return a function that makes a pipeline for a dataset's declaration."""
    with warehouse.connect("reader") as reader:

        def make(declaration: dict[str, Any]) -> Pipeline:
            dataset = parse_dataset(json.dumps(declaration))
            source = objects.open_root(settings.connection("files"))
            return Pipeline(dataset, source, objects.open_root(settings.landing()), settings, reader)

        yield make


ITEMS: dict[str, Any] = {
    "source": "shop",
    "connection": "files",
    "name": "items",
    "description": "A few columns of several types",
    "from": {"type": "file", "location": "items.csv", "format": {"type": "csv"}, "chunk_rows": 1000},
    "mode": "upsert",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "code", "type": "char(3)"},
        {"name": "price", "type": "numeric(8,2)", "nullable": False},
        {"name": "sold_at", "type": "timestamptz"},
        {"name": "note", "type": "text"},
    ],
}


@pytest.fixture
def items_declaration() -> dict[str, Any]:
    """The declaration of a small dataset; tests may change it."""
    return copy.deepcopy(ITEMS)


@pytest.fixture
def items(pipeline_of: Callable[[dict[str, Any]], Pipeline]) -> Pipeline:
    """The pipeline of a small dataset `shop.items`."""
    return pipeline_of(ITEMS)
