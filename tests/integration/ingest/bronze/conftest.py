import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from podflow_ingest import objects
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from tests.integration.ingest.bronze.prices import DECLARATION, Prices, Warehouse


@dataclass(frozen=True)
class Folder:
    """Landing in a folder instead of the session's object store: these tests are about the warehouse."""

    url: str
    environment: dict[str, str]


@pytest.fixture
def bucket(tmp_path: Path) -> Folder:
    for name in ("landing", "source"):
        (tmp_path / name).mkdir()
    return Folder(f"file://{tmp_path}", {})


@pytest.fixture
def prices(settings: Settings, warehouse: Warehouse) -> Iterator[Prices]:
    """The dataset in mode upsert, before its first load."""
    with warehouse.connect("reader") as reader:
        root = objects.open_root(settings.landing())
        yield Prices(parse_dataset(json.dumps(DECLARATION)), root, settings, reader, warehouse)
