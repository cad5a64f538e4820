"""Topics that are drained into a warehouse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from tests.integration.conftest import Topic
from tests.kafka_shop import Shop, declaration
from tests.servers import Warehouse


@pytest.fixture
def shop_of(topic: Topic, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Shop]:
    """Return a function that makes the shop, with changes of its declaration."""
    for name, value in {**topic.environment, **warehouse.environment(), "HOSTNAME": "pod-of-the-test"}.items():
        monkeypatch.setenv(name, value)

    def make(**changes: Any) -> Shop:
        dataset = parse_dataset(json.dumps(declaration(topic.name, **changes)))
        return Shop(dataset, Settings.read(), tmp_path, warehouse)

    return make


@pytest.fixture
def shop(shop_of: Callable[..., Shop]) -> Shop:
    """A topic of the test's own, with three partitions, and a database of its own."""
    return shop_of()
