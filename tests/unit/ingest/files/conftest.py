"""A folder with a dataset's file, a landing folder, and the extract step between them."""

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.commands.extract import extract_dataset
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.extracted import Extracted
from podflow_ingest.settings import Settings

COLUMNS = [
    {"name": "id", "type": "integer", "nullable": False},
    {"name": "price", "type": "numeric(8,2)"},
    {"name": "note", "type": "text"},
]


@dataclass
class Files:
    """The dataset shop.items, whose `from` a test chooses."""

    source: Path
    landing: Path
    origin: dict[str, Any] = field(default_factory=lambda: {"location": "items.csv", "format": {"type": "csv"}})

    @property
    def dataset(self) -> Dataset:
        """The declaration as a pod gets it."""
        declared = {
            "source": "shop",
            "connection": "files",
            "name": "items",
            "description": "",
            "from": {"type": "file", **self.origin},
            "mode": "append",
            "columns": COLUMNS,
        }
        return parse_dataset(json.dumps(declared))

    def extract(self, content: bytes) -> Extracted:
        """Deliver a file and extract it."""
        file = self.source / self.origin["location"]
        file.write_bytes(content)
        settings = Settings(landing_url=self.landing.as_uri(), connections={"files": self.source.as_uri()})
        return extract_dataset(self.dataset, datetime.date(2026, 11, 20), settings)

    def landed(self) -> dict[str, bytes]:
        """All that is in landing, by names as extract returns them."""
        root = self.landing / "raw" / "shop" / "items"
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def manifest(self, chunk: str) -> dict[str, Any]:
        """A chunk's manifest."""
        found: dict[str, Any] = json.loads(self.landed()[f"{chunk}.manifest.json"])
        return found


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name in ("source", "landing"):
        (tmp_path / name).mkdir()
    return Files(tmp_path / "source", tmp_path / "landing")
