"""A dataset of an API, a landing folder, and the extract step between them."""

import copy
import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest import objects
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.extracted import Extracted
from podflow_ingest.http.client import Connection, Patience, open_api
from podflow_ingest.http.extract import extract_from
from podflow_ingest.http.sequence import pages
from podflow_ingest.objects import Root
from tests.unit.ingest.http.api_server import Answer, ApiServer, Request, serving

DAY = datetime.date(2026, 11, 20)
LAUNCHES: dict[str, Any] = {
    "source": "space",
    "connection": "space_api",
    "name": "launches",
    "description": "One start of a rocket",
    "from": {"type": "http", "path": "/v4/launches", "records": "docs"},
    "mode": "upsert",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "name", "type": "text"},
        {"name": "updated_at", "type": "timestamptz"},
    ],
}


def launch(number: int, **more: Any) -> dict[str, Any]:
    """Return a record as the API has it."""
    return {"id": number, "name": f"launch {number}", **more}


def docs(*records: dict[str, Any], **more: Any) -> Answer:
    """Return a page."""
    return Answer(json.dumps({"docs": records, **more}).encode())


@dataclass
class Source:
    """An API, the dataset that is read from it, and landing."""

    server: ApiServer
    root: Root
    folder: Path
    headers: dict[str, str] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)

    def dataset(self, origin: dict[str, Any], **members: Any) -> Dataset:
        """Return the declaration of the launches, with some members of its origin and its own replaced."""
        declared = {**copy.deepcopy(LAUNCHES), **members}
        declared["from"].update(origin)
        return parse_dataset(json.dumps(declared))

    def extract(self, dataset: Dataset, day: datetime.date = DAY) -> Extracted:
        """Extract, without really sleeping."""
        origin = dataset.origin
        assert isinstance(origin, HttpOrigin)
        patience = Patience(origin.attempts, origin.timeout_seconds, sleep=self.slept.append)
        connection = Connection(dataset.connection, self.server.url, self.headers)
        with open_api(connection, origin.headers, patience) as api:
            return extract_from(api, dataset, origin, day, self.root)

    def run(self, **origin: Any) -> Extracted:
        """Extract the launches."""
        return self.extract(self.dataset(origin))

    def landed(self) -> dict[str, bytes]:
        """Return all objects of landing by their names."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def records(self, found: Extracted) -> list[Any]:
        """Return the records in landing that an extraction named."""
        chunks = (self.landed()[f"raw/space/launches/{chunk}"] for chunk in found["chunks"])
        return [record for chunk in chunks for page in pages([chunk]) for record in json.loads(page)["docs"]]


@pytest.fixture
def source_of(tmp_path: Path) -> Iterator[Callable[[Callable[[Request], Answer]], Source]]:
    """Return a function that starts an API which answers as the given function does."""
    with ExitStack() as stack:

        def start(answer: Callable[[Request], Answer]) -> Source:
            server = stack.enter_context(serving(answer))
            return Source(server, objects.open_root(tmp_path.as_uri()), tmp_path)

        yield start
