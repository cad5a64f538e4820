"""One small dataset, whose chunks a test puts into landing as it wants them, and loads one by one."""

import datetime
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Protocol

import psycopg

from podflow_ingest import deliveries, landing
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.load import load
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.deliveries import Delivery
from podflow_ingest.landing import Manifest
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings

HEADER = b"id,version,price,note\n"
DAY = "2026-11-20"


class Warehouse(Protocol):
    def connect(self, role: str = "ingest") -> psycopg.Connection: ...


@dataclass(frozen=True)
class Prices:
    """The dataset `shop.prices`: what lands, what a load does, and what readers see."""

    dataset: Dataset
    root: Root
    settings: Settings
    reader: psycopg.Connection
    warehouse: Warehouse

    def declared(self, **changes: Any) -> "Prices":
        """Return the same with another declaration; None takes a member out of it."""
        declaration = {**self.dataset.model_dump(mode="json"), **changes}
        kept = {name: value for name, value in declaration.items() if value is not None}
        return replace(self, dataset=parse_dataset(json.dumps(kept)))

    def land(self, content: bytes, day: str = DAY, header: bytes = HEADER, number: int = 1) -> str:
        """Put a chunk into landing; return its name."""
        data = header + content
        rows = content.count(b"\n")
        digest = hashlib.sha256(data).hexdigest()
        name = f"dt={day}/prices-{digest[:12]}-{number:04d}.csv"
        path = landing.chunk_path(self.dataset, name)
        landing.write_data(self.root, path, [data])
        manifest = Manifest(bytes=len(data), rows=rows, sha256=digest, first_line=2, source="test")
        landing.write_manifest(self.root, path, manifest)
        return name

    def deliver(self, *contents: bytes, day: str = DAY) -> list[str]:
        """Put a whole delivery into landing; return its chunks' names."""
        names = [self.land(content, day, number=number) for number, content in enumerate(contents, start=1)]
        deliveries.write(self.root, self.dataset, names)
        return names

    def load(self, chunk: str, delivery: Delivery | None = None) -> Counts:
        with connect(self.settings) as connection:
            return self.load_over(connection, chunk, delivery)

    def load_over(self, connection: psycopg.Connection, chunk: str, delivery: Delivery | None = None) -> Counts:
        """Load over an open connection: property tests load often."""
        landed = landing.find_chunk(self.root, landing.chunk_path(self.dataset, chunk))
        return load(connection, self.dataset, landed, self.settings, delivery)

    def load_all(self, *contents: bytes, day: str = DAY) -> list[Counts]:
        """Deliver and load, one chunk after the other."""
        return [self.load(chunk) for chunk in self.deliver(*contents, day=day)]

    def owner(self) -> psycopg.Connection:
        """Open a connection as the tables' owner: to do what an operator does, or what another process does."""
        return self.warehouse.connect("ingest")

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.reader.execute(statement).fetchall()

    def table(self, columns: str = "id, version, price::text, note") -> list[tuple[Any, ...]]:
        return self.query(f"SELECT {columns} FROM bronze_shop.prices ORDER BY id, note")


DECLARATION: dict[str, Any] = {
    "source": "shop",
    "connection": "files",
    "name": "prices",
    "description": "A price and its versions",
    "from": {"type": "file", "location": "prices.csv", "format": {"type": "csv"}},
    "mode": "upsert",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "version", "type": "integer"},
        {"name": "price", "type": "numeric(8,2)", "nullable": False},
        {"name": "note", "type": "text"},
    ],
}


def counts(read: int, **counted: int) -> Counts:
    """Return counts, those that are not given as 0."""
    nothing = dict.fromkeys(("inserted", "updated", "unchanged", "duplicate", "rejected"), 0)
    return Counts(**{**nothing, **counted}, read=read)


def at(second: int) -> datetime.datetime:
    """Return the time of the delivery with this number."""
    return datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC) + datetime.timedelta(seconds=second)
