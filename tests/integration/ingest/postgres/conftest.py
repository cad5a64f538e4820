"""A source database on a real server, and pipelines from its tables to bronze."""

import copy
import csv
import io
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
import pytest

from podflow_ingest import landing
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.extracted import Extracted
from podflow_ingest.postgres.extract import extract_tables
from tests.integration.ingest.conftest import DAY, Pipeline

PASSWORD = secrets.token_hex(12)


class Server(Protocol):
    port: int

    def execute(self, *command: str, text: str | None = None) -> str: ...


@dataclass(frozen=True)
class Source:
    """A database of the test's own. Its role `name` owns it, `<name>_reader` may only connect."""

    name: str
    port: int
    owner: psycopg.Connection = field(repr=False)

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as the owner; return its rows."""
        cursor = self.owner.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def connect(self) -> psycopg.Connection:
        """Open another connection of the owner."""
        return psycopg.connect(self.url(), autocommit=True)

    def url(self, role: str = "", password: str = PASSWORD) -> str:
        """Return the URL with which a role logs in, the owner by default."""
        return f"postgresql://{role or self.name}:{password}@127.0.0.1:{self.port}/{self.name}"


@pytest.fixture
def source(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """An empty source database, and the connection `shop_db` to it in the environment."""
    name = f"shop_{secrets.token_hex(4)}"
    psql = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--username=postgres"]
    made = f"""
        CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}';
        CREATE ROLE {name}_reader LOGIN PASSWORD '{PASSWORD}';
        CREATE DATABASE {name} OWNER {name};
    """
    postgres_server.execute(*psql, text=made)
    url = f"postgresql://{name}:{PASSWORD}@127.0.0.1:{postgres_server.port}/{name}"
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", url)
    with psycopg.connect(url, autocommit=True) as owner:
        yield Source(name, postgres_server.port, owner)
    gone = f"DROP DATABASE {name} WITH (FORCE); DROP ROLE {name}; DROP ROLE {name}_reader;"
    for statement in gone.split(";")[:-1]:
        postgres_server.execute(*psql, "--command", statement)


ORDERS: dict[str, Any] = {
    "source": "shop",
    "connection": "shop_db",
    "name": "orders",
    "description": "An order as the shop last knew it",
    "from": {"type": "postgres", "table": "public.orders"},
    "mode": "upsert",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "bigint", "nullable": False},
        {"name": "note", "type": "text"},
        {"name": "changed_at", "type": "timestamptz"},
    ],
}
ORDERS_TABLE = """
CREATE TABLE orders (id bigint PRIMARY KEY, note text, changed_at timestamptz);
INSERT INTO orders SELECT n, 'order ' || n, '2026-11-20 00:00Z'::timestamptz + n * interval '1 s'
FROM generate_series(1, {rows}) n
"""


@dataclass(frozen=True)
class Table:
    """The pipeline of one table of the source."""

    pipeline: Pipeline

    def extract(self, *, whole: bool = False) -> Extracted:
        """Extract the table."""
        return extract_tables([self.pipeline.dataset], DAY, self.pipeline.settings, whole=whole)[0]

    def load(self, extracted: Extracted) -> Counts:
        """Load all chunks; return the sum of their counts."""
        counts = [self.pipeline.load(chunk) for chunk in extracted["chunks"]]
        return Counts(**{name: sum(getattr(each, name) for each in counts) for name in Counts.__dataclass_fields__})

    def run(self) -> Counts:
        """Extract and load."""
        return self.load(self.extract())

    def landed(self, extracted: Extracted) -> list[dict[str, str]]:
        """Return the rows of all chunks as they are in landing."""
        return [row for chunk in extracted["chunks"] for row in self.rows(chunk)]

    def rows(self, chunk: str) -> list[dict[str, str]]:
        """Return the rows of one chunk, as many as its manifest says."""
        found = landing.find_chunk(self.pipeline.root, landing.chunk_path(self.pipeline.dataset, chunk))
        rows = list(csv.DictReader(io.StringIO(b"".join(found.stream()).decode(), newline="")))
        assert len(rows) == found.manifest.rows
        return rows


@pytest.fixture
def table_of(source: Source, pipeline_of: Callable[[dict[str, Any]], Pipeline]) -> Callable[..., Table]:  # noqa: ARG001
    """Return a function that makes the pipeline of a table: `orders`, with changes to its declaration."""

    def make(origin: dict[str, Any] | None = None, **changes: Any) -> Table:
        declaration = {**copy.deepcopy(ORDERS), **changes}
        declaration["from"] |= origin or {}
        return Table(pipeline_of(json.loads(json.dumps(declaration))))

    return make
