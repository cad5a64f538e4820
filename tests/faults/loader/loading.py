"""One dataset on real servers: yesterday is loaded, today's last chunk is yet to come."""

import datetime
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from podflow_ingest import deliveries, landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.landing import Manifest
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings
from tests.faults.loader import prices
from tests.faults.loader.pod import Ended, Pod, ingest
from tests.faults.patience import until
from tests.servers import Warehouse

_FINGERPRINTS = {
    "table": "SELECT count(*), md5(string_agg(concat(xmin, ctid, t), ',' ORDER BY ctid)) FROM bronze_shop.prices t",
    "quarantine": "SELECT count(*), md5(string_agg(concat(xmin, ctid, t), ',' ORDER BY ctid)) FROM ops.quarantine t",
    "deliveries": "SELECT count(*), md5(string_agg(concat(xmin, ctid, t), ',' ORDER BY ctid)) FROM ops.delivery t",
}
_SECONDS = 60


@dataclass(frozen=True)
class Loading:
    """What lands, what is loaded, and what is in the warehouse then."""

    mode: str
    dataset: Dataset
    root: Root
    warehouse: Warehouse
    pods: list[Pod] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    """Names in landing of all chunks so far; the last one is the struck one."""

    @classmethod
    def of(cls, mode: str, warehouse: Warehouse) -> "Loading":
        dataset = parse_dataset(json.dumps(prices.declaration(mode)))
        return cls(mode, dataset, objects.open_root(Settings.read().landing()), warehouse)

    def prepare(self) -> None:
        """Load all of yesterday, and of today what comes before the struck chunk."""
        self.deliver(*prices.YESTERDAY)
        self.deliver(*prices.TODAY)
        for chunk in self.chunks[:-1]:
            self.load(chunk)

    def deliver(self, *chunks: prices.Chunk) -> None:
        """Bring a delivery to landing."""
        names = [self._land(number, chunk) for number, chunk in enumerate(chunks, start=1)]
        deliveries.write(self.root, self.dataset, names)
        self.chunks.extend(names)

    def _land(self, number: int, chunk: prices.Chunk) -> str:
        data = prices.HEADER + b"".join(line.text() for line in chunk)
        digest = hashlib.sha256(data).hexdigest()
        name = f"dt={datetime.date(2026, 11, 20)}/prices-{digest[:12]}-{number:04d}.csv"
        path = landing.chunk_path(self.dataset, name)
        landing.write_data(self.root, path, [data])
        manifest = Manifest(bytes=len(data), rows=len(chunk), sha256=digest, first_line=2, source="test")
        landing.write_manifest(self.root, path, manifest)
        return name

    def load(self, chunk: str) -> dict[str, int]:
        """Load a chunk in this process; return its counts."""
        landed = landing.find_chunk(self.root, landing.chunk_path(self.dataset, chunk))
        settings = Settings.read()
        with connect(settings) as connection:
            return asdict(load(connection, self.dataset, landed, settings))

    def arguments(self, chunk: str = "") -> list[str]:
        """Return the command line that loads a chunk, by default the struck one."""
        return ["load", self.dataset.model_dump_json(), chunk or self.chunks[-1]]

    def start(self, chunk: str = "", /, **environment: object) -> Pod:
        """Begin to load a chunk, by default the struck one."""
        pod = ingest(*self.arguments(chunk), **environment)
        self.pods.append(pod)
        return pod

    def run(self, **environment: object) -> Ended:
        """Load the struck chunk."""
        return self.start(**environment).end()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse as the tables' owner, over a connection that no fault has touched."""
        with self.warehouse.connect("ingest") as connection:
            return connection.execute(statement).fetchall()

    def empty_warehouse(self) -> None:
        """Leave no table, as before the first load."""
        with self.warehouse.connect("ingest") as connection:
            connection.execute("SET client_min_messages = warning; DROP SCHEMA bronze_shop, ops CASCADE")

    def wait_for(self, condition: str) -> None:
        """Wait until the warehouse says that it is so."""
        until(lambda: self.query(f"SELECT {condition}") == [(True,)], _SECONDS, condition)

    def table(self) -> Counter[tuple[int, int, bool]]:
        """Return the rows of the table as prices.table does."""
        deleted = "_deleted_at IS NOT NULL" if self.mode == "full" else "false"
        return Counter(self.query(f"SELECT id, price::integer, {deleted} FROM bronze_shop.prices"))

    def written(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return fingerprints of all that a load writes beside the ledger; writing a row anew changes them."""
        return {name: self.query(statement) for name, statement in _FINGERPRINTS.items()}

    def ledger(self) -> list[tuple[Any, ...]]:
        """Return the ledger's rows of all loads."""
        return self.query("SELECT * FROM ops.load ORDER BY load_id")


def gone(loading: Loading) -> None:
    """Wait until the server has no session of a pod of ours any more."""
    mine = "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'podflow ingest%'"
    loading.wait_for(f"NOT EXISTS (SELECT {mine})")
